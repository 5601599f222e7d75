"""Whether a slice can be described, and where its region is, found by compiled code."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.inputs import check_slice
from CardioAILib.radiomics.region import Region


def check_quickly(
    number: int, image: NDArray[np.floating], region: NDArray[np.bool_], label: int
) -> None:
    """Refuse what ``inputs.check_slice`` refuses, which is asked only where there is something.

    Args:
        number: Which slice it is.
        image: Shape (H, W).
        region: Shape (H, W).
        label: Value of the mask inside the region.

    Raises:
        InputError: If the slice cannot be described.
    """
    if not _is_sound(image, region):
        check_slice(number, image, region, label)


def locate(mask: NDArray[np.bool_]) -> Region:
    """Locate the pixels of a mask, as ``region.find_region`` does.

    Args:
        mask: Shape (H, W), with at least one pixel set.

    Returns:
        The region.
    """
    return Region(*_locate(mask))


@njit(cache=True, nogil=True)
def _is_sound(image: NDArray[np.floating], region: NDArray[np.bool_]) -> bool:
    """Tell whether the image is finite, and the region neither flat nor everywhere."""
    finite, filled_rows, pixels = True, 0, 0
    filled = np.zeros(region.shape[1], np.bool_)
    for r in range(region.shape[0]):
        here = 0
        for c in range(region.shape[1]):
            finite &= abs(image[r, c]) < np.inf
            here += region[r, c]
            filled[c] |= region[r, c]
        filled_rows += here > 0
        pixels += here
    return finite and filled_rows > 1 and filled.sum() > 1 and pixels < region.size


@njit(cache=True, nogil=True)
def _locate(
    mask: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[int, int, int, int]]:
    """List row and column of each pixel in row-major order, and the box around them."""
    width = mask.shape[1]
    # One more, since a pixel is written in any case and kept only if it is set.
    rows, columns = np.empty(mask.sum() + 1, np.int64), np.empty(mask.sum() + 1, np.int64)
    used, left, right = 0, width, 0
    for r in range(mask.shape[0]):
        if not mask[r].sum():
            continue
        for c in range(width):
            rows[used], columns[used] = r, c
            used += mask[r, c]
    rows, columns = rows[:used], columns[:used]
    for c in columns:
        left, right = min(left, c), max(right, c)
    return rows, columns, (rows[0], left, rows[-1] - rows[0] + 1, right - left + 1)
