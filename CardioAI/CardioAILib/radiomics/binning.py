"""Gray levels from intensities: fixed bin width or fixed bin count."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.bins import check_bin_width, narrow_range
from CardioAILib.radiomics.settings import Settings


def gray_levels(values: NDArray[np.floating], settings: Settings) -> NDArray[np.int32]:
    """Discretize the intensities of one region.

    Widths are laid from a multiple of the width at or below the minimum, counts between the
    extremes of the region (pyradiomics ``binWidth`` and ``binCount``; IBSI fixed bin size and
    fixed bin number). Single precision is binned in single precision, as pyradiomics does.

    Args:
        values: Intensities of the region, shape (P,), float32 or float64.
        settings: Gives ``bin_width`` or ``bin_count``.

    Returns:
        Gray levels from 1, shape (P,).

    Raises:
        InputError: If the intensities span more than ``MAX_LEVELS`` bins, or differ by so little
            that ``bin_count`` bins have no width.
    """
    if settings.bin_count is None:
        check_bin_width(values, settings.bin_width)
        return _levels_by_width(values, settings.bin_width)
    levels = _levels_by_count(values, settings.bin_count)
    if not levels.size:
        raise narrow_range(values, settings.bin_count)
    return levels


@njit(cache=True, nogil=True)
def _levels_by_count(values, count):
    kind = values.dtype.type
    low, high = values.min(), values.max()
    if low == high:
        low, high = kind(low - kind(0.5)), kind(high + kind(0.5))
    step = kind(kind(high - low) / kind(count))
    edges = np.empty(count + 1, values.dtype)
    for k in range(count):
        edges[k] = kind(kind(k) * step) + low
    edges[count] = high
    if (edges[:-1] >= edges[1:]).any():
        return np.empty(0, np.int32)
    levels = np.empty(values.size, np.int32)
    for p in range(values.size):
        level = min(max(int((values[p] - low) / step) + 1, 1), count)
        # Rounding may put the guess one bin off; the edges themselves decide.
        while level < count and values[p] >= edges[level]:
            level += 1
        while level > 1 and values[p] < edges[level - 1]:
            level -= 1
        levels[p] = level
    return levels


@njit(cache=True, nogil=True)
def _levels_by_width(values, width):
    kind = values.dtype.type
    narrow = kind(width)
    low = kind(values.min() - kind(values.min() % narrow))
    step = np.float64(kind(low + narrow)) - np.float64(low)
    levels = np.empty(values.size, np.int32)
    for p in range(values.size):
        level = int((values[p] - low) / step) + 1
        while values[p] >= low + level * step:
            level += 1
        while values[p] < low + (level - 1) * step:
            level -= 1
        levels[p] = level
    return levels
