"""The derived images, computed at the pixels of a region only."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.pointwise import POINTWISE, largest_magnitude
from CardioAILib.radiomics.region import Region
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.wavelet import wavelet_values


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
    inside = image[region.rows, region.columns]
    exact = inside.astype(np.float64)
    peak = float(largest_magnitude(image, settings.image_types))
    values: dict[str, NDArray[np.floating]] = {"original": inside}
    for name, function in POINTWISE.items():
        if name in settings.image_types:
            values[name] = function(exact, peak)
    if "gradient" in settings.image_types:
        values["gradient"] = _gradient(image, region.rows, region.columns, *spacing)
    if any(name.startswith("wavelet") for name in settings.image_types):
        values |= wavelet_values(image, region, settings.singleton)
    return {name: values[name] for name in settings.image_types}


@njit(cache=True, nogil=True)
def _gradient(image, rows, columns, row_mm, column_mm):
    """Measure the gradient magnitude in intensity per mm (pyradiomics ``gradient``).

    Central differences, the border repeated outwards, in single precision as SimpleITK gives.
    """
    height, width = image.shape
    out = np.empty(rows.size, np.float32)
    row_tap, column_tap = 0.5 * (1.0 / row_mm), 0.5 * (1.0 / column_mm)
    for p in range(rows.size):
        r, c = rows[p], columns[p]
        across = image[r, min(c + 1, width - 1)] * column_tap - image[r, max(c - 1, 0)] * column_tap
        down = image[min(r + 1, height - 1), c] * row_tap - image[max(r - 1, 0), c] * row_tap
        out[p] = np.sqrt(across * across + down * down)
    return out
