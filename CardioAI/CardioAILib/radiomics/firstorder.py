"""First-order statistics of the intensities inside the region."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(nogil=True)
def describe_intensities(
    ordered: NDArray[np.float64],
    mean: float,
    histogram: NDArray[np.int64],
    voxel_mm3: float,
    out: NDArray[np.float64],
) -> None:
    """Write the 18 first-order features.

    Source: pyradiomics 3.0.1 ``firstorder``; IBSI 3.3 statistics and 3.4 intensity histogram.
    Kurtosis is not the excess kurtosis of IBSI.

    Args:
        ordered: Intensities in ascending order, shape (P,).
        mean: Their mean, summed as numpy does: its rounding decides skewness in a flat region.
        histogram: Pixels at each gray level that occurs, shape (G,).
        voxel_mm3: Volume of one voxel in mm^3.
        out: Shape (18,), written.
    """
    low, high = percentile(ordered, 0.1), percentile(ordered, 0.9)
    energy, deviation, second, third, fourth = _moments(ordered, mean)
    entropy, uniformity = _histogram_features(histogram)
    scatter = second if second > 0 else 1.0
    out[0] = low
    out[1] = high
    out[2] = energy
    out[3] = entropy
    out[4] = percentile(ordered, 0.75) - percentile(ordered, 0.25)
    out[5] = fourth / scatter**2
    out[6] = ordered[-1]
    out[7] = deviation
    out[8] = mean
    out[9] = (ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2
    out[10] = ordered[0]
    out[11] = ordered[-1] - ordered[0]
    out[12] = _robust_deviation(ordered, low, high)
    out[13] = np.sqrt(energy / ordered.size)
    out[14] = third / scatter**1.5
    out[15] = energy * voxel_mm3
    out[16] = uniformity
    out[17] = second


@njit(nogil=True)
def percentile(ordered: NDArray[np.float64], fraction: float) -> float:
    """Interpolate a percentile linearly between order statistics, as numpy does.

    Args:
        ordered: Values in ascending order, shape (P,).
        fraction: Between 0 and 1.

    Returns:
        The percentile.
    """
    position = (ordered.size - 1) * fraction
    below = int(np.floor(position))
    above = min(below + 1, ordered.size - 1)
    weight = position - below
    step = ordered[above] - ordered[below]
    if weight >= 0.5:
        return ordered[above] - step * (1 - weight)
    return ordered[below] + step * weight


@njit(nogil=True)
def _moments(ordered: NDArray[np.float64], mean: float) -> tuple[float, float, float, float, float]:
    energy = deviation = second = third = fourth = 0.0
    for value in ordered:
        offset = value - mean
        squared = offset * offset
        energy += value * value
        deviation += abs(offset)
        second += squared
        third += squared * offset
        fourth += squared * squared
    size = ordered.size
    return energy, deviation / size, second / size, third / size, fourth / size


@njit(nogil=True)
def _robust_deviation(ordered: NDArray[np.float64], low: float, high: float) -> float:
    """Average the deviation between the 10th and 90th percentile, both included."""
    first = np.searchsorted(ordered, low, side="left")
    last = np.searchsorted(ordered, high, side="right")
    kept = ordered[first:last]
    if kept.size == 0:
        return np.nan
    return np.abs(kept - kept.mean()).mean()


@njit(nogil=True)
def _histogram_features(histogram: NDArray[np.int64]) -> tuple[float, float]:
    total = histogram.sum()
    entropy = uniformity = 0.0
    for count in histogram:
        share = count / total
        entropy -= share * np.log2(share)
        uniformity += share * share
    return entropy, uniformity
