"""Shape of the region: the 3-D class on a mask one voxel thick."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.diameters import measure_diameters
from CardioAILib.radiomics.mesh import measure_mesh


def describe_shape(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    spacing: tuple[float, float],
    slice_mm: float,
    singleton: str,
) -> NDArray[np.float64]:
    """Compute the 14 shape features (pyradiomics 3.0.1 ``shape``; IBSI 3.1).

    The plate has no depth of its own in the principal axes, so ``LeastAxisLength`` and
    ``Flatness`` are 0.

    Args:
        rows: Row of each pixel in the bounding box, shape (P,).
        columns: Column of each pixel in the bounding box, shape (P,).
        spacing: Row and column spacing in mm.
        slice_mm: Slice thickness in mm.
        singleton: ``z`` for the array (1, H, W), ``x`` for (H, W, 1).

    Returns:
        Shape (14,), in mm, mm^2 and mm^3.
    """
    plate = np.zeros((rows.max() + 3, columns.max() + 3), np.bool_)
    plate[rows + 1, columns + 1] = True
    area, volume = measure_mesh(plate, spacing, slice_mm, singleton)
    through, row, column, largest = measure_diameters(plate, *spacing, slice_mm)
    # The names mean the first, second and third array axis, whatever lies along them.
    flat, second, third = (through, row, column) if singleton == "z" else (row, column, through)
    minor, major = _axis_variances(rows * spacing[0], columns * spacing[1])
    return np.array(
        [
            np.sqrt(minor / major),
            0.0,
            0.0,
            4 * np.sqrt(major),
            second,
            third,
            flat,
            largest,
            volume,
            4 * np.sqrt(minor),
            (36 * np.pi * volume**2) ** (1 / 3) / area,
            area,
            area / volume,
            rows.size * spacing[0] * spacing[1] * slice_mm,
        ]
    )


@njit(cache=True, nogil=True)
def _axis_variances(
    rows_mm: NDArray[np.float64], columns_mm: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the smaller and the larger eigenvalue of the covariance of the pixel centers."""
    down, across = rows_mm - rows_mm.mean(), columns_mm - columns_mm.mean()
    size = rows_mm.size
    a, b = (down * down).sum() / size, (across * across).sum() / size
    c = (down * across).sum() / size
    major = (a + b) / 2 + np.sqrt(((a - b) / 2) ** 2 + c * c)
    return max((a * b - c * c) / major, 0.0), major
