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
    finite = True
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            finite &= abs(image[r, c]) < np.inf
    by_row, filled = _project(region)
    wide = (by_row > 0).sum() > 1 and filled.sum() > 1
    return finite and wide and by_row.sum() < region.size


@njit(cache=True, nogil=True)
def _locate(
    mask: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[int, int, int, int]]:
    """List row and column of each pixel in row-major order, and the box around them."""
    by_row, filled = _project(mask)
    filled_rows, filled_columns = np.nonzero(by_row)[0], np.nonzero(filled)[0]
    left, right = filled_columns[0], filled_columns[-1] + 1
    # One more, since a pixel is written in any case and kept only if it is set.
    size = by_row.sum() + 1
    rows, columns, used = np.empty(size, np.int64), np.empty(size, np.int64), 0
    for r in filled_rows:
        for c in range(left, right):
            rows[used], columns[used] = r, c
            used += mask[r, c]
    top, bottom = filled_rows[0], filled_rows[-1] + 1
    return rows[:used], columns[:used], (top, left, bottom - top, right - left)


@njit(cache=True, nogil=True)
def _project(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the pixels that are set in each row, and tell of each column whether it has any."""
    by_row, filled = np.zeros(mask.shape[0], np.int64), np.zeros(mask.shape[1], np.bool_)
    for r in range(mask.shape[0]):
        here = 0
        for c in range(mask.shape[1]):
            here += mask[r, c]
            filled[c] |= mask[r, c]
        by_row[r] = here
    return by_row, filled
