"""First-order statistics of the intensities inside the region."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def describe_intensities(
    values: NDArray[np.float64], histogram: NDArray[np.int64], voxel_mm3: float
) -> NDArray[np.float64]:
    """Compute the 18 first-order features.

    Source: pyradiomics 3.0.1 ``firstorder``; IBSI 3.3 statistics and 3.4 intensity histogram.
    Kurtosis is not the excess kurtosis of IBSI.

    Args:
        values: Intensities in the order of the voxels, shape (P,).
        histogram: Voxels at each gray level that occurs, shape (G,).
        voxel_mm3: Volume of one voxel in mm^3.

    Returns:
        Shape (18,).
    """
    low, lower, middle, upper, high = np.percentile(values, (10, 25, 50, 75, 90))
    mean, energy = values.mean(), (values * values).sum()
    offsets = values - mean
    second, third, fourth = ((offsets**power).mean() for power in (2, 3, 4))
    scatter = second if second > 0 else 1.0
    share = histogram / values.size
    return np.array(
        [
            low,
            high,
            energy,
            -(share * np.log2(share)).sum(),
            upper - lower,
            fourth / scatter**2,
            values.max(),
            np.abs(offsets).mean(),
            mean,
            middle,
            values.min(),
            values.max() - values.min(),
            _robust_deviation(values, low, high),
            np.sqrt(energy / values.size),
            third / scatter**1.5,
            energy * voxel_mm3,
            (share * share).sum(),
            second,
        ]
    )


def _robust_deviation(values: NDArray[np.float64], low: float, high: float) -> float:
    """Average the deviation between the 10th and 90th percentile, both included."""
    kept = values[(values >= low) & (values <= high)]
    return float(np.abs(kept - kept.mean()).mean()) if kept.size else np.nan
