"""Gray-level co-occurrence matrix, symmetric, distance 1."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.mcc import maximal_correlation

INVERSE_VARIANCE, MCC = 15, 19
"""Columns that pyradiomics fills even where no voxel has a neighbor."""

ROUNDING = 1e-13
"""Mutual information below this is that of independent gray levels: counts give 0 or far more."""


@njit(nogil=True)
def describe_pairs(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the 24 GLCM features, averaged over directions.

    Directions without a pair are left out; without any the features are nan, but for two of a
    single gray level: ``MCC`` is 1 (always, unless one direction was asked for and has no pair)
    and ``InverseVariance`` is 0 (then). Source: pyradiomics 3.0.1 ``glcm``; Haralick 1973;
    IBSI 3.6, merging per direction.

    Args:
        index: Place of each voxel in ``grays`` plus 1, 0 outside the region, laid out flat with
            a border of zeros, see ``layout.lay_out``.
        positions: Positions of the region's voxels in ``index``, ascending, shape (P,).
        steps: Offsets to one neighbor in each direction, shape (D,).
        grays: Gray levels that occur, ascending, shape (G,).
        out: Shape (24,), written.
    """
    out[:] = 0.0
    used = 0
    values = np.empty(24)
    for step in steps:
        counts = count_pairs(index, positions, step, grays.size)
        if counts.any():
            _describe_matrix(counts, grays, values)
            out += values
            used += 1
    out /= float(used) if used else np.nan
    if steps.size > 1 or used:
        if grays.size == 1:
            out[MCC] = 1.0
    elif grays[-1] == 1:
        out[INVERSE_VARIANCE] = 0.0


@njit(nogil=True)
def count_pairs(
    index: NDArray[np.int32], positions: NDArray[np.int64], step: int, grays: int
) -> NDArray[np.int32]:
    """Count neighboring gray levels in both senses of one direction.

    Args:
        index: As in ``describe_pairs``.
        positions: As in ``describe_pairs``.
        step: Offset to the neighbor in this direction.
        grays: Number of gray levels.

    Returns:
        Shape (G, G), symmetric.
    """
    counts = np.zeros((grays, grays), np.int32)
    for p in positions:
        here, there = index[p], index[p + step]
        if there:
            counts[here - 1, there - 1] += 1
            counts[there - 1, here - 1] += 1
    return counts


@njit(nogil=True)
def _describe_matrix(
    counts: NDArray[np.int32], grays: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    levels = int(grays[-1])
    marginal, sums, differences, joint = _collect(counts, grays)
    total = marginal.sum()
    mean = (marginal * grays).sum() / total
    variance = (marginal * (grays - mean) ** 2).sum() / total
    out[0], out[17], out[18], out[20] = joint
    _describe_sums(sums / total, mean, out)
    _describe_differences(differences / total, levels, out)
    covariance = (out[3] - out[4]) / 4
    out[5] = covariance / variance if variance > 0 else 1.0
    entropy = _entropy(marginal / total)
    information = 2 * entropy - out[18]
    if information < ROUNDING:
        information = 0.0
    out[13] = -information / entropy if entropy > 0 else 0.0
    out[14] = np.sqrt(1 - np.exp(-2 * information))
    out[16] = mean
    out[MCC] = maximal_correlation(counts, marginal)
    out[23] = variance


@njit(nogil=True)
def _collect(
    counts: NDArray[np.int32], grays: NDArray[np.float64]
) -> tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], tuple[float, float, float, float]
]:
    """Walk the upper triangle once.

    Returns:
        The marginal, the counts of each sum and of each difference of gray levels, and
        autocorrelation, joint energy, joint entropy and largest probability.
    """
    size, levels = grays.size, int(grays[-1])
    marginal = np.zeros(size, np.int64)
    sums, differences = np.zeros(2 * levels + 1, np.int64), np.zeros(levels, np.int64)
    total = counts.sum()
    product = energy = logs = largest = 0.0
    for i in range(size):
        for j in range(i, size):
            count = counts[i, j]
            if count == 0:
                continue
            twice = 1 if i == j else 2
            share = count / total
            marginal[i] += count
            if i != j:
                marginal[j] += count
            sums[int(grays[i] + grays[j])] += twice * count
            differences[int(grays[j] - grays[i])] += twice * count
            product += twice * share * grays[i] * grays[j]
            energy += twice * share * share
            if count > 1:
                logs += twice * count * np.log2(count)
            largest = max(largest, share)
    # Most counts are 1 and cost no logarithm: -sum p log p = log N - sum n log n / N.
    entropy = np.log2(total) - logs / total
    return marginal, sums, differences, (product, energy, entropy, largest)


@njit(nogil=True)
def _describe_sums(shares: NDArray[np.float64], mean: float, out: NDArray[np.float64]) -> None:
    """Write what depends on the sum of two gray levels alone."""
    average = shade = tendency = prominence = 0.0
    for k in range(shares.size):
        offset = k - 2 * mean
        average += shares[k] * k
        tendency += shares[k] * offset**2
        shade += shares[k] * offset**3
        prominence += shares[k] * offset**4
    out[1], out[2], out[3] = prominence, shade, tendency
    out[21], out[22] = average, _entropy(shares)


@njit(nogil=True)
def _describe_differences(
    shares: NDArray[np.float64], levels: int, out: NDArray[np.float64]
) -> None:
    """Write what depends on the difference of two gray levels alone."""
    average = contrast = inverse = inverse_moment = 0.0
    normalized_moment = normalized = inverse_variance = 0.0
    for k in range(shares.size):
        average += shares[k] * k
        contrast += shares[k] * k * k
        inverse += shares[k] / (1 + k)
        inverse_moment += shares[k] / (1 + k * k)
        normalized_moment += shares[k] / (1 + k * k / levels**2)
        normalized += shares[k] / (1 + k / levels)
        if k:
            inverse_variance += shares[k] / (k * k)
    variance = 0.0
    for k in range(shares.size):
        variance += shares[k] * (k - average) ** 2
    out[4], out[6], out[7], out[8] = contrast, average, _entropy(shares), variance
    out[9], out[10], out[11], out[12] = inverse, inverse_moment, normalized_moment, normalized
    out[INVERSE_VARIANCE] = inverse_variance


@njit(nogil=True)
def _entropy(shares: NDArray[np.float64]) -> float:
    entropy = 0.0
    for share in shares:
        if share > 0:
            entropy -= share * np.log2(share)
    return entropy
