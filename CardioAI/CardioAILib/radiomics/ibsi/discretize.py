"""Gray levels from intensities, by fixed bin size or fixed bin number (IBSI 2.7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.errors import InputError
from CardioAILib.radiomics.bins import MAX_LEVELS
from CardioAILib.radiomics.ibsi.settings import IbsiSettings

USUAL_BINS = 32
"""Bins that a proposed width divides the region into."""


def discretize(
    values: NDArray[np.float64], settings: IbsiSettings
) -> tuple[NDArray[np.int64], int]:
    """Give each intensity a gray level.

    Args:
        values: Intensities of the region, shape (P,).
        settings: Gives the bins.

    Returns:
        Gray levels from 1, shape (P,), and the number of levels: ``bin_count``, or with bins of
        fixed size the highest that occurs.

    Raises:
        InputError: If an intensity lies below the origin of the bins, bins are too many, or all
            intensities of a region that is not flat fall into one.
    """
    if settings.bin_count is not None:
        return by_count(values, settings.bin_count), settings.bin_count
    low = _origin(values, settings)
    numbers = np.floor((values - low) / settings.bin_width) + 1
    _check_bins(values, numbers, low, settings.bin_width)
    return numbers.astype(np.int64), int(numbers.max())


def by_count(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Give gray levels 1 to ``count`` between the extremes; a flat region has level 1.

    Args:
        values: Intensities of the region, shape (P,).
        count: Number of gray levels.
    """
    low, high = values.min(), values.max()
    if low == high:
        return np.ones(values.size, np.int64)
    numbers = np.floor(count * ((values - low) / (high - low))) + 1
    return np.minimum(numbers, count).astype(np.int64)


def _origin(values: NDArray[np.float64], settings: IbsiSettings) -> float:
    for given in (settings.bin_origin, settings.intensity_range[0]):
        if given is not None:
            return given
    return float(values.min())


def _check_bins(
    values: NDArray[np.float64], numbers: NDArray[np.float64], low: float, width: float
) -> None:
    least, most = values.min(), values.max()
    if numbers.min() < 1:
        raise InputError(
            got=f"intensities from {least:g} on with bins that begin at {low:g}",
            wanted="no intensity below the first bin",
            fix=f"use bin_origin={np.floor(least):g}, or cut the intensities by intensity_range",
        )
    many = not numbers.max() <= MAX_LEVELS
    if many or (least < most and numbers.min() == numbers.max()):
        raise InputError(
            got=f"intensities from {least:g} to {most:g}, which bins of width {width:g} from "
            f"{low:g} on divide into {f'{numbers.max():.0f} gray levels' if many else 'one bin'}",
            wanted=f"2 to {MAX_LEVELS} gray levels",
            fix=f"use bin_width={(most - least) / USUAL_BINS:.2g}, or bin_count={USUAL_BINS}",
        )
