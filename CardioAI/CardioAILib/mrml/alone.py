"""A segmentation by itself, without an image: on the grid that it was drawn on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.errors import CardioAIError, InputError, MissingInputError
from CardioAILib.mrml.frames import Frame, axis_value, proxy_of, sequence_of
from CardioAILib.mrml.geometry import oriented_to_local, to_world, volume_to_local
from CardioAILib.mrml.images import require_pixels
from CardioAILib.mrml.inputs import Node, is_labelmap, is_segmentation, require_node
from CardioAILib.mrml.masks import read_mask
from CardioAILib.results import Finding
from CardioAILib.study import HEART, LV_CAVITY, Image, Mask


def segmentation_alone(
    node: Node, what: str = "the segmentation", *, frame: Frame | None = None
) -> tuple[Mask, tuple[Finding, ...]]:
    """Read myocardium and cavities of a segmentation that needs no image.

    Args:
        node: Segmentation or labelmap.
        what: What it is, for messages.
        frame: The frame that is meant of a sequence; None for the node itself.

    Returns:
        The mask (1, S, H, W) in world coordinates, and what a reader should know of it.

    Raises:
        MissingInputError: There is no node, or none of the structures in it.
        InputError: It is no segmentation, has no grid, or several segments could be a structure.
        EmptyMaskError: The structure has no voxel.
    """
    place = frame or Frame(*(require_node(node, what),) * 2)
    return read_mask(place, own_grid(place, what), HEART, None, what)


def own_grid(frame: Frame, what: str) -> Image:
    """Return an empty image on the grid of a segmentation: of its source volume where it is known.

    Raises:
        InputError: It is no segmentation, or one of surfaces without a source volume.
    """
    node = frame.node
    if is_labelmap(node):
        size, local = require_pixels(node, what).GetDimensions(), volume_to_local(node)
    elif is_segmentation(node):
        size, local = _grid_of_segments(node, what)
    else:
        raise InputError(
            got=f"a node of class {node.GetClassName()} for {what}",
            wanted="a segmentation or a labelmap volume",
            fix="choose the segmentation; a scalar volume is converted in the Volumes module",
        )
    return Image(np.zeros((1, *size[::-1]), np.uint8), to_world(frame.placed, what) @ local)


def segmented_frames(node: Node, what: str = "the segmentation") -> list[Frame]:
    """Return every frame of a segmentation's sequence; the node alone where it has none.

    Raises:
        MissingInputError: There is no node, or its sequence is empty.
    """
    sequence, browser = sequence_of(require_node(node, what))
    if sequence is None:
        return [Frame(node, node)]
    placed = proxy_of(sequence, browser)
    stored = [sequence.GetNthDataNode(i) for i in range(sequence.GetNumberOfDataNodes())]
    if not stored:
        raise MissingInputError(
            got=f"{what} as a sequence without frames",
            wanted="a segmentation at end-diastole and one at end-systole",
            fix="segment these frames first",
        )
    return [Frame(one, placed or one, sequence, index) for index, one in enumerate(stored)]


def largest_and_smallest(
    frames: Sequence[Frame], what: str = "the segmentation"
) -> tuple[Frame, Frame, Finding]:
    """Return the frames of the largest and of the smallest LV cavity: end-diastole, end-systole.

    Args:
        frames: Frames of one segmentation; those without a cavity do not count.
        what: What the segmentation is, for messages.

    Raises:
        MissingInputError: Fewer than two frames show the cavity.
    """
    sizes = {index: size for index, one in enumerate(frames) if (size := _cavity(one, what)) > 0}
    if len(sizes) < 2:
        raise MissingInputError(
            got=f"an LV cavity in {len(sizes)} of {len(frames)} frames of {what}",
            wanted="two frames or more with the cavity, to tell end-diastole from end-systole",
            fix="segment the cavity in more frames, or choose two segmentations",
        )
    ed, es = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    sequence = frames[ed].sequence
    first, last = (axis_value(sequence, frames[index].value or "") for index in (ed, es))
    message = (
        f"end-diastole at the largest LV cavity ({first}), end-systole at the smallest ({last})"
    )
    return frames[ed], frames[es], Finding("phases", message)


def _cavity(frame: Frame, what: str) -> int:
    """Return the voxels of the LV cavity of a frame; 0 where it has none."""
    try:
        mask, _ = segmentation_alone(frame.node, what, frame=frame)
    except CardioAIError:
        return 0
    return int(mask.of(LV_CAVITY).sum())


def _grid_of_segments(node: Node, what: str) -> tuple[tuple[int, int, int], np.ndarray]:
    import slicer

    segmentation, converter = node.GetSegmentation(), slicer.vtkSegmentationConverter
    name = converter.GetReferenceImageGeometryParameterName()
    text = segmentation.GetConversionParameter(name)
    text = text or segmentation.DetermineCommonLabelmapGeometry(
        segmentation.EXTENT_UNION_OF_SEGMENTS, None
    )
    grid = slicer.vtkOrientedImageData()
    if not text or not converter.DeserializeImageGeometry(text, grid, False):
        raise InputError(
            got=f"{what} without voxels and without a source volume",
            wanted="segments drawn on a grid",
            fix="draw them in Segment Editor, or set the source volume in the module Segmentations",
        )
    return grid.GetDimensions(), oriented_to_local(grid)
