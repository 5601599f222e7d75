"""Statistics of intensities or of gray levels: both families share their formulas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def describe_values(values: NDArray[np.number]) -> dict[str, float]:
    """Compute what intensity statistics and intensity histogram have in common.

    Quantities that divide by nothing (variance or mean of zero) are nan, as IBSI leaves them
    undefined; skewness and kurtosis of a flat region are 0 by its definition.

    Args:
        values: Intensities or gray levels of the region, shape (P,).

    Returns:
        Values by the second part of their tag (IBSI 3.3 and 3.4).
    """
    p10, p25, median, p75, p90 = np.percentile(values, (10, 25, 50, 75, 90))
    mean = values.mean()
    off = values - mean
    variance = np.mean(off**2)
    middle = values[(values >= p10) & (values <= p90)]
    return {
        "mean": mean,
        "var": variance,
        "skew": np.mean(off**3) / variance**1.5 if variance > 0 else 0.0,
        "kurt": np.mean(off**4) / variance**2 - 3 if variance > 0 else 0.0,
        "median": median,
        "min": values.min(),
        "p10": p10,
        "p90": p90,
        "max": values.max(),
        "iqr": p75 - p25,
        "range": values.max() - values.min(),
        "mad": np.abs(off).mean(),
        "rmad": np.abs(middle - middle.mean()).mean(),
        "medad": np.abs(values - median).mean(),
        "cov": np.sqrt(variance) / mean if mean else np.nan,
        "qcod": (p75 - p25) / (p75 + p25) if p75 + p25 else np.nan,
    }


def statistics(values: NDArray[np.float64]) -> dict[str, float]:
    """Compute the intensity-based statistics (IBSI 3.3).

    Args:
        values: Intensities of the region, shape (P,).
    """
    energy = np.sum(values**2)
    return describe_values(values) | {"energy": energy, "rms": np.sqrt(energy / values.size)}


def intensity_histogram(levels: NDArray[np.int64], count: int) -> dict[str, float]:
    """Compute the intensity histogram features (IBSI 3.4).

    Args:
        levels: Gray levels of the region, from 1, shape (P,).
        count: Number of gray levels; empty bins up to it belong to the histogram.
    """
    histogram = np.bincount(levels, minlength=count + 1)[1:]
    shares = histogram[histogram > 0] / levels.size
    gradient = np.gradient(histogram.astype(np.float64)) if count > 1 else np.zeros(1)
    return describe_values(levels) | {
        "mode": _mode(histogram, levels.mean()),
        "entropy": -np.sum(shares * np.log2(shares)),
        "uniformity": np.sum(shares**2),
        "max_grad": gradient.max(),
        "max_grad_g": gradient.argmax() + 1,
        "min_grad": gradient.min(),
        "min_grad_g": gradient.argmin() + 1,
    }


def _mode(histogram: NDArray[np.int64], mean: float) -> float:
    """Return the fullest bin; of several that nearest to the mean, and of two the lower."""
    fullest = np.flatnonzero(histogram == histogram.max()) + 1
    return float(fullest[np.abs(fullest - mean).argmin()])
