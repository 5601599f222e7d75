"""What run, zone and dependence matrices share: one table of gray level against size."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.logs import weighted_log


@njit(nogil=True)
def describe_sizes(
    table: NDArray[np.int32], sizes: NDArray[np.float64], grays: NDArray[np.float64]
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
    by_gray, by_size = np.zeros(grays.size), np.zeros(sizes.size)
    out = np.zeros(16)
    _add_emphases(table, sizes, grays, by_gray, by_size, out)
    total = by_gray.sum()
    out[8] = np.log2(total) - out[8] / total
    for k in (3, 4, 5, 6, 7, 13, 14, 15):
        out[k] /= total
    out[0] = (by_gray * by_gray).sum() / total
    out[1] = out[0] / total
    out[2] = _variance(by_gray, grays, total)
    out[9] = (by_size * by_size).sum() / total
    out[10] = out[9] / total
    out[11] = total / (by_size * sizes).sum()
    out[12] = _variance(by_size, sizes, total)
    return out


@njit(nogil=True)
def _variance(counts: NDArray[np.float64], values: NDArray[np.float64], total: float) -> float:
    mean = (counts * values).sum() / total
    return (counts * (values - mean) ** 2).sum() / total


@njit(nogil=True)
def _add_emphases(
    table: NDArray[np.int32],
    sizes: NDArray[np.float64],
    grays: NDArray[np.float64],
    by_gray: NDArray[np.float64],
    by_size: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Sum the rows, the columns, n log2 n, and the counts weighted by size and gray level."""
    squares = sizes * sizes
    inverses = 1 / squares
    for g in range(grays.size):
        elements = large = small = logs = 0.0
        for s in range(sizes.size):
            count = table[g, s]
            if count:
                elements += count
                large += count * squares[s]
                small += count * inverses[s]
                logs += weighted_log(count)
                by_size[s] += count
        high = grays[g] * grays[g]
        by_gray[g] = elements
        out[3] += elements * high
        out[4] += large
        out[5] += large * high
        out[6] += large / high
        out[7] += elements / high
        out[8] += logs
        out[13] += small
        out[14] += small * high
        out[15] += small / high
