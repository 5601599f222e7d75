"""The derived images, computed at the pixels of a region only."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.errors import InputError
from CardioAILib.radiomics.region import Region
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.wavelet import wavelet_values

UNDEFINED_ON_ZERO = ("square", "logarithm", "exponential")
"""Image types that divide by the largest absolute intensity of the image."""


def filtered_values(
    image: NDArray[np.float64],
    region: Region,
    spacing: tuple[float, float],
    settings: Settings,
) -> dict[str, NDArray[np.floating]]:
    """Compute the wanted images inside the region.

    Square, square root, logarithm and exponential are scaled by the largest absolute intensity
    of the whole image, the wavelet and the gradient see the pixels around the region.

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
    peak = max(image.max(), -image.min())
    _check_peak(peak, settings.image_types)
    values: dict[str, NDArray[np.floating]] = {"original": inside}
    for name, function in POINTWISE.items():
        if name in settings.image_types:
            values[name] = function(inside, peak)
    if "gradient" in settings.image_types:
        values["gradient"] = _gradient(image, region.rows, region.columns, *spacing)
    if any(name.startswith("wavelet") for name in settings.image_types):
        values |= wavelet_values(image, region, settings.singleton)
    return {name: values[name] for name in settings.image_types}


def _check_peak(peak: float, image_types: tuple[str, ...]) -> None:
    undefined = [name for name in image_types if name in UNDEFINED_ON_ZERO]
    if peak == 0 and undefined:
        raise InputError(
            got="an image that is zero everywhere",
            wanted=f"a largest absolute intensity above 0 for {', '.join(undefined)}",
            fix="leave this slice out",
        )


def square(values: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    """Square the intensities and scale back to the range (pyradiomics ``square``)."""
    return (1 / np.sqrt(peak) * values) ** 2


def squareroot(values: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    """Take the signed square root, scaled back to the range (pyradiomics ``squareroot``)."""
    return np.copysign(np.sqrt(np.abs(values) * peak), values)


def logarithm(values: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    """Take the signed log(1 + intensity), scaled to the range (pyradiomics ``logarithm``)."""
    logs = np.copysign(np.log(np.abs(values) + 1), values)
    return logs * (peak / np.log(peak + 1))


def exponential(values: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    """Raise e to the intensity such that the peak maps to itself (pyradiomics ``exponential``)."""
    return np.exp(np.log(peak) / peak * values)


POINTWISE = {
    "square": square,
    "squareroot": squareroot,
    "logarithm": logarithm,
    "exponential": exponential,
}


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
