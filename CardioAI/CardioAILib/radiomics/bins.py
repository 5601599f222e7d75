"""Whether intensities fit the bins that were asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.errors import InputError

MAX_LEVELS = 4096
"""More gray levels than this in one region means that scale and bin width do not fit."""


def check_bin_width(values: NDArray[np.floating], width: float) -> None:
    """Refuse a width that divides the intensities into too many bins.

    Args:
        values: Intensities of the region, shape (P,).
        width: Width of a bin.

    Raises:
        InputError: If the intensities span more than ``MAX_LEVELS`` bins.
    """
    bins = float(values.max() - values.min()) / width
    if not bins <= MAX_LEVELS:
        raise InputError(
            got=f"intensities that span {bins:.0f} bins of width {width:g}",
            wanted=f"at most {MAX_LEVELS} bins",
            fix="give images in [0, 1], widen bin_width, or use bin_count",
        )


def narrow_range(values: NDArray[np.floating], count: int) -> InputError:
    """Say that the intensities differ by too little to divide them into ``count`` bins."""
    return InputError(
        got=f"intensities that differ by rounding only (about {values[0]:g})",
        wanted=f"a region that is flat, or wide enough for {count} bins",
        fix="leave the slice out, use fewer bins, or use bin_width",
    )
