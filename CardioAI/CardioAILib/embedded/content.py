"""Images and masks as nodes of the embedded scene."""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.study import Image, Mask

Color = tuple[float, float, float]


def add_image(
    image: Image, name: str, frame: int = 0, window: tuple[float, float] | None = None
) -> Any:
    """Add one frame of an image as a scalar volume.

    Args:
        image: The image, axes (T, S, H, W).
        name: Name of the node.
        frame: Which frame.
        window: Intensities shown as black and as white; chosen by Slicer where None.

    Returns:
        The vtkMRMLScalarVolumeNode with a display node.
    """
    import slicer

    array = np.asarray(image.array[frame], dtype=as_stored(image.array.dtype))
    node = slicer.util.addVolumeFromArray(array, image.ijk_to_ras, name)
    node.CreateDefaultDisplayNodes()
    if window is not None:
        node.GetDisplayNode().AutoWindowLevelOff()
        node.GetDisplayNode().SetWindowLevelMinMax(*window)
    return node


def as_stored(dtype: np.dtype) -> np.dtype:
    """Return the type that a volume keeps: VTK has no float16 and no bool."""
    return np.dtype({"bool": np.uint8, "float16": np.float32}.get(dtype.name, dtype))


def add_outlines(mask: Mask, volume: Any, name: str, color: Color, width: int = 2) -> Any:
    """Add a mask as a segmentation that shows outlines only, a segment for each label.

    Args:
        mask: The mask, one frame, on the grid of `volume`.
        volume: The volume node that it belongs to.
        name: Name of the node.
        color: Red, green and blue of the outlines, 0 to 1.
        width: Width of the outlines in pixels.

    Returns:
        The vtkMRMLSegmentationNode.

    Raises:
        InputError: The mask has another size than the volume.
    """
    import slicer

    size = volume.GetImageData().GetDimensions()[::-1]
    if mask.array.shape != (1, *size):
        raise InputError(
            got=f"a mask (T, S, H, W) = {mask.array.shape} for a volume (S, H, W) = {size}",
            wanted="one frame on the volume's grid",
            fix="resample the mask first",
        )
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    node.CreateDefaultDisplayNodes()
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    for structure in mask.labels:
        segment = node.GetSegmentation().AddEmptySegment(structure, structure, color)
        pixels = mask.of(structure)[0].astype(np.uint8)
        slicer.util.updateSegmentBinaryLabelmapFromArray(pixels, node, segment, volume)
    display = node.GetDisplayNode()
    display.SetVisibility2DFill(False)
    display.SetSliceIntersectionThickness(width)
    return node
