"""Gray-level dependence matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.emphasis import describe_sizes

ORDER = np.array([8, 9, 10, 12, 0, 2, 3, 4, 5, 6, 7, 13, 14, 15])
"""Position of each feature in the summary of ``describe_sizes``."""


@njit(nogil=True)
def describe_dependence(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the 14 GLDM features.

    A voxel depends on the neighbors of its own gray level (alpha 0) and on itself. Source:
    pyradiomics 3.0.1 ``gldm``; IBSI 3.11 neighboring gray-level dependence.

    Args:
        index: Place of each voxel in ``grays`` plus 1, 0 outside the region, laid out flat with
            a border of zeros, see ``layout.lay_out``.
        positions: Positions of the region's voxels in ``index``, ascending, shape (P,).
        steps: Offsets to half of the neighbors, each also backwards, shape (D,).
        grays: Gray levels that occur, ascending, shape (G,).
        out: Shape (14,), written.
    """
    table = count_dependence(index, positions, steps, grays.size)
    sizes = np.arange(1.0, table.shape[1] + 1)
    summary = describe_sizes(table, sizes, grays)
    for k in range(ORDER.size):
        out[k] = summary[ORDER[k]]


@njit(nogil=True)
def count_dependence(
    index: NDArray[np.int32], positions: NDArray[np.int64], steps: NDArray[np.int64], grays: int
) -> NDArray[np.int32]:
    """Count voxels by gray level and number of equal neighbors, themselves included.

    Args:
        index: As in ``describe_dependence``.
        positions: As in ``describe_dependence``.
        steps: As in ``describe_dependence``.
        grays: Number of gray levels.

    Returns:
        Shape (G, 2 D + 1).
    """
    table = np.zeros((grays, 2 * steps.size + 1), np.int32)
    for p in positions:
        gray, equal = index[p], 0
        for step in steps:
            equal += index[p + step] == gray
            equal += index[p - step] == gray
        table[gray - 1, equal] += 1
    return table
