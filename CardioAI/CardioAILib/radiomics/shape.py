"""Shape of the region: 3-D, and the same on a mask one voxel thick."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.cubes import count_cubes
from CardioAILib.radiomics.diameters import measure_diameters
from CardioAILib.radiomics.mesh import measure_cubes
from CardioAILib.radiomics.principal import principal_variances
from CardioAILib.radiomics.shapevalues import shape_values

ROUNDING = 1e-9
"""A variance below this share of the largest may be rounding alone."""


def describe_shape(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    spacing: tuple[float, float],
    slice_mm: float,
    singleton: str,
) -> NDArray[np.float64]:
    """Compute the 14 shape features of a slice, as a solid one voxel thick.

    Args:
        rows: Row of each pixel in the bounding box, shape (P,).
        columns: Column of each pixel in the bounding box, shape (P,).
        spacing: Row and column spacing in mm.
        slice_mm: Slice thickness in mm.
        singleton: ``z`` for the array (1, H, W), ``x`` for (H, W, 1).

    Returns:
        Shape (14,), in mm, mm^2 and mm^3.
    """
    flat = np.zeros_like(rows)
    if singleton == "z":
        return describe_solid((flat, rows, columns), (slice_mm, *spacing))
    return describe_solid((rows, columns, flat), (*spacing, slice_mm))


def describe_solid(
    coordinates: tuple[NDArray[np.int64], ...], sizes: tuple[float, ...]
) -> NDArray[np.float64]:
    """Compute the 14 shape features (pyradiomics 3.0.1 ``shape``; IBSI 3.1).

    Args:
        coordinates: Index of each voxel in the bounding box along each axis, three of shape (P,);
            they spread over two axes at least.
        sizes: Spacing in mm along each axis.

    Returns:
        Shape (14,), in mm, mm^2 and mm^3.
    """
    solid = np.zeros([axis.max() + 3 for axis in coordinates], np.bool_)
    solid[tuple(axis + 1 for axis in coordinates)] = True
    return shape_values(
        *measure_cubes(*count_cubes(solid), sizes),
        measure_diameters(solid, sizes),
        _variances(coordinates, sizes),
        coordinates[0].size * sizes[0] * sizes[1] * sizes[2],
    )


def _variances(
    coordinates: tuple[NDArray[np.int64], ...], sizes: tuple[float, ...]
) -> NDArray[np.float64]:
    """Compute the variances along principal axes, faster where the region lies in a plane."""
    spread = [axis for axis, along in enumerate(coordinates) if along.any()]
    if len(spread) == 2:
        one, other = (coordinates[axis] * sizes[axis] for axis in spread)
        minor, major = _plane_variances(one, other)
        if minor > ROUNDING * major:
            return np.array([0.0, minor, major])
    return principal_variances(coordinates, sizes)


@njit(cache=True, nogil=True)
def _plane_variances(
    one_mm: NDArray[np.float64], other_mm: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the smaller and the larger eigenvalue of the covariance of points in a plane."""
    one, other = one_mm - one_mm.mean(), other_mm - other_mm.mean()
    size = one_mm.size
    a, b = (one * one).sum() / size, (other * other).sum() / size
    c = (one * other).sum() / size
    major = (a + b) / 2 + np.sqrt(((a - b) / 2) ** 2 + c * c)
    return max((a * b - c * c) / major, 0.0), major
