"""Another reader's contour: tighter, wider, or wavering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.stability.reading import Reading
from CardioAILib.radiomics.stability.window import window_around

SMOOTHING = 1.0
"""Standard deviation, in pixels, of the blur that ranks pixels equally far from the contour."""

MaskChange = Callable[[NDArray[np.bool_], NDArray[np.float64]], NDArray[np.bool_]]
"""From a mask (H, W) and its spacing (2,) to another mask."""


@dataclass(frozen=True)
class Erode:
    """Take pixels away along the contour, the nearest to it first.

    Args:
        share: Part of the region's area that is taken, 0 to 1.
    """

    share: float = 0.15
    kind: ClassVar[str] = "erosion"
    same_protocol: ClassVar[bool] = True

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[np.float64]:
        """Return the share for each slice (N,)."""
        return np.full(slices, self.share)

    def apply(self, reading: Reading, drawn: NDArray[np.float64]) -> Reading:
        """Return the reading with smaller masks."""
        return resized(reading, 1.0 - drawn)


@dataclass(frozen=True)
class Dilate:
    """Add pixels along the contour, the nearest to it first.

    Args:
        share: Area that is added, as a part of the region's.
    """

    share: float = 0.15
    kind: ClassVar[str] = "dilation"
    same_protocol: ClassVar[bool] = True

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[np.float64]:
        """Return the share for each slice (N,)."""
        return np.full(slices, self.share)

    def apply(self, reading: Reading, drawn: NDArray[np.float64]) -> Reading:
        """Return the reading with larger masks."""
        return resized(reading, 1.0 + drawn)


@dataclass(frozen=True)
class Waver:
    """Move the contour along its normal by a smooth random amount, anew in each slice.

    Readers of cine differ by about a pixel, over stretches of the wall rather than pixel by
    pixel. No superpixels are needed: the wall is thinner than they are.

    Args:
        sigma_mm: Standard deviation of the displacement, in mm.
        stretch_mm: Length over which it stays alike (standard deviation of the blur), in mm.
    """

    sigma_mm: float = 1.0
    stretch_mm: float = 8.0
    kind: ClassVar[str] = "contour noise"
    same_protocol: ClassVar[bool] = True

    def draw(self, random: np.random.Generator, slices: int) -> NDArray[np.int64]:
        """Draw the seed of each slice's field of displacements (N,)."""
        return random.integers(2**62, size=slices)

    def apply(self, reading: Reading, drawn: NDArray[np.int64]) -> Reading:
        """Return the reading with wavering contours."""
        changes = [self._change(int(seed)) for seed in drawn]
        return with_masks(reading, changes)

    def _change(self, seed: int) -> MaskChange:
        def change(mask: NDArray[np.bool_], spacing: NDArray[np.float64]) -> NDArray[np.bool_]:
            field = smooth_field(mask.shape, self.stretch_mm / spacing, seed)
            return depth(mask, spacing) + self.sigma_mm * field > 0

        return change


def resized(reading: Reading, factors: NDArray[np.float64]) -> Reading:
    """Return the reading with the area of each mask multiplied by its factor (N,)."""

    def to(factor: float) -> MaskChange:
        return lambda mask, spacing: resized_mask(mask, spacing, factor)

    return with_masks(reading, [to(float(factor)) for factor in factors])


def resized_mask(
    mask: NDArray[np.bool_], spacing: NDArray[np.float64], factor: float
) -> NDArray[np.bool_]:
    """Return the deepest pixels of a mask and its surroundings, as many as the factor says.

    Whole rings of pixels are equally deep: of those, bays are filled and corners are cut first.
    """
    from scipy.ndimage import gaussian_filter

    count = round(factor * int(mask.sum()))
    blurred = gaussian_filter(mask.astype(np.float64), SMOOTHING)
    order = np.lexsort((blurred.ravel(), depth(mask, spacing).ravel()))
    changed = np.zeros(mask.size, bool)
    changed[order[mask.size - count :]] = True
    return changed.reshape(mask.shape)


def depth(mask: NDArray[np.bool_], spacing: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how deep each pixel lies inside the contour in mm (H, W), negative outside."""
    from scipy.ndimage import distance_transform_edt

    inside = distance_transform_edt(mask, sampling=spacing)
    outside = distance_transform_edt(~mask, sampling=spacing)
    # The contour runs half a pixel from the centers on either side of it.
    return inside - outside - np.where(mask, 0.5, -0.5) * spacing.min()


def smooth_field(
    shape: tuple[int, ...], blur: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """Return a smooth random field (H, W) of mean 0 and standard deviation 1, over all seeds."""
    from scipy.ndimage import gaussian_filter

    white = np.random.default_rng(seed).normal(size=shape)
    smooth = gaussian_filter(white, blur, mode="wrap")
    return smooth * np.sqrt(4 * np.pi * blur.prod())


def with_masks(reading: Reading, changes: list[MaskChange]) -> Reading:
    """Return the reading with each mask changed within its neighborhood."""
    masks = reading.masks.copy()
    for mask, spacing, change in zip(masks, reading.spacing, changes, strict=True):
        window = window_around(mask, spacing)
        mask[window] = change(mask[window], spacing)
    return replace(reading, masks=masks)
