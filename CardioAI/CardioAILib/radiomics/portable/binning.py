"""Gray levels of a region's intensities by binary search among the bin edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.bins import check_bin_width, narrow_range
from CardioAILib.radiomics.settings import Settings


def gray_levels(values: NDArray[np.floating], settings: Settings) -> NDArray[np.int32]:
    """Discretize the intensities of one region.

    Args:
        values: Intensities of the region, shape (P,), float32 or float64.
        settings: Gives ``bin_width`` or ``bin_count``.

    Returns:
        Gray levels from 1, shape (P,).

    Raises:
        InputError: If there are too many bins, or the intensities differ by so little that
            ``bin_count`` bins have no width.
    """
    if settings.bin_count is None:
        check_bin_width(values, settings.bin_width)
        return levels_by_width(values, settings.bin_width)
    levels = levels_by_count(values, settings.bin_count)
    if not levels.size:
        raise narrow_range(values, settings.bin_count)
    return levels


def levels_by_count(values: NDArray[np.floating], count: int) -> NDArray[np.int32]:
    """Divide the range of the intensities into bins of equal width.

    Args:
        values: Shape (P,), float32 or float64.
        count: Number of bins.

    Returns:
        Gray levels from 1, shape (P,); empty where the range is too small to divide.
    """
    kind = values.dtype.type
    low, high = values.min(), values.max()
    if low == high:
        low, high = kind(low - kind(0.5)), kind(high + kind(0.5))
    step = kind(kind(high - low) / kind(count))
    edges = np.append(np.arange(count).astype(kind) * step + low, high)
    if (edges[:-1] >= edges[1:]).any():
        return np.empty(0, np.int32)
    return (np.searchsorted(edges[1:-1], values, side="right") + 1).astype(np.int32)


def levels_by_width(values: NDArray[np.floating], width: float) -> NDArray[np.int32]:
    """Lay bins of a fixed width from a multiple of it at or below the minimum.

    Args:
        values: Shape (P,), float32 or float64.
        width: Width of a bin.

    Returns:
        Gray levels from 1, shape (P,).
    """
    kind = values.dtype.type
    narrow = kind(width)
    low = kind(values.min() - kind(np.mod(values.min(), narrow)))
    step = np.float64(kind(low + narrow)) - np.float64(low)
    bins = int((np.float64(values.max()) - low) / step) + 2
    edges = np.float64(low) + np.arange(bins + 1) * step
    return np.searchsorted(edges, values, side="right").astype(np.int32)
