"""Verbs that change the grid: resample to a pixel size, crop or pad to a size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from CardioAILib.prepare.motion import moving_center
from CardioAILib.prepare.step import Stack, Step

ROUNDING = 1e-6
"""Part of a pixel by which spacings stored in single precision may fall short."""


@dataclass(frozen=True)
class Resample:
    """Interpolate every slice to square pixels; the distance between slices stays.

    Args:
        mm: Pixel size wanted, in mm.
    """

    mm: float

    def plan(self, stack: Stack) -> Step:
        """Plan as many pixels of `mm` as fit into the field of view, over its middle."""
        shape = stack.image.shape[1:]
        scale = tuple(self.mm / spacing for spacing in stack.spacing)
        size = tuple(max(1, int(n / s + ROUNDING)) for n, s in zip(shape, scale, strict=True))
        ends = zip(shape, size, scale, strict=True)
        offset = tuple((n - m * s + s - 1.0) / 2.0 for n, m, s in ends)
        return Step("Resample", shape, size, scale, offset)


@dataclass(frozen=True)
class CropPad:
    """Cut or zero-pad to a square of pixels.

    Args:
        size: Pixels along each side.
        centre: What comes into the middle: of "mask" the structure's centroid over all slices
            and frames, of "heart" the same or, without a mask, the place that moves most; of
            "image", and where there is nothing of the others, the middle of the image.
    """

    size: int
    centre: Literal["image", "mask", "heart"] = "image"

    def plan(self, stack: Stack) -> Step:
        """Plan a window of `size` pixels, shifted by whole pixels only."""
        shape = stack.image.shape[1:]
        middle = self._middle(stack) or [n / 2.0 for n in shape]
        offset = tuple(float(np.floor(m - self.size / 2.0 + 0.5)) for m in middle)
        return Step("CropPad", shape, (self.size, self.size), offset=offset)

    def _middle(self, stack: Stack) -> list[float] | None:
        """Return the place wanted in the middle, the first pixel's corner being 0, or None."""
        if self.centre != "image" and stack.mask.any():
            return [float(axis.mean()) + 0.5 for axis in np.nonzero(stack.mask)[1:]]
        if self.centre == "heart":
            moving = moving_center(stack.cine, stack.spacing)
            return None if moving is None else [index + 0.5 for index in moving]
        return None
