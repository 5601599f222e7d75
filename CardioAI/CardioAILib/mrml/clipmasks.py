"""Segmentations of an echo clip, frame by frame: from a mask to a sequence, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.errors import CardioAIError, EmptyMaskError, MissingInputError
from CardioAILib.mrml.frames import Frame, mask_frame, sequence_of
from CardioAILib.mrml.geometry import as_vtk, image_data
from CardioAILib.mrml.images import digest_of
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import Maker, remove_nodes
from CardioAILib.mrml.masks import read_mask
from CardioAILib.mrml.segments import BINARY
from CardioAILib.mrml.terminology import add_segment
from CardioAILib.results import Finding
from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM, Image, Mask

ECHO_LABELS = {MYOCARDIUM: 1, LV_CAVITY: 2, LEFT_ATRIUM: 3}
"""Label of each structure in every mask of a clip."""


def fill_segmentations(maker: Maker, sequence: Node, mask: Mask, values: Sequence[str]) -> None:
    """Copy every frame that shows something into a sequence, by way of one segmentation.

    Args:
        maker: Makes the nodes.
        sequence: The sequence.
        mask: The labels (T, S, H, W).
        values: Index value of each frame.
    """
    node = maker.node("vtkMRMLSegmentationNode", "segmentation")
    node.CreateDefaultDisplayNodes()
    segments = {name: add_segment(node, name) for name in mask.labels if mask.of(name).any()}
    for index in np.flatnonzero(mask.array.any(axis=(1, 2, 3))):
        for name, segment in segments.items():
            pixels = mask.of(name)[index].astype(np.uint8)
            set_voxels(node, segment, pixels, mask.ijk_to_ras)
        sequence.SetDataNodeAtValue(node, values[index])
    passed = (node, node.GetDisplayNode())
    remove_nodes(maker.scene, passed)
    maker.made[:] = [one for one in maker.made if one not in passed]


def set_voxels(node: Node, segment: str, array: np.ndarray, ijk_to_ras: np.ndarray) -> None:
    """Replace the voxels of a segment.

    Args:
        node: The segmentation.
        segment: ID of the segment.
        array: 0 and 1, (S, H, W), uint8.
        ijk_to_ras: The grid.
    """
    import slicer

    labelmap = slicer.vtkOrientedImageData()
    labelmap.ShallowCopy(image_data(array))
    labelmap.SetGeometryFromImageToWorldMatrix(as_vtk(ijk_to_ras))
    own = node.GetSegmentation().GetSegment(segment)
    own.RemoveRepresentation(BINARY)
    own.AddRepresentation(BINARY, labelmap)
    own.SetLabelValue(1)


def mask_of_clip(
    image: Image,
    frames: Sequence[Frame],
    node: Node,
    structure: str,
    segment: str | None,
    what: str,
) -> tuple[Mask, tuple[Finding, ...]]:
    """Read the segmentation of a clip on the clip's grid.

    Args:
        image: The clip (T, 1, H, W), in world coordinates.
        frames: Its frames in the scene.
        node: Segmentation or labelmap, a sequence of these, or its shown node. One without frames
            is taken for the first frame alone, unless the clip's browser shows another.
        structure: What must be there.
        segment: ID that the user chose for it, or None to recognize it.
        what: What the segmentation is, for messages.

    Returns:
        The labels (T, 1, H, W), 0 on frames without a contour; and what a reader should know.

    Raises:
        MissingInputError: There is no segmentation, or the structure is on no frame.
        InputError: A frame cannot be read.
    """
    sequence, _browser = sequence_of(node)
    wanted = range(len(frames)) if sequence is not None else [shown_frame(frames)]
    array = np.zeros(image.array.shape, np.uint8)
    told: list[Finding] = []
    refused: CardioAIError | None = None
    for index in wanted:
        own = Image(image.array[index : index + 1], image.ijk_to_ras)
        try:
            place = mask_frame(node, frames[index], what)
            read, found = read_mask(place, own, structure, segment, what, ECHO_LABELS)
        except (MissingInputError, EmptyMaskError) as error:
            refused = refused or error
            continue
        array[index] = read.array[0]
        told += found
    if not array.any():
        raise refused or MissingInputError(
            got=f"no frame of {what}", wanted="a contour on one frame or more", fix="segment one"
        )
    if sequence is None and len(frames) > 1:
        message = f"{what}: one contour, taken for {frames[shown_frame(frames)]} alone"
        told.append(Finding("mask frame", message))
    return _mask_on(image, array), tuple(dict.fromkeys(told))


def _mask_on(image: Image, array: np.ndarray) -> Mask:
    """Return labels (T, 1, H, W) as the segmentation of a clip."""
    return Mask(
        array,
        image.ijk_to_ras,
        digest=digest_of(array, image.ijk_to_ras),
        times_ms=image.times_ms,
        calibrated=image.calibrated,
        labels=dict(ECHO_LABELS),
    )


def shown_frame(frames: Sequence[Frame]) -> int:
    """Return the index of the frame that is shown; the first where none is."""
    sequence, browser = sequence_of(frames[0].placed)
    selected = 0 if sequence is None or browser is None else browser.GetSelectedItemNumber()
    return selected if 0 <= selected < len(frames) else 0
