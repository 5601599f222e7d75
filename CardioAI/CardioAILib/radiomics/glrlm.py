"""Gray-level run-length matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.emphasis import describe_sizes


@njit(nogil=True)
def describe_runs(
    index: NDArray[np.int32],
    grays: NDArray[np.float64],
    directions: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the 16 GLRLM features, averaged over directions.

    Directions in which no line holds two pixels of the region are left out; without any the
    features are nan. Source: pyradiomics 3.0.1 ``glrlm``; IBSI 3.7, merging per direction.

    Args:
        index: Row of each pixel in ``grays`` plus 1, 0 outside the region, with a border of
            zeros, shape (h + 2, w + 2).
        grays: Gray levels that occur, ascending, shape (G,).
        directions: Row and column steps, shape (D, 2).
        out: Shape (16,), written.
    """
    out[:] = 0.0
    used = 0
    sizes = np.arange(1.0, max(index.shape) + 1)
    for d in range(directions.shape[0]):
        step_row, step_column = directions[d]
        if lines_hold_pairs(index, step_row, step_column):
            table = count_runs(index, grays.size, step_row, step_column)
            out += describe_sizes(table, sizes[: table.shape[1]], grays)
            used += 1
    out /= float(used) if used else np.nan


@njit(nogil=True)
def count_runs(
    index: NDArray[np.int32], grays: int, step_row: int, step_column: int
) -> NDArray[np.int64]:
    """Count runs by gray level and length.

    Args:
        index: As in ``describe_runs``.
        grays: Number of gray levels.
        step_row: Row step of the direction.
        step_column: Column step of the direction.

    Returns:
        Shape (G, longest run).
    """
    longest = 1
    table = np.zeros((grays, max(index.shape)), np.int64)
    for r in range(1, index.shape[0] - 1):
        for c in range(1, index.shape[1] - 1):
            gray = index[r, c]
            if gray == 0 or index[r - step_row, c - step_column] == gray:
                continue
            length = 1
            while index[r + length * step_row, c + length * step_column] == gray:
                length += 1
            table[gray - 1, length - 1] += 1
            longest = max(longest, length)
    return table[:, :longest].copy()


@njit(nogil=True)
def lines_hold_pairs(index: NDArray[np.int32], step_row: int, step_column: int) -> bool:
    """Tell whether any line along a direction holds two pixels, adjacent or not."""
    offset = index.shape[0]
    seen = np.zeros(2 * offset + index.shape[1], np.bool_)
    for r in range(index.shape[0]):
        for c in range(index.shape[1]):
            if index[r, c]:
                line = c * step_row - r * step_column + offset
                if seen[line]:
                    return True
                seen[line] = True
    return False
