"""Where voxels lie in the world, as numpy matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.mrml.inputs import Node

RIGHT_ANGLES = 1e-3
"""Largest dot product between two unit axes of a volume that counts as a right angle."""


def as_array(matrix: Any) -> np.ndarray:
    """Return a vtkMatrix4x4 as an array (4, 4)."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def as_vtk(array: np.ndarray) -> Any:
    """Return an array (4, 4) as a vtkMatrix4x4."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix = vtkMatrix4x4()
    matrix.DeepCopy(np.asarray(array, float).ravel())
    return matrix


def to_world(placed: Node, what: str) -> np.ndarray:
    """Return the matrix (4, 4) of a node's parent transforms, up to the world.

    Raises:
        InputError: A parent transform is not linear, or turns space into a plane.
    """
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    transform = placed.GetParentTransformNode()
    if transform is None:
        return np.eye(4)
    if not transform.IsTransformToWorldLinear():
        raise InputError(
            got=f"a transform on {what} that is not linear",
            wanted="rotations, translations and scalings only",
            fix="harden the transform (Transforms module, or right click on the node in Data)",
        )
    matrix = vtkMatrix4x4()
    transform.GetMatrixTransformToWorld(matrix)
    array = as_array(matrix)
    if abs(np.linalg.det(array[:3, :3])) < np.finfo(float).eps:
        raise InputError(
            got=f"a transform on {what} that cannot be inverted",
            wanted="rotations, translations and scalings only",
            fix="correct the transform, or remove it from the node",
        )
    return array


def volume_to_local(volume: Node) -> np.ndarray:
    """Return the matrix (4, 4) from indices of a volume's array to its own coordinates.

    The array starts at the image's extent, which is not zero in every volume.
    """
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix = vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return as_array(matrix) @ _shift(volume.GetImageData().GetExtent())


def oriented_to_local(labelmap: Any) -> np.ndarray:
    """Return the matrix (4, 4) from indices of an oriented image's array to its coordinates."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix = vtkMatrix4x4()
    labelmap.GetImageToWorldMatrix(matrix)
    return as_array(matrix) @ _shift(labelmap.GetExtent())


def require_right_angles(matrix: np.ndarray, what: str) -> None:
    """Refuse voxels that a transform has sheared.

    Raises:
        InputError: Two voxel axes are not at right angles in the world.
    """
    axes = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    if not np.allclose(axes.T @ axes, np.eye(3), atol=RIGHT_ANGLES):
        raise InputError(
            got=f"{what} with voxel axes that are not at right angles in the world",
            wanted="transforms that keep the voxels rectangular",
            fix="harden the transform and resample the volume (Resample Scalar Volume)",
        )


def pixels(image: Any) -> np.ndarray:
    """Return a copy of the scalars of a vtkImageData, axes (S, H, W)."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    columns, rows, slices = image.GetDimensions()
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(slices, rows, columns).copy()


def image_data(array: np.ndarray) -> Any:
    """Return an array (S, H, W) as vtkImageData with a copy of its values."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData

    image = vtkImageData()
    image.SetDimensions(*array.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(array).ravel(), deep=True))
    return image


def _shift(extent: tuple[int, ...]) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, 3] = extent[::2]
    return matrix
