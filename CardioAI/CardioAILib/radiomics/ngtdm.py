"""Neighboring gray-tone difference matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

ONE = np.int32(1 << 24)
"""Counts a neighbor in the upper bits of a sum whose lower bits hold gray levels.

26 neighbors leave room for gray levels up to 600,000.
"""


@njit(nogil=True)
def describe_differences(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the 5 NGTDM features.

    Source: Amadasun and King 1989; pyradiomics 3.0.1 ``ngtdm``; IBSI 3.10. A voxel without a
    neighbor counts with difference 0 (IBSI leaves it out).

    Args:
        index: Place of each voxel in ``grays`` plus 1, 0 outside the region, laid out flat with
            a border of zeros, see ``layout.lay_out``.
        positions: Positions of the region's voxels in ``index``, ascending, shape (P,).
        steps: Offsets to half of the neighbors, each also backwards, shape (D,).
        grays: Gray levels that occur, ascending, shape (G,).
        out: Shape (5,), written.
    """
    counts, differences = sum_differences(index, positions, steps, grays)
    total = counts.sum()
    share = counts / total
    busy, complexity, strength = _pair_sums(share, differences, grays)
    weighted = (share * differences).sum()
    mean = (share * grays).sum()
    spread = 2 * (share * (grays - mean) ** 2).sum()
    summed = differences.sum()
    levels = grays.size
    out[0] = weighted / busy if busy != 0 else 0.0
    out[1] = 1 / weighted if weighted != 0 else 1e6
    out[2] = complexity / total
    out[3] = spread * summed / total / (levels * (levels - 1)) if levels > 1 else 0.0
    out[4] = strength / summed if summed != 0 else 0.0


@njit(nogil=True)
def sum_differences(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sum, by gray level, how far voxels are from the mean of their neighbors.

    Args:
        index: As in ``describe_differences``.
        positions: As in ``describe_differences``.
        steps: As in ``describe_differences``.
        grays: As in ``describe_differences``.

    Returns:
        Number of voxels and summed absolute difference of each gray level, both (G,).
    """
    sums = _sum_neighbors(index, positions, steps, grays)
    counts = np.zeros(grays.size, np.int64)
    differences = np.zeros(grays.size)
    for k in range(positions.size):
        gray = index[positions[k]] - 1
        total = sums[positions[k] - positions[0]]
        counts[gray] += 1
        if total:
            differences[gray] += abs(grays[gray] - (total % ONE) / (total // ONE))
    return counts, differences


@njit(nogil=True)
def _sum_neighbors(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Add up, from the first voxel to the last, the neighbors' gray levels and ``ONE`` for each."""
    marks = np.zeros(index.size, np.int32)
    for p in positions:
        marks[p] = ONE + np.int32(grays[index[p] - 1])
    first, last = positions[0], positions[-1] + 1
    sums = np.zeros(last - first, np.int32)
    # Over the whole row, not from voxel to voxel: this way many are summed at once.
    for step in steps:
        ahead, behind = marks[first + step : last + step], marks[first - step : last - step]
        for k in range(sums.size):
            sums[k] += ahead[k] + behind[k]
    return sums


@njit(nogil=True)
def _pair_sums(
    share: NDArray[np.float64], differences: NDArray[np.float64], grays: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Sum over ordered pairs of gray levels; each unordered pair counts twice."""
    busy = complexity = strength = 0.0
    for i in range(grays.size):
        for j in range(i):
            gap = grays[i] - grays[j]
            both = share[i] + share[j]
            busy += abs(grays[i] * share[i] - grays[j] * share[j])
            complexity += gap * (share[i] * differences[i] + share[j] * differences[j]) / both
            strength += both * gap * gap
    return 2 * busy, 2 * complexity, 2 * strength
