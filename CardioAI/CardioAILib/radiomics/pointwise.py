"""The derived images whose value at a pixel comes from that pixel and the image's peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.errors import InputError

UNDEFINED_ON_ZERO = ("square", "logarithm", "exponential")
"""Image types that divide by the largest absolute intensity of the image."""


def largest_magnitude(image: NDArray[np.float64], image_types: tuple[str, ...]) -> float:
    """Find the intensity that scales the derived images.

    Args:
        image: Shape (H, W).
        image_types: The wanted image types.

    Returns:
        The largest absolute intensity of the image.

    Raises:
        InputError: If it is 0 and a wanted image type divides by it.
    """
    peak = max(image.max(), -image.min())
    check_peak(peak, image_types)
    return peak


def check_peak(peak: float, image_types: tuple[str, ...]) -> None:
    """Refuse an image that is zero everywhere, where that matters.

    Args:
        peak: The largest absolute intensity of the image.
        image_types: The wanted image types.

    Raises:
        InputError: If it is 0 and a wanted image type divides by it.
    """
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
