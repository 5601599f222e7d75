"""From what callers give to the masks, intensities and gray levels that features start from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics.ibsi.resample import Spacing, resample
from CardioAILib.radiomics.ibsi.settings import IbsiSettings

MAX_LEVELS = 4096
"""More gray levels than this in one region means that scale and bin width do not fit."""


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
    volume, region, steps = _check(image, mask, spacing)
    volume, region, steps = resample(
        volume, region, steps, settings.resample_mm, settings.interpolation
    )
    _require_some(region, "in the mask after resampling", "use a finer resample_mm")
    if settings.round_intensities:
        volume = np.rint(volume)
    inside = region & _in_range(volume, settings.intensity_range)
    if settings.outlier_sigmas is not None and inside.any():
        inside &= _within(volume, volume[inside], settings.outlier_sigmas)
    _require_some(
        inside, f"with intensities in {settings.intensity_range}", "widen intensity_range"
    )
    numbers, count = discretize(volume[inside], settings)
    levels = np.zeros(volume.shape, np.int64)
    levels[inside] = numbers
    return Roi(volume, region, inside, levels, count, steps)


def discretize(
    values: NDArray[np.float64], settings: IbsiSettings
) -> tuple[NDArray[np.int64], int]:
    """Give each intensity a gray level (IBSI 2.7).

    Args:
        values: Intensities of the region, shape (P,).
        settings: Gives the bins.

    Returns:
        Gray levels from 1, shape (P,), and the number of levels: ``bin_count``, or with bins of
        fixed size the highest that occurs.

    Raises:
        InputError: If an intensity lies below the origin of the bins, or bins are too many.
    """
    if settings.bin_count is not None:
        return by_count(values, settings.bin_count), settings.bin_count
    low = _origin(values, settings)
    top = np.floor((values.max() - low) / settings.bin_width) + 1
    if values.min() < low or not top <= MAX_LEVELS:
        raise InputError(
            got=f"intensities from {values.min():g} to {values.max():g} with bins of "
            f"{settings.bin_width:g} from {low:g} on",
            wanted=f"no intensity below the first bin, and at most {MAX_LEVELS} bins",
            fix="lower bin_origin, widen bin_width, or use bin_count=32",
        )
    return np.floor((values - low) / settings.bin_width).astype(np.int64) + 1, int(top)


def by_count(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Give gray levels 1 to ``count`` between the extremes; a flat region has level 1."""
    low, high = values.min(), values.max()
    if low == high:
        return np.ones(values.size, np.int64)
    return np.minimum(np.floor(count * ((values - low) / (high - low))) + 1, count).astype(np.int64)


def _origin(values: NDArray[np.float64], settings: IbsiSettings) -> float:
    for given in (settings.bin_origin, settings.intensity_range[0]):
        if given is not None:
            return given
    return float(values.min())


def _in_range(
    volume: NDArray[np.float64], limits: tuple[float | None, float | None]
) -> NDArray[np.bool_]:
    low, high = limits
    return (volume >= (-np.inf if low is None else low)) & (
        volume <= (np.inf if high is None else high)
    )


def _within(
    volume: NDArray[np.float64], values: NDArray[np.float64], sigmas: float
) -> NDArray[np.bool_]:
    """Tell which intensities are near the mean of some, in their standard deviations."""
    return np.abs(volume - values.mean()) <= sigmas * values.std()


def _check(
    image: ArrayLike, mask: ArrayLike, spacing: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_], Spacing]:
    volume, region = np.asarray(image, np.float64), np.asarray(mask) > 0
    steps = np.asarray(spacing, np.float64)
    if volume.ndim != 3:
        raise InputError(
            got=f"an image of shape {volume.shape}",
            wanted="shape (S, H, W)",
            fix="add the missing axis, or choose a frame of the series",
        )
    if region.shape != volume.shape:
        raise GridMismatchError(
            got=f"an image of shape {volume.shape} and a mask of shape {region.shape}",
            wanted="one mask voxel for every image voxel",
            fix="resample the mask to the grid of the image",
        )
    if steps.shape != (3,) or not (np.isfinite(steps) & (steps > 0)).all():
        raise InputError(
            got=f"spacing {steps.tolist() if steps.size < 5 else steps.shape}",
            wanted="three numbers above 0: mm along slices, rows and columns",
            fix="read the spacing from the image",
        )
    if not np.isfinite(volume).all():
        raise InputError(
            got="nan or infinite intensities",
            wanted="finite intensities",
            fix="repair the image",
        )
    _require_some(region, "in the mask", "choose the structure's label, or segment it")
    return volume, region, (float(steps[0]), float(steps[1]), float(steps[2]))


def _require_some(region: NDArray[np.bool_], where: str, fix: str) -> None:
    if not region.any():
        raise EmptyMaskError(got=f"no voxel {where}", wanted="a region", fix=fix)
