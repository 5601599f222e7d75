"""Verbs for echo clips: keep the sector, cut the square in its middle, sample it down.

A clip is a stack whose slices are its frames (T, H, W), gray levels 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.added import added
from CardioAILib.errors import InputError
from CardioAILib.prepare.step import Stack, Step
from CardioAILib.quality.sector import sector_of

WHITE = 255.0


@dataclass(frozen=True)
class Sector:
    """Blank what lies outside the ultrasound sector, and cut the image to the sector's box.

    The sector is the convex hull of what moves or was ever bright, so it holds for every view and
    probe; burned-in text, color bars and the ECG trace lie outside.
    """

    def plan(self, stack: Stack) -> Step:
        """Plan the window around the sector, and which of its pixels stay.

        Raises:
            InputError: The frames show no sector.
        """
        sector = sector_of(np.clip(stack.image, 0.0, WHITE).astype(np.uint8))
        if not sector.any():
            raise InputError(
                got="frames without an ultrasound sector",
                wanted="a clip of gray tissue in a sector",
                fix="check that the file is an echo clip and that it is not blank",
            )
        box = tuple(_extent(sector.any(axis=axis)) for axis in (1, 0))
        return Step(
            "Sector",
            stack.image.shape[1:],
            tuple(own.stop - own.start for own in box),
            offset=tuple(float(own.start) for own in box),
            seen=sector[box],
        )


@dataclass(frozen=True)
class Square:
    """Cut the largest square around the middle, as Sahashi 2024 does."""

    def plan(self, stack: Stack) -> Step:
        """Plan a window as wide as the shorter side, shifted by whole pixels only."""
        shape = stack.image.shape[1:]
        side = min(shape)
        return Step(
            "Square", shape, (side, side), offset=tuple(float((n - side) // 2) for n in shape)
        )


@dataclass(frozen=True)
class Downsample:
    """Sample down by cubic interpolation, smoothed before by as much as the pixels grow.

    Sahashi 2024 takes OpenCV's cubic interpolation, which looks at four neighbors along each axis
    however far apart the new pixels lie: of an image 600 pixels high, 112 rows then show every
    fifth one and skip the rest, and speckle folds into coarse noise that depends on the matrix of
    the scanner and changes with a shift by one pixel. The kernel stretched over all the pixels
    that it joins shows the same tissue alike from any scanner, so it is ours; `smooth=False` is
    the paper's, for weights that were trained on such images.

    Args:
        size: Pixels along each side.
        smooth: Whether the kernel is stretched by as much as the pixels grow.
    """

    size: int = 112
    smooth: bool = added(True)

    def plan(self, stack: Stack) -> Step:
        """Plan `size` pixels over the whole of both sides; gray levels stay 0 to 255."""
        shape = stack.image.shape[1:]
        scale = tuple(n / self.size for n in shape)
        return Step(
            "Downsample",
            shape,
            (self.size, self.size),
            scale,
            offset=tuple((s - 1.0) / 2.0 for s in scale),
            clip=(0.0, WHITE),
            kernel="smooth cubic" if self.smooth else "cubic",
        )


def _extent(line: np.ndarray) -> slice:
    """Return the range from the first to the last true element of (N,)."""
    true = np.flatnonzero(line)
    return slice(int(true[0]), int(true[-1]) + 1)
