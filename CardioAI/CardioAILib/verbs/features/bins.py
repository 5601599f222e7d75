"""How many gray levels a region has, and the refusal of a width that makes one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.radiomics import Settings
from CardioAILib.radiomics.bins import (
    USUAL_BINS,
    check_bin_width,
    proposed_bin_width,
)
from CardioAILib.radiomics.portable.binning import levels_by_count
from CardioAILib.verbs.features.presets import Preset


def bins_used(values: np.ndarray, settings: Any) -> int:
    """Return the number of gray levels that occur in a region, 1 where it is constant.

    Args:
        values: Intensities of the region in the original image, as stored, shape (P,).
        settings: Settings of either kind.
    """
    binned = _binned(values, settings)
    if settings.bin_count is None:
        return len(np.unique(np.floor(binned.astype(np.float64) / settings.bin_width)))
    floats = binned if binned.dtype == np.float32 else binned.astype(np.float64)
    # None is left where the intensities differ by too little to divide.
    return max(1, len(np.unique(levels_by_count(floats, settings.bin_count))))


def require_bins(values: np.ndarray, preset: Preset, number: int | None = None) -> None:
    """Refuse a bin width that leaves no texture, or more gray levels than can be.

    Args:
        values: Intensities of the region in the original image, as stored, shape (P,).
        preset: The preset; one for reproduction may let a single bin pass.
        number: The slice's place in its stack, for the message; None for a volume.

    Raises:
        InputError: A region that is not flat lies in a single bin, or in too many.
    """
    settings = preset.settings
    sees_levels = not isinstance(settings, Settings) or (
        "original" in settings.image_types and settings.classes != ("shape",)
    )
    if settings.bin_width is None or not sees_levels or np.ptp(values) == 0:
        return
    scaled = values * getattr(settings, "scale", 1.0)
    try:
        check_bin_width(scaled, settings.bin_width)
        if not preset.one_bin and bins_used(values, settings) == 1:
            raise _one_bin(scaled, settings.bin_width)
    except InputError as error:
        if number is None:
            raise
        got = f"{error.got} in slice {number}"
        raise InputError(got=got, wanted=error.wanted, fix=error.fix) from error


def _one_bin(values: np.ndarray, width: float) -> InputError:
    return InputError(
        got=f"intensities from {values.min():g} to {values.max():g}, all in one bin of width "
        f"{width:g}",
        wanted="several bins, since one has no texture",
        fix=f"use a bin width of about {proposed_bin_width(values):g}, or a bin count as "
        f"{USUAL_BINS}",
    )


def _binned(values: np.ndarray, settings: Any) -> np.ndarray:
    """Return the intensities as bins count them: scaled, or by IBSI from where bins begin."""
    if isinstance(settings, Settings):
        return values * settings.scale
    low, high = settings.intensity_range
    kept = values[values >= (-np.inf if low is None else low)]
    kept = kept[kept <= (np.inf if high is None else high)]
    kept = kept if kept.size else values
    starts = (settings.bin_origin, low, float(kept.min()))
    return kept - next(start for start in starts if start is not None)
