"""How much of the region reaches an intensity (IBSI 3.5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.ibsi.discretize import by_count
from CardioAILib.radiomics.ibsi.settings import IbsiSettings

ARBITRARY_BINS = 1000
"""Bins for intensities without a unit, as IBSI advises."""


def volume_histogram(values: NDArray[np.float64], settings: IbsiSettings) -> dict[str, float]:
    """Compute the intensity-volume histogram features.

    Fractions of intensity are between the extremes of the region, or between the ends of
    ``intensity_range`` where it has them and intensities are calibrated.

    Args:
        values: Intensities of the region, shape (P,).
        settings: Says what intensities mean.

    Returns:
        Values by the second part of their tag.
    """
    steps, step, low, high = _steps(values, settings)
    v10, v90 = (np.mean(steps >= low + share * (high - low)) for share in (0.1, 0.9))
    i10, i90 = (_intensity_at(steps, share) + step for share in (0.1, 0.9))
    return {
        "v10": v10,
        "v90": v90,
        "i10": i10,
        "i90": i90,
        "diff_v10_v90": v10 - v90,
        "diff_i10_i90": i10 - i90,
    }


def _steps(
    values: NDArray[np.float64], settings: IbsiSettings
) -> tuple[NDArray[np.float64], float, float, float]:
    """Return intensities on steps, the width of a step, and the ends of the scale."""
    if not settings.calibrated:
        return by_count(values, ARBITRARY_BINS).astype(np.float64), 1.0, 1.0, ARBITRARY_BINS
    low, high = settings.intensity_range
    low = values.min() if low is None else low
    high = values.max() if high is None else high
    width = settings.ivh_width
    if width is None:
        return values, 1.0, low, high
    centers = low + (np.floor((values - low) / width) + 0.5) * width
    return centers, width, low + width / 2, high - width / 2


def _intensity_at(steps: NDArray[np.float64], share: float) -> float:
    """Return the highest step that more than this share of the region reaches."""
    grays, counts = np.unique(steps, return_counts=True)
    reaching = counts[::-1].cumsum()[::-1]
    return float(grays[reaching > share * steps.size].max())
