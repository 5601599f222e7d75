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
        image: Shape (H, W), already scaled.
        region: Where values are wanted.
        spacing: Row and column spacing in mm.
        settings: Which image types.

    Returns:
        Values of the region by image type, each of shape (P,); float32 for ``gradient``.

    Raises:
        InputError: If the image is zero everywhere and a wanted image type divides by its peak.
    """
    inside = image[region.rows, region.columns]
    peak = largest_magnitude(image, settings.image_types)
    values: dict[str, NDArray[np.floating]] = {"original": inside}
    for name, function in POINTWISE.items():
        if name in settings.image_types:
            values[name] = function(inside, peak)
    if "gradient" in settings.image_types:
        values["gradient"] = gradient(image, spacing)[region.rows, region.columns]
    if any(name.startswith("wavelet") for name in settings.image_types):
        values |= wavelet_values(image, region, settings.singleton)
    return {name: values[name] for name in settings.image_types}


def gradient(image: NDArray[np.floating], spacing: tuple[float, float]) -> NDArray[np.float32]:
    """Measure the gradient magnitude in intensity per mm (pyradiomics ``gradient``).

    Central differences, the border repeated outwards, in single precision as SimpleITK gives.

    Args:
        image: Shape (H, W).
        spacing: Row and column spacing in mm.

    Returns:
        Shape (H, W).
    """
    row_tap, column_tap = (0.5 * (1.0 / mm) for mm in spacing)
    wide = np.pad(image, 1, mode="edge")
    across = wide[1:-1, 2:] * column_tap - wide[1:-1, :-2] * column_tap
    down = wide[2:, 1:-1] * row_tap - wide[:-2, 1:-1] * row_tap
    return np.sqrt(across * across + down * down).astype(np.float32)
