"""A volume of the scene becomes an image in world coordinates."""

from __future__ import annotations

import hashlib

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.mrml.frames import Frame, frame_findings, image_frame
from CardioAILib.mrml.geometry import pixels, require_right_angles, to_world, volume_to_local
from CardioAILib.mrml.inputs import Node, is_labelmap
from CardioAILib.results import Finding
from CardioAILib.study import Image


def image_from_node(
    node: Node | None, frame: int | None = None, *, what: str = "the image"
) -> tuple[Image, tuple[Finding, ...]]:
    """Read one frame of a volume or sequence.

    Args:
        node: Scalar volume, sequence of volumes, or the volume that a sequence browser shows.
        frame: Index in the sequence; None for the one shown.
        what: What the image is, for messages.

    Returns:
        The image (1, S, H, W), its matrix in world RAS with all parent transforms, no file
        names, digest over pixels and matrix; and which frame was read, where there are several.

    Raises:
        MissingInputError: The node or its frame is absent.
        InputError: The node is no gray-level volume, is empty, or its transform is not linear.
    """
    found = image_frame(node, frame, what)
    return read_image(found, what), frame_findings(what, found, None)


def read_image(frame: Frame, what: str) -> Image:
    """Read the pixels of a frame; see `image_from_node`."""
    volume = require_gray(frame.node, what)
    matrix = to_world(frame.placed, what) @ volume_to_local(volume)
    require_right_angles(matrix, what)
    array = pixels(volume.GetImageData())[np.newaxis]
    return Image(array, matrix, digest=digest_of(array, matrix))


def require_gray(node: Node, what: str) -> Node:
    """Return a volume with one number a voxel.

    Raises:
        InputError: It is something else, or empty.
    """
    if not node.IsA("vtkMRMLScalarVolumeNode") or is_labelmap(node):
        raise InputError(
            got=f"a node of class {node.GetClassName()} for {what}",
            wanted="a scalar volume, or a sequence of scalar volumes",
            fix="choose the image itself, not its segmentation or a model",
        )
    image = require_pixels(node, what)
    if image.GetNumberOfScalarComponents() != 1:
        raise InputError(
            got=f"{image.GetNumberOfScalarComponents()} numbers a voxel in {what}",
            wanted="a gray-level volume, one number a voxel",
            fix="convert colors with Vector to Scalar Volume; load a time series as a sequence",
        )
    return node


def require_pixels(volume: Node, what: str) -> object:
    """Return a volume's image data.

    Raises:
        InputError: There is none, or it has no voxel.
    """
    image = volume.GetImageData()
    if image is None or image.GetNumberOfPoints() == 0 or not image.GetPointData().GetScalars():
        raise InputError(
            got=f"{what} without voxels",
            wanted="a volume with image data",
            fix="load the volume again; its file may not have been found with the scene",
        )
    return image


def digest_of(array: np.ndarray, matrix: np.ndarray) -> str:
    """Return the SHA-256 over pixels, their type and shape, and the matrix."""
    head = f"{array.dtype.str} {array.shape}".encode()
    place = np.ascontiguousarray(matrix, "<f8").tobytes()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes() + place).hexdigest()
