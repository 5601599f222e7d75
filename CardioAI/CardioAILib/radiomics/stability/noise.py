"""Another acquisition: as much new noise as the image already has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.stability.reading import Reading
from CardioAILib.radiomics.stability.window import window_around

NORMAL_MAD = 0.6744897501960817
"""Median absolute deviation of the standard normal distribution."""


@dataclass(frozen=True)
class AddNoise:
    """Add white Gaussian noise to the region and its surroundings, anew in each slice.

    Its size follows the image's own noise, not the range inside the mask: two acquisitions of
    one heart differ by their noise, whatever the contrast (Zwanenburg et al., Sci Rep 2019;9:614).
    Interpolated images hide part of their noise from the estimate, so this perturbs them mildly.

    Args:
        share: Standard deviation as a multiple of the image's estimated noise.
    """

    share: float = 1.0
    kind: ClassVar[str] = "noise"
    same_protocol: ClassVar[bool] = True

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[np.int64]:
        """Draw the seed of each slice's noise (N,)."""
        return random.integers(2**62, size=slices)

    def apply(self, reading: Reading, drawn: NDArray[np.int64]) -> Reading:
        """Return the reading with noise added."""
        images = reading.images.copy()
        for image, mask, spacing, seed in zip(
            images, reading.masks, reading.spacing, drawn, strict=True
        ):
            near = image[window_around(mask, spacing)]
            sigma = self.share * noise_level(near)
            near += np.random.default_rng(int(seed)).normal(0.0, sigma, near.shape)
        return replace(reading, images=images)


def noise_level(image: NDArray[np.float64]) -> float:
    """Estimate the standard deviation of an image's white noise.

    Median absolute diagonal detail of the finest Haar wavelet (undecimated) over 0.6745: edges
    are few among the pixels, so the median does not see them.

    Args:
        image: Shape (H, W), at least 2 by 2.

    Source: Donoho and Johnstone, Biometrika 1994;81:425.
    """
    rows = image[1:] - image[:-1]
    return float(np.median(np.abs(rows[:, 1:] - rows[:, :-1])) / (2 * NORMAL_MAD))
