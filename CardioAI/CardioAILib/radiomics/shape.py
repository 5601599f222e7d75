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
    solid, minor, major = _draw(coordinates, tuple(float(size) for size in sizes))
    variances = np.array([0.0, minor, major])
    if minor <= ROUNDING * major:
        variances = principal_variances(coordinates, sizes)
    return shape_values(
        *measure_cubes(*count_cubes(solid), sizes),
        measure_diameters(solid, sizes),
        variances,
        coordinates[0].size * sizes[0] * sizes[1] * sizes[2],
    )


@njit(cache=True, nogil=True)
def _draw(
    coordinates: tuple[NDArray[np.int64], ...], sizes: tuple[float, ...]
) -> tuple[NDArray[np.bool_], float, float]:
    """Draw the region with a border, and measure how it spreads if it lies in a plane.

    Returns:
        The mask, shape (s + 2, h + 2, w + 2); and the smaller and the larger variance along
        principal axes in the plane, both 0 for a region that spreads along all three axes.
    """
    a, b, c = coordinates
    solid = np.zeros((a.max() + 3, b.max() + 3, c.max() + 3), np.bool_)
    for p in range(a.size):
        solid[a[p] + 1, b[p] + 1, c[p] + 1] = True
    minor = major = 0.0
    for flat, one, other in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
        if solid.shape[flat] == 3:
            one_mm, other_mm = coordinates[one] * sizes[one], coordinates[other] * sizes[other]
            minor, major = _plane_variances(one_mm, other_mm)
    return solid, minor, major


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
