"""Gray-level run-length matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.emphasis import describe_sizes


@njit(nogil=True)
def describe_runs(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the 16 GLRLM features, averaged over directions.

    Only directions count in which some line holds two voxels of the region (``lined`` of
    ``layout.lay_out``); without any the features are nan. Source: pyradiomics 3.0.1 ``glrlm``;
    IBSI 3.7, merging per direction.

    Args:
        index: Place of each voxel in ``grays`` plus 1, 0 outside the region, laid out flat with
            a border of zeros, see ``layout.lay_out``.
        positions: Positions of the region's voxels in ``index``, ascending, shape (P,).
        steps: Offsets to the next voxel along each of the directions that count, shape (D,).
        grays: Gray levels that occur, ascending, shape (G,).
        out: Shape (16,), written.
    """
    out[:] = 0.0
    for step in steps:
        table = count_runs(index, positions, step, grays.size)
        out += describe_sizes(table, np.arange(1.0, table.shape[1] + 1), grays)
    out /= float(steps.size) if steps.size else np.nan


@njit(nogil=True)
def count_runs(
    index: NDArray[np.int32], positions: NDArray[np.int64], step: int, grays: int
) -> NDArray[np.int32]:
    """Count runs by gray level and length.

    Args:
        index: As in ``describe_runs``.
        positions: As in ``describe_runs``.
        step: Offset to the next voxel along the direction.
        grays: Number of gray levels.

    Returns:
        Shape (G, longest run).
    """
    first, size = positions[0], positions[-1] + 1 - positions[0]
    here = index[first : first + size]
    behind, ahead = index[first - step :], index[first + step :]
    goes_on, ends = np.empty(size, np.int32), np.empty(size, np.int32)
    for k in range(size):
        goes_on[k], ends[k] = here[k] == behind[k], here[k] != ahead[k]
    so_far = np.zeros(size + step, np.int32)
    runs, lengths = np.empty(positions.size, np.int32), np.empty(positions.size, np.int32)
    used, longest = 0, np.int32(1)
    # A run is written in any case and kept only if it ends: a branch would be guessed wrong.
    for p in positions:
        k = p - first
        length = so_far[k] * goes_on[k] + np.int32(1)
        so_far[k + step] = length
        longest = max(longest, length)
        runs[used], lengths[used] = here[k], length
        used += ends[k]
    table = np.zeros((grays, longest), np.int32)
    for k in range(used):
        table[runs[k] - 1, lengths[k] - 1] += 1
    return table
