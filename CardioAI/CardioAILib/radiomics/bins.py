"""Whether intensities fit the bins that were asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.errors import InputError

MAX_LEVELS = 4096
"""More gray levels than this in one region means that scale and bin width do not fit."""

USUAL_BINS = 32
"""Number of bins that a proposed width makes."""


def bins_of_width(values: NDArray[np.number], width: float) -> int:
    """Count the bins of a width from the lowest to the highest intensity.

    Args:
        values: Intensities of the region, shape (P,).
        width: Width of a bin; bins lie at its multiples.

    Returns:
        1 or more.
    """
    low, high = (np.floor(float(end) / width) for end in (values.min(), values.max()))
    return int(high - low) + 1


def proposed_bin_width(values: NDArray[np.number]) -> float:
    """Propose a width that makes about ``USUAL_BINS`` bins.

    Args:
        values: Intensities of the region, shape (P,).

    Returns:
        The width in two digits; 1 for a flat region, where every width makes one bin.
    """
    spread = float(values.max()) - float(values.min())
    return float(f"{spread / USUAL_BINS:.2g}") if spread > 0 else 1.0


def check_bin_width(values: NDArray[np.floating], width: float) -> None:
    """Refuse a width that divides the intensities into too many bins.

    Args:
        values: Intensities of the region, shape (P,).
        width: Width of a bin.

    Raises:
        InputError: If the intensities span more than ``MAX_LEVELS`` bins.
    """
    low, high = float(values.min()), float(values.max())
    if not (high - low) / width <= MAX_LEVELS:
        raise InputError(
            got=f"intensities from {low:g} to {high:g}, which span {bins_of_width(values, width)}"
            f" bins of width {width:g}",
            wanted=f"at most {MAX_LEVELS} bins",
            fix=f"use a bin width of about {proposed_bin_width(values):g}, or bin_count; or scale"
            " the image",
        )


def narrow_range(values: NDArray[np.floating], count: int) -> InputError:
    """Say that the intensities differ by too little to divide them into ``count`` bins."""
    return InputError(
        got=f"intensities that differ by rounding only (about {values[0]:g})",
        wanted=f"a region that is flat, or wide enough for {count} bins",
        fix="leave the slice out, use fewer bins, or use bin_width",
    )
