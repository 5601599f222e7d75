"""A volume of the scene becomes an image in world coordinates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.mrml.frames import Frame, frame_findings, image_frame
from CardioAILib.mrml.geometry import pixels, require_right_angles, to_world, volume_to_local
from CardioAILib.mrml.inputs import Node, is_labelmap
from CardioAILib.results import Finding
from CardioAILib.study import Image

VOLUME_FORMATS = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
"""Endings of files that hold a whole volume each; DICOM files hold a slice."""
WIDEST_STEP_MM = 50.0
"""No stack of the heart has its slices further apart."""


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
    require_one_series(volume, matrix, what)
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


def require_one_series(volume: Node, matrix: np.ndarray, what: str) -> None:
    """Refuse images of several files that Slicer took for the slices of one volume.

    Slicer reads files whose names differ in a number alone, as LGE_2C and LGE_4C, as a series.

    Args:
        volume: The volume.
        matrix: From its indices to the world (4, 4).
        what: What the image is, for messages.

    Raises:
        InputError: Its slices come from files of whole volumes, or lie too far apart.
    """
    slices = volume.GetImageData().GetDimensions()[2]
    step = float(np.linalg.norm(matrix[:3, 2]))
    files = sum(name.lower().endswith(VOLUME_FORMATS) for name in _files(volume))
    if slices < 2 or (files < 2 and step <= WIDEST_STEP_MM):
        return
    raise InputError(
        got=f"{what} with {slices} slices {step:.0f} mm apart: Slicer "
        + (f"read {files} files" if files > 1 else "must have read several files")
        + " as one volume (names that differ only in a number)",
        wanted="a volume from one file, or the DICOM series of one stack",
        fix='load each with properties={"singleFile": True} (in Add Data, show options and tick '
        "'Single File'), or with one file a folder; slices of one stack: save them as one file",
    )


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


def _files(volume: Node) -> Iterator[str]:
    """Yield the files that Slicer read a volume from, where there are several."""
    storage = volume.GetStorageNode()
    for index in range(0 if storage is None else storage.GetNumberOfFileNames()):
        yield storage.GetNthFileName(index)


def digest_of(array: np.ndarray, matrix: np.ndarray) -> str:
    """Return the SHA-256 over pixels, their type and shape, and the matrix."""
    head = f"{array.dtype.str} {array.shape}".encode()
    place = np.ascontiguousarray(matrix, "<f8").tobytes()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes() + place).hexdigest()
