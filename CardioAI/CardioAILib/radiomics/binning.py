"""Gray levels from intensities: fixed bin width or fixed bin count."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.bins import MAX_LEVELS, check_bin_width, narrow_range
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
    levels = _bin(values, settings.bin_count or 0, settings.bin_width or 0.0, MAX_LEVELS)
    if not levels.size:
        if settings.bin_count is not None:
            raise narrow_range(values, settings.bin_count)
        check_bin_width(values, settings.bin_width)
    return levels


def levels_of_images(
    values: NDArray[np.float64], single: NDArray[np.bool_], settings: Settings
) -> NDArray[np.int32]:
    """Discretize the intensities of several images of one region, in one call.

    Args:
        values: Intensities of each image, shape (K, P).
        single: Which images came in single precision, shape (K,).
        settings: As in ``gray_levels``.

    Returns:
        Gray levels from 1, shape (K, P).

    Raises:
        InputError: As in ``gray_levels``.
    """
    count, width = settings.bin_count or 0, settings.bin_width or 0.0
    levels = _bin_images(values, single, count, width, MAX_LEVELS)
    if levels[:, 0].all():
        return levels
    for k in np.flatnonzero(levels[:, 0] == 0):
        gray_levels(values[k].astype(np.float32) if single[k] else values[k], settings)
    return levels


@njit(cache=True, nogil=True)
def _bin_images(values, single, count, width, most):
    """Bin each image; 0 where that is not possible."""
    levels = np.zeros(values.shape, np.int32)
    for k in range(values.shape[0]):
        if single[k]:
            found = _bin(values[k].astype(np.float32), count, width, most)
        else:
            found = _bin(values[k], count, width, most)
        if found.size:
            levels[k] = found
    return levels


@njit(cache=True, nogil=True)
def _bin(values, count, width, most):
    if count:
        return _levels_by_count(values, count)
    return _levels_by_width(values, width, most)


@njit(cache=True, nogil=True)
def _levels_by_count(values, count):
    """Bin by count; empty if the intensities differ by so little that a bin has no width."""
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
    scale = 1 / step
    for p in range(values.size):
        level = min(max(int((values[p] - low) * scale) + 1, 1), count)
        # Rounding may put the guess one bin off; the edges themselves decide.
        while level < count and values[p] >= edges[level]:
            level += 1
        while level > 1 and values[p] < edges[level - 1]:
            level -= 1
        levels[p] = level
    return levels


@njit(cache=True, nogil=True)
def _levels_by_width(values, width, most):
    """Bin by width; empty if the intensities span more than ``most`` bins."""
    kind = values.dtype.type
    if not np.float64(values.max() - values.min()) / width <= most:
        return np.empty(0, np.int32)
    narrow = kind(width)
    low = kind(values.min() - kind(values.min() % narrow))
    step = np.float64(kind(low + narrow)) - np.float64(low)
    levels = np.empty(values.size, np.int32)
    scale, off = 1 / step, False
    for p in range(values.size):
        level = np.int32((values[p] - low) * scale) + 1
        off |= (values[p] >= low + level * step) | (values[p] < low + (level - 1) * step)
        levels[p] = level
    if off:
        _correct(values, levels, low, step)
    return levels


@njit(cache=True, nogil=True)
def _correct(values, levels, low, step):
    """Move levels that rounding put one bin off."""
    for p in range(values.size):
        while values[p] >= low + levels[p] * step:
            levels[p] += 1
        while values[p] < low + (levels[p] - 1) * step:
            levels[p] -= 1
