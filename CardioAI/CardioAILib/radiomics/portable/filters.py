"""The derived images by array operations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.pointwise import POINTWISE, largest_magnitude
from CardioAILib.radiomics.portable.wavelet import wavelet_values
from CardioAILib.radiomics.region import Region
from CardioAILib.radiomics.settings import Settings


def filtered_values(
    image: NDArray[np.floating],
    region: Region,
    spacing: tuple[float, float],
    settings: Settings,
) -> dict[str, NDArray[np.floating]]:
    """Compute the wanted images inside the region.

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
        values["gradient"] = gradient(image, region, spacing)
    if any(name.startswith("wavelet") for name in settings.image_types):
        values |= wavelet_values(image, region, settings.singleton)
    return {name: values[name] for name in settings.image_types}


def gradient(
    image: NDArray[np.floating], region: Region, spacing: tuple[float, float]
) -> NDArray[np.float32]:
    """Measure the gradient magnitude in intensity per mm (pyradiomics ``gradient``).

    Central differences, the border repeated outwards, rounded to single precision as SimpleITK
    does.

    Args:
        image: Shape (H, W).
        region: Where values are wanted.
        spacing: Row and column spacing in mm.

    Returns:
        Shape (P,).
    """
    exact = image.astype(np.float64)
    rows, columns = region.rows, region.columns
    row_tap, column_tap = (0.5 * (1.0 / mm) for mm in spacing)
    right, left = np.minimum(columns + 1, image.shape[1] - 1), np.maximum(columns - 1, 0)
    below, above = np.minimum(rows + 1, image.shape[0] - 1), np.maximum(rows - 1, 0)
    across = exact[rows, right] * column_tap - exact[rows, left] * column_tap
    down = exact[below, columns] * row_tap - exact[above, columns] * row_tap
    return np.sqrt(across * across + down * down).astype(np.float32)
