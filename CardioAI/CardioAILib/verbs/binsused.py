"""How many gray levels a region gets, and the refusal of a width that makes one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.radiomics import Settings
from CardioAILib.verbs.presets import Preset

USUAL_BINS = 32


def bins_used(values: np.ndarray, settings: Any) -> int:
    """Return the number of bins from the darkest to the brightest voxel of a region.

    Args:
        values: Intensities of the region in the original image, as stored, shape (P,).
        settings: Settings of either kind.
    """
    if settings.bin_count is not None:
        return 1 if np.ptp(values) == 0 else int(settings.bin_count)
    start = 0.0
    if not isinstance(settings, Settings):
        values, start = _within(values, settings)
    low, high = _scaled(values.min(), settings), _scaled(values.max(), settings)
    first, last = (np.floor((end - start) / settings.bin_width) for end in (low, high))
    return int(last - first) + 1


def require_bins(values: np.ndarray, preset: Preset) -> None:
    """Refuse a bin width that leaves no texture.

    Args:
        values: Intensities of the region in the original image, as stored, shape (P,).
        preset: The preset; one for reproduction may let a single bin pass.

    Raises:
        InputError: A region that is not flat lies in a single bin.
    """
    settings = preset.settings
    sees_levels = not isinstance(settings, Settings) or (
        "original" in settings.image_types and settings.classes != ("shape",)
    )
    spread = _scaled(values.max(), settings) - _scaled(values.min(), settings)
    if preset.one_bin or settings.bin_width is None or not sees_levels or spread == 0:
        return
    if bins_used(values, settings) > 1:
        return
    low, high = (_scaled(end, settings) for end in (values.min(), values.max()))
    raise InputError(
        got=f"intensities from {low:g} to {high:g}, all in one bin of width {settings.bin_width:g}",
        wanted="several bins, since one has no texture",
        fix=f"use a bin width of about {proposed_width(spread):g}, or a bin count as {USUAL_BINS}",
    )


def proposed_width(spread: float) -> float:
    """Return the width that divides a range of intensities into about 32 bins, in two digits."""
    return float(f"{spread / USUAL_BINS:.2g}")


def _within(values: np.ndarray, settings: Any) -> tuple[np.ndarray, float]:
    """Return the intensities that IBSI settings use, and where their bins begin."""
    low, high = settings.intensity_range
    kept = values[(values >= (-np.inf if low is None else low))]
    kept = kept[kept <= (np.inf if high is None else high)]
    kept = kept if kept.size else values
    starts = (settings.bin_origin, low, float(kept.min()))
    return kept, next(start for start in starts if start is not None)


def _scaled(value: Any, settings: Any) -> float:
    return float(value) * getattr(settings, "scale", 1.0)
