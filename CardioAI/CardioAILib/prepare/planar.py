"""Verbs for planar scintigraphy: cut the thorax out of a scan, take the logarithm of counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from CardioAILib.errors import InputError
from CardioAILib.prepare.step import Stack, Step
from CardioAILib.quality.body import body_extent, is_whole_body

FIELD_OF_VIEW = 256
"""Pixels along each side to which one field of view is brought."""


@dataclass(frozen=True)
class Thorax:
    """Cut a square around the heart out of an anterior scan, head up (Halme 2022).

    Of a whole body the upper edge lies at a share of the body's height, measured from the feet, and
    the columns around the middle of the image; of one field of view the square is its middle.

    Args:
        size: Pixels along each side.
        height: Where the upper edge lies, as a share of the body's height above the feet.
    """

    size: int = 128
    height: float = 0.85

    def plan(self, stack: Stack) -> Step:
        """Plan a window of `size` pixels; larger single fields of view are binned to 256 first.

        Raises:
            InputError: No pixel has a count.
        """
        shape = stack.image.shape[1:]
        if not is_whole_body(shape):
            return self._middle(shape)
        extent = body_extent(stack.image.any(axis=0))
        if extent is None:
            raise InputError(
                got="a scan without a count",
                wanted="counts of the patient",
                fix="export the scan again; this one is empty",
            )
        top, bottom = extent
        upper = round(bottom - self.height * (bottom - top))
        offset = (float(upper), float(shape[1] // 2 - self.size // 2))
        return Step("Thorax", shape, (self.size, self.size), offset=offset)

    def _middle(self, shape: tuple[int, ...]) -> Step:
        scale = max(1.0, max(shape) / FIELD_OF_VIEW)
        offset = tuple((n - self.size * scale + scale - 1.0) / 2.0 for n in shape)
        if scale == 1.0:
            offset = tuple(float(n // 2 - self.size // 2) for n in shape)
        return Step("Thorax", shape, (self.size, self.size), (scale, scale), offset)


@dataclass(frozen=True)
class LogCounts:
    """The natural logarithm of counts.

    Args:
        zeros: "kept" leaves pixels without a count 0, as one count becomes; "plus one" takes the
            logarithm of counts plus one.
    """

    zeros: Literal["kept", "plus one"] = "kept"

    def plan(self, stack: Stack) -> Step:
        """Plan the map.

        Raises:
            InputError: Counts are negative, or there is none in view.
        """
        if stack.image.min() < 0 or not stack.image.any():
            got = "negative counts" if stack.image.any() else "no count in the field of view"
            raise InputError(
                got=got,
                wanted="counts as the camera stored them, some of them of the thorax",
                fix="export the scan without rescaling, head up and whole",
            )
        shape = stack.image.shape[1:]
        return Step("LogCounts", shape, shape, log=self.zeros)
