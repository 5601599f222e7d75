"""Neighboring gray-tone difference matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(nogil=True)
def describe_differences(
    index: NDArray[np.int32],
    grays: NDArray[np.float64],
    directions: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the 5 NGTDM features.

    Source: Amadasun and King 1989; pyradiomics 3.0.1 ``ngtdm``; IBSI 3.10. A pixel without a
    neighbor counts with difference 0 (IBSI leaves it out).

    Args:
        index: Row of each pixel in ``grays`` plus 1, 0 outside the region, with a border of
            zeros, shape (h + 2, w + 2).
        grays: Gray levels that occur, ascending, shape (G,).
        directions: Row and column steps to neighbors, each also backwards, shape (D, 2).
        out: Shape (5,), written.
    """
    counts, differences = sum_differences(index, grays, directions)
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
    index: NDArray[np.int32], grays: NDArray[np.float64], directions: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sum, by gray level, how far pixels are from the mean of their neighbors.

    Args:
        index: As in ``describe_differences``.
        grays: As in ``describe_differences``.
        directions: As in ``describe_differences``.

    Returns:
        Number of pixels and summed absolute difference of each gray level, both (G,).
    """
    counts = np.zeros(grays.size, np.int64)
    differences = np.zeros(grays.size)
    for r in range(1, index.shape[0] - 1):
        for c in range(1, index.shape[1] - 1):
            if index[r, c] == 0:
                continue
            gray = index[r, c] - 1
            neighbors, total = 0, 0.0
            for d in range(directions.shape[0]):
                for sign in (-1, 1):
                    other = index[r + sign * directions[d, 0], c + sign * directions[d, 1]]
                    if other:
                        neighbors += 1
                        total += grays[other - 1]
            counts[gray] += 1
            if neighbors:
                differences[gray] += abs(grays[gray] - total / neighbors)
    return counts, differences


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
