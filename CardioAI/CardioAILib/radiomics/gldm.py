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
    grays: NDArray[np.float64],
    directions: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the 14 GLDM features.

    A pixel depends on the neighbors of its own gray level (alpha 0) and on itself. Source:
    pyradiomics 3.0.1 ``gldm``; IBSI 3.11 neighboring gray-level dependence.

    Args:
        index: Row of each pixel in ``grays`` plus 1, 0 outside the region, with a border of
            zeros, shape (h + 2, w + 2).
        grays: Gray levels that occur, ascending, shape (G,).
        directions: Row and column steps to neighbors, each also backwards, shape (D, 2).
        out: Shape (14,), written.
    """
    table = count_dependence(index, grays.size, directions)
    sizes = np.arange(1.0, table.shape[1] + 1)
    summary = describe_sizes(table, sizes, grays)
    for k in range(ORDER.size):
        out[k] = summary[ORDER[k]]


@njit(nogil=True)
def count_dependence(
    index: NDArray[np.int32], grays: int, directions: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count pixels by gray level and number of equal neighbors, themselves included.

    Args:
        index: As in ``describe_dependence``.
        grays: Number of gray levels.
        directions: As in ``describe_dependence``.

    Returns:
        Shape (G, 2 D + 1).
    """
    table = np.zeros((grays, 2 * directions.shape[0] + 1), np.int64)
    for r in range(1, index.shape[0] - 1):
        for c in range(1, index.shape[1] - 1):
            gray = index[r, c]
            if gray == 0:
                continue
            equal = 0
            for d in range(directions.shape[0]):
                row, column = directions[d]
                equal += index[r + row, c + column] == gray
                equal += index[r - row, c - column] == gray
            table[gray - 1, equal] += 1
    return table
