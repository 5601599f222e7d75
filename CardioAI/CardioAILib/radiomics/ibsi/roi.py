"""From what callers give to the masks, intensities and gray levels that features start from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.radiomics.ibsi.discretize import discretize
from CardioAILib.radiomics.ibsi.inputs import check_inputs, require_some
from CardioAILib.radiomics.ibsi.resample import Spacing, resample
from CardioAILib.radiomics.ibsi.settings import IbsiSettings


@dataclass(frozen=True, eq=False)
class Roi:
    """A region after all steps before the features (IBSI 2).

    Attributes:
        image: Intensities, shape (S, H, W).
        morphological: The region as it was drawn, shape (S, H, W).
        intensity: The region without intensities out of range, shape (S, H, W).
        levels: Gray levels from 1, 0 outside the intensity mask, shape (S, H, W).
        level_count: Number of gray levels that there may be.
        spacing: In mm along (S, H, W).
    """

    image: NDArray[np.float64]
    morphological: NDArray[np.bool_]
    intensity: NDArray[np.bool_]
    levels: NDArray[np.int64]
    level_count: int
    spacing: Spacing

    @property
    def values(self) -> NDArray[np.float64]:
        """Intensities inside the intensity mask, shape (P,)."""
        return self.image[self.intensity]


def make_roi(image: ArrayLike, mask: ArrayLike, spacing: ArrayLike, settings: IbsiSettings) -> Roi:
    """Resample, round, re-segment and discretize, in this order.

    Args:
        image: Shape (S, H, W).
        mask: Shape (S, H, W), true or above 0 inside.
        spacing: In mm along (S, H, W).
        settings: How.

    Raises:
        InputError: If shapes, values, spacing or bins cannot be used.
        EmptyMaskError: If nothing is inside the mask, or nothing of it in range.
    """
    volume, region, steps = resample(*check_inputs(image, mask, spacing), settings)
    require_some(region, f"of the mask left at {steps} mm", "use a finer resample_mm")
    if settings.round_intensities:
        volume = np.rint(volume)
    inside = _resegment(volume, region, settings)
    numbers, count = discretize(volume[inside], settings)
    levels = np.zeros(volume.shape, np.int64)
    levels[inside] = numbers
    return Roi(volume, region, inside, levels, count, steps)


def _resegment(
    volume: NDArray[np.float64], region: NDArray[np.bool_], settings: IbsiSettings
) -> NDArray[np.bool_]:
    """Leave out intensities out of range, then those far from the mean of the others."""
    low, high = settings.intensity_range
    inside = region & (volume >= (-np.inf if low is None else low))
    inside &= volume <= (np.inf if high is None else high)
    found = volume[region]
    require_some(
        inside,
        f"within intensity_range=({low}, {high}) of those from {found.min():g} to {found.max():g}",
        "widen intensity_range",
    )
    if settings.outlier_sigmas is not None:
        values = volume[inside]
        reach = settings.outlier_sigmas * values.std()
        # A flat region has no outliers, though rounding may move its mean.
        inside &= (np.abs(volume - values.mean()) <= reach) | (np.ptp(values) == 0)
        require_some(inside, "within outlier_sigmas of the mean", "raise outlier_sigmas")
    return inside
