"""What a segmentation or a labelmap holds, by name, and the voxels of one part."""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.errors import EmptyMaskError, InputError
from CardioAILib.io.structures import Candidate
from CardioAILib.mrml.geometry import (
    as_vtk,
    oriented_to_local,
    pixels,
    to_world,
    volume_to_local,
)
from CardioAILib.mrml.images import require_one_series, require_pixels
from CardioAILib.mrml.inputs import Node, is_labelmap, is_segmentation
from CardioAILib.study import Image, Mask

BINARY = "Binary labelmap"
TERMINOLOGY_TAG = "TerminologyEntry"


def parts_of(
    node: Node, what: str = "the segmentation", placed: Node | None = None
) -> list[Candidate]:
    """Return every segment of a segmentation, or every label that a labelmap's voxels have.

    Args:
        node: Segmentation or labelmap.
        what: What it is, for messages.
        placed: Node that shows it; the frames of a sequence have no colors of their own.

    Raises:
        InputError: The node is neither, or a labelmap without voxels.
    """
    if is_segmentation(node):
        segmentation = node.GetSegmentation()
        return [_segment(segmentation, id_) for id_ in segmentation.GetSegmentIDs()]
    if is_labelmap(node):
        values = np.unique(pixels(require_pixels(node, what)))
        present = [int(value) for value in values if value != 0]
        colors = _colors(node) or (None if placed is None else _colors(placed))
        alone = len(present) == 1
        return [_label(node, colors, value, alone=alone) for value in present]
    raise InputError(
        got=f"a node of class {node.GetClassName()} for {what}",
        wanted="a segmentation or a labelmap volume",
        fix="choose the segmentation; a scalar volume is converted in the Volumes module",
    )


def voxels_of(node: Node, placed: Node, part: str, image: Image, what: str) -> Mask:
    """Return one segment or label on its own grid, in world coordinates.

    Args:
        node: Segmentation or labelmap.
        placed: Node whose parent transform places it.
        part: Segment ID, or the label's value as text.
        image: Image whose grid a surface is turned into voxels on.
        what: What the segmentation is, for messages.

    Returns:
        A mask (1, S, H, W) of 0 and 1.

    Raises:
        EmptyMaskError: The segment has no voxel.
        InputError: Its transform is not linear, or a labelmap was read from several files.
    """
    world = to_world(placed, what)
    if is_labelmap(node):
        array = pixels(require_pixels(node, what)) == int(part)
        matrix = world @ volume_to_local(node)
        require_one_series(node, matrix, what)
        return _mask(array, matrix)
    segmentation = node.GetSegmentation()
    segment = segmentation.GetSegment(part)
    labelmap = segment.GetRepresentation(BINARY)
    if is_surface(node, part):
        labelmap, world = _voxelized(segmentation, part, world, image), np.eye(4)
    if labelmap is None or not labelmap.GetNumberOfPoints():
        raise EmptyMaskError(
            got=f"the segment '{segment.GetName()}' of {what}, which is empty",
            wanted="a segment with voxels",
            fix="draw it in Segment Editor, or choose another segment",
        )
    array = pixels(labelmap) == _value(segment)
    return _mask(array, world @ oriented_to_local(labelmap))


def is_surface(node: Node, part: str) -> bool:
    """Say whether a segment is stored as something else than voxels."""
    if not is_segmentation(node):
        return False
    segmentation = node.GetSegmentation()
    segment = segmentation.GetSegment(part)
    stored = segment.GetRepresentation(segmentation.GetSourceRepresentationName())
    return stored is not None and segment.GetRepresentation(BINARY) is None


def _segment(segmentation: Any, id_: str) -> Candidate:
    from vtkmodules.vtkCommonCore import mutable

    segment, entry = segmentation.GetSegment(id_), mutable("")
    segment.GetTag(TERMINOLOGY_TAG, entry)
    return Candidate(id_, segment.GetName() or "", str(entry))


def _colors(node: Node) -> Node | None:
    """Return the color table that a labelmap is shown with."""
    display = node.GetDisplayNode()
    return None if display is None else display.GetColorNode()


def _label(node: Node, colors: Node | None, value: int, *, alone: bool) -> Candidate:
    """Name a label by its color table; a single label also by the node's own name."""
    known = colors is not None and 0 <= value < colors.GetNumberOfColors()
    name = (colors.GetColorName(value) or "") if known else ""
    entry = colors.GetTerminologyAsString(value) if known and _has_terms(colors) else ""
    one = Candidate(str(value), name, entry)
    if alone and one.coded is None and one.named is None:
        own = Candidate(str(value), node.GetName() or "")
        return own if own.named else one
    return one


def _has_terms(colors: Any) -> bool:
    return hasattr(colors, "GetContainsTerminology") and bool(colors.GetContainsTerminology())


def _value(segment: Any) -> int:
    """Return the number that stands for a segment in the labelmap that segments may share."""
    return int(segment.GetLabelValue())


def _mask(array: np.ndarray, matrix: np.ndarray) -> Mask:
    return Mask(array[np.newaxis].astype(np.uint8), matrix)


def _voxelized(segmentation: Any, part: str, world: np.ndarray, image: Image) -> Any:
    """Return a segment that is stored as a surface as voxels on the image's grid, in the world.

    A copy is converted, so that the user's segmentation stays as it is.
    """
    import slicer
    from vtkmodules.vtkCommonTransforms import vtkTransform

    copy, transform = slicer.vtkSegmentation(), vtkTransform()
    copy.SetSourceRepresentationName(segmentation.GetSourceRepresentationName())
    copy.CopySegmentFromSegmentation(segmentation, part)
    transform.SetMatrix(as_vtk(world))
    copy.ApplyLinearTransform(transform)
    _, slices, rows, columns = image.array.shape
    extent = (0, columns - 1, 0, rows - 1, 0, slices - 1)
    converter = slicer.vtkSegmentationConverter
    grid = converter.SerializeImageGeometry(as_vtk(image.ijk_to_ras), extent)
    copy.SetConversionParameter(converter.GetReferenceImageGeometryParameterName(), grid)
    copy.CreateRepresentation(BINARY)
    return copy.GetSegment(part).GetRepresentation(BINARY)
