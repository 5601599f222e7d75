"""The shape features from what was measured on a region."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def shape_values(
    area: float,
    volume: float,
    diameters: tuple[float, float, float, float],
    variances: tuple[float, float, float],
    voxels_mm3: float,
) -> NDArray[np.float64]:
    """Compute the 14 shape features (pyradiomics 3.0.1 ``shape``; IBSI 3.1).

    Args:
        area: Area of the mesh in mm^2.
        volume: Volume of the mesh in mm^3.
        diameters: Largest distances in mm between vertices in a plane of constant first, second
            and third index, and overall.
        variances: Of the voxel centers along their principal axes in mm^2, ascending.
        voxels_mm3: Volume of the voxels in mm^3.

    Returns:
        Shape (14,), in mm, mm^2 and mm^3, in the order of ``names.FEATURES``.
    """
    # The names mean planes of constant first, second and third index, whatever lies along them.
    in_slice, in_column, in_row, largest = diameters
    least, minor, major = variances
    return np.array(
        [
            np.sqrt(minor / major),
            np.sqrt(least / major),
            4 * np.sqrt(least),
            4 * np.sqrt(major),
            in_column,
            in_row,
            in_slice,
            largest,
            volume,
            4 * np.sqrt(minor),
            (36 * np.pi * volume**2) ** (1 / 3) / area,
            area,
            area / volume,
            voxels_mm3,
        ]
    )
