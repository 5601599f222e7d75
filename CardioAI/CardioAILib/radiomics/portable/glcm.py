"""Gray-level co-occurrence matrix, symmetric, distance 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.columns import INVERSE_VARIANCE, MCC, ROUNDING
from CardioAILib.radiomics.portable.matrices import Lattice, cooccurrence


def describe_pairs(
    lattice: Lattice, grays: NDArray[np.float64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Compute the 24 GLCM features, averaged over directions.

    Directions without a pair are left out; without any the features are nan, but for two of a
    single gray level: ``MCC`` is 1 (always, unless one direction was asked for and has no pair)
    and ``InverseVariance`` is 0 (then). Source: pyradiomics 3.0.1 ``glcm``; Haralick 1973;
    IBSI 3.6, merging per direction.

    Args:
        lattice: The region, its gray levels numbered from 1.
        grays: Gray level of each number, ascending, shape (G,).
        steps: Directions to one neighbor, shape (D, ndim).

    Returns:
        Shape (24,).
    """
    matrices = [cooccurrence(lattice, direction, grays.size) for direction in steps]
    rows = [describe_matrix(counts, grays) for counts in matrices if counts.any()]
    out = np.mean(rows, axis=0) if rows else np.full(24, np.nan)
    if len(steps) > 1 or rows:
        if grays.size == 1:
            out[MCC] = 1.0
    elif grays[-1] == 1:
        out[INVERSE_VARIANCE] = 0.0
    return out


def describe_matrix(counts: NDArray[np.int64], grays: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the 24 features of one symmetric matrix.

    Args:
        counts: Shape (G, G), with at least one pair.
        grays: Gray level of each row, ascending, shape (G,).

    Returns:
        Shape (24,).
    """
    out = np.empty(24)
    rows, columns = np.nonzero(counts)
    share = counts[rows, columns] / counts.sum()
    one, other = grays[rows], grays[columns]
    marginal = counts.sum(axis=1) / counts.sum()
    mean = (marginal * grays).sum()
    variance = (marginal * (grays - mean) ** 2).sum()
    out[0], out[16], out[23] = (share * one * other).sum(), mean, variance
    out[17], out[18], out[20] = (share * share).sum(), _entropy(share), share.max()
    _describe_sums(np.bincount((one + other).astype(np.int64), share), mean, out)
    gaps = np.bincount(np.abs(one - other).astype(np.int64), share)
    _describe_differences(gaps, int(grays[-1]), out)
    out[5] = (out[3] - out[4]) / 4 / variance if variance > 0 else 1.0
    entropy = _entropy(marginal)
    information = 2 * entropy - out[18]
    if information < ROUNDING:
        information = 0.0
    out[13] = -information / entropy if entropy > 0 else 0.0
    out[14] = np.sqrt(1 - np.exp(-2 * information))
    out[MCC] = maximal_correlation(counts)
    return out


def maximal_correlation(counts: NDArray[np.int64]) -> float:
    """Return the root of the second-largest eigenvalue of Q (Haralick 1973, f14).

    For a symmetric matrix P with marginal p, Q is similar to S^2 with
    S(i, j) = P(i, j) / sqrt(p(i) p(j)). The largest eigenvalue of S is 1 with eigenvector
    sqrt(p); with it taken out, the coefficient is the largest magnitude that is left.

    Args:
        counts: Symmetric co-occurrence counts, shape (G, G).

    Returns:
        The coefficient, between 0 and 1; 0 where only one gray level has neighbors.
    """
    kept = np.flatnonzero(counts.any(axis=1))
    if kept.size < 2:
        return 0.0
    square = counts[np.ix_(kept, kept)]
    roots = np.sqrt(square.sum(axis=1))
    top = roots / np.sqrt(square.sum())
    rest = square / (roots[:, None] * roots) - top[:, None] * top
    return min(float(np.abs(np.linalg.eigvalsh(rest)).max()), 1.0)


def _describe_sums(share: NDArray[np.float64], mean: float, out: NDArray[np.float64]) -> None:
    """Write what depends on the sum of two gray levels alone."""
    offset = np.arange(share.size) - 2 * mean
    out[1], out[2], out[3] = ((share * offset**power).sum() for power in (4, 3, 2))
    out[21], out[22] = (share * np.arange(share.size)).sum(), _entropy(share)


def _describe_differences(
    share: NDArray[np.float64], levels: int, out: NDArray[np.float64]
) -> None:
    """Write what depends on the difference of two gray levels alone."""
    gap = np.arange(share.size, dtype=np.float64)
    squared = gap * gap
    average = (share * gap).sum()
    out[4], out[6], out[7] = (share * squared).sum(), average, _entropy(share)
    out[8] = (share * (gap - average) ** 2).sum()
    out[9], out[10] = (share / (1 + gap)).sum(), (share / (1 + squared)).sum()
    out[11] = (share / (1 + squared / levels**2)).sum()
    out[12] = (share / (1 + gap / levels)).sum()
    out[INVERSE_VARIANCE] = (share[1:] / squared[1:]).sum()


def _entropy(share: NDArray[np.float64]) -> float:
    positive = share[share > 0]
    return float(-(positive * np.log2(positive)).sum())
