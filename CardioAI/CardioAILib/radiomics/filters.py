"""The derived images, computed at the pixels of a region only."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.pointwise import POINTWISE, check_peak
from CardioAILib.radiomics.region import Region
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.wavelet import WAVELETS, write_wavelets


def filtered_values(
    image: NDArray[np.floating],
    region: Region,
    spacing: tuple[float, float],
    settings: Settings,
) -> dict[str, NDArray[np.floating]]:
    """Compute the wanted images inside the region.

    Square, square root, logarithm and exponential are scaled by the largest absolute intensity
    of the whole image, the wavelet and the gradient see the pixels around the region.

    Args:
        image: Shape (H, W), float32 or float64, already scaled.
        region: Where values are wanted.
        spacing: Row and column spacing in mm.
        settings: Which image types.

    Returns:
        Values of the region by image type, each of shape (P,), in the precision that pyradiomics
        has there: single for the gradient, that of the image for original and wavelets.

    Raises:
        InputError: If the image is zero everywhere and a wanted image type divides by its peak.
    """
    values, single = stack_values(image, region, spacing, settings)
    return {
        name: row.astype(np.float32) if narrow else row
        for name, row, narrow in zip(settings.image_types, values, single, strict=True)
    }


def stack_values(
    image: NDArray[np.floating],
    region: Region,
    spacing: tuple[float, float],
    settings: Settings,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Compute the wanted images inside the region, all in one array.

    Args:
        image: As in ``filtered_values``.
        region: As in ``filtered_values``.
        spacing: As in ``filtered_values``.
        settings: As in ``filtered_values``.

    Returns:
        Values of the region in each image, shape (K, P), and which of them are of single
        precision, shape (K,).

    Raises:
        InputError: As in ``filtered_values``.
    """
    names, inside = settings.image_types, np.empty(region.rows.size)
    peak = _take_inside(image, region.rows, region.columns, inside)
    check_peak(peak, names)
    values = np.empty((len(names), inside.size))
    for name, row in zip(names, values, strict=True):
        if name in POINTWISE:
            row[:] = POINTWISE[name](inside, peak)
        elif name == "gradient":
            _write_gradient(image, region.rows, region.columns, *spacing, row)
        elif name == "original":
            row[:] = inside
    if any(name in WAVELETS for name in names):
        write_wavelets(image, region, settings.singleton, names, values)
    narrow = image.dtype == np.float32
    single = [name == "gradient" or (narrow and name not in POINTWISE) for name in names]
    return values, np.array(single)


@njit(cache=True, nogil=True)
def _take_inside(image, rows, columns, out):
    """Write the intensities of the region; return the largest magnitude of the whole image."""
    for p in range(rows.size):
        out[p] = image[rows[p], columns[p]]
    # Column by column in one sweep: this way many pixels are compared at once.
    peaks = np.zeros(image.shape[1], image.dtype)
    for r in range(image.shape[0]):
        for c in range(peaks.size):
            size = abs(image[r, c])
            peaks[c] = size if size > peaks[c] else peaks[c]
    return float(peaks.max())


@njit(cache=True, nogil=True)
def _write_gradient(image, rows, columns, row_mm, column_mm, out):
    """Measure the gradient magnitude in intensity per mm (pyradiomics ``gradient``).

    Central differences, the border repeated outwards, in single precision as SimpleITK gives.
    """
    height, width = image.shape
    row_tap, column_tap = 0.5 * (1.0 / row_mm), 0.5 * (1.0 / column_mm)
    for p in range(rows.size):
        r, c = rows[p], columns[p]
        across = image[r, min(c + 1, width - 1)] * column_tap - image[r, max(c - 1, 0)] * column_tap
        down = image[min(r + 1, height - 1), c] * row_tap - image[max(r - 1, 0), c] * row_tap
        out[p] = np.float32(np.sqrt(across * across + down * down))
