"""What run, zone and dependence matrices share: one table of gray level against size."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(nogil=True)
def describe_sizes(
    table: NDArray[np.int64], sizes: NDArray[np.float64], grays: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Summarize a matrix that counts elements by gray level and size.

    The formulas of GLRLM, GLSZM and GLDM are the same with size read as run length, zone area
    or dependence (IBSI 3.7, 3.8, 3.11).

    Args:
        table: Counts P(i, j), shape (G, S), with at least one element.
        sizes: Size j of each column, shape (S,).
        grays: Gray level i of each row, shape (G,).

    Returns:
        Shape (16,): gray-level non-uniformity, the same normalized, gray-level variance, high
        gray-level emphasis, large-size emphasis, large-size high and low gray-level emphasis,
        low gray-level emphasis, entropy, size non-uniformity, the same normalized, percentage,
        size variance, small-size emphasis, small-size high and low gray-level emphasis.
    """
    by_gray, by_size = table.sum(axis=1), table.sum(axis=0)
    total = by_gray.sum()
    out = np.zeros(16)
    out[0] = (by_gray * by_gray).sum() / total
    out[1] = out[0] / total
    out[2] = _variance(by_gray, grays, total)
    out[9] = (by_size * by_size).sum() / total
    out[10] = out[9] / total
    out[11] = total / (by_size * sizes).sum()
    out[12] = _variance(by_size, sizes, total)
    _add_emphases(table, sizes, grays, total, out)
    return out


@njit(nogil=True)
def _variance(counts: NDArray[np.int64], values: NDArray[np.float64], total: int) -> float:
    mean = (counts * values).sum() / total
    return (counts * (values - mean) ** 2).sum() / total


@njit(nogil=True)
def _add_emphases(
    table: NDArray[np.int64],
    sizes: NDArray[np.float64],
    grays: NDArray[np.float64],
    total: int,
    out: NDArray[np.float64],
) -> None:
    logs = 0.0
    for g in range(grays.size):
        high = grays[g] * grays[g]
        for s in range(sizes.size):
            if table[g, s] == 0:
                continue
            share = table[g, s] / total
            large = sizes[s] * sizes[s]
            out[3] += share * high
            out[4] += share * large
            out[5] += share * large * high
            out[6] += share * large / high
            out[7] += share / high
            if table[g, s] > 1:
                logs += table[g, s] * np.log2(table[g, s])
            out[13] += share / large
            out[14] += share * high / large
            out[15] += share / (high * large)
    # Most counts are 1 and cost no logarithm: -sum p log p = log N - sum n log n / N.
    out[8] = np.log2(total) - logs / total
