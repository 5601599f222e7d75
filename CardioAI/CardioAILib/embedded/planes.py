"""Where the voxels of a volume lie, and slice planes through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def dimensions(volume: Any) -> tuple[int, int, int]:
    """Return a volume's voxel counts (S, H, W)."""
    width, height, depth = volume.GetImageData().GetDimensions()
    return depth, height, width


def ras_of(volume: Any, ijk: Sequence[float]) -> np.ndarray:
    """Return the world point (3,) in RAS mm at index (column, row, slice), transforms included."""
    import slicer
    import vtk

    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    local = slicer.util.arrayFromVTKMatrix(matrix) @ [*ijk, 1.0]
    world = np.zeros(3)
    volume.TransformPointToWorld(local[:3], world)
    return world


def set_plane(slice_node: Any, across: np.ndarray, up: np.ndarray) -> None:
    """Turn a slice node so that its picture's axes point along two RAS directions (3,)."""
    x, y = across / np.linalg.norm(across), up / np.linalg.norm(up)
    # Slicer's own views look from the feet and the right: their axes are left-handed.
    axes = np.stack([x, y, -np.cross(x, y)], axis=1)
    for row in range(3):
        for column in range(3):
            slice_node.GetSliceToRAS().SetElement(row, column, axes[row, column])
    slice_node.UpdateMatrices()
