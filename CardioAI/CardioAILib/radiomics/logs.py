"""Entropies of counts, with the logarithms of small counts looked up."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

WEIGHTED_LOGS = np.concatenate(([0.0], np.arange(1.0, 1024) * np.log2(np.arange(1.0, 1024))))
"""n log2(n) of n = 0 to 1023; most counts in a texture matrix are small."""


@njit(nogil=True, inline="always")
def weighted_log(count: int) -> float:
    """Return n log2(n) of a count n, 0 for none."""
    if count < WEIGHTED_LOGS.size:
        return WEIGHTED_LOGS[count]
    return count * np.log2(count)


@njit(nogil=True)
def entropy(counts: NDArray[np.int64], total: int) -> float:
    """Measure the entropy of a histogram in bits.

    Args:
        counts: Shape (K,), not negative.
        total: Their sum, above 0.

    Returns:
        -sum p log2 p = log2 N - sum n log2 n / N.
    """
    logs = 0.0
    for count in counts:
        logs += weighted_log(count)
    return np.log2(total) - logs / total
