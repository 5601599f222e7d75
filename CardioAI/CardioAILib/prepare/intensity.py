"""Verbs that change intensities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.prepare.step import Gray, Stack, Step
from CardioAILib.prepare.window import seen


@dataclass(frozen=True)
class Rescale:
    """Map the stack's darkest pixel to 0 and its brightest to 1, all slices alike."""

    def plan(self, stack: Stack) -> Step:
        """Plan the linear map.

        Raises:
            InputError: The stack is constant.
        """
        low, high = float(stack.image.min()), float(stack.image.max())
        if low == high:
            raise _constant()
        shape = stack.image.shape[1:]
        clip = (low, high)
        return Step("Rescale", shape, shape, clip=clip, subtract=low, divide=high - low)


@dataclass(frozen=True)
class ClipPercentile:
    """Clip each slice to two of its own percentiles.

    Args:
        low: Lower percentile of the pixels in view, in percent; pixels with which a crop was
            padded do not count.
        high: Upper percentile.
    """

    low: float = 1.0
    high: float = 99.0

    def plan(self, stack: Stack) -> Step:
        """Plan the clipping of each slice.

        Raises:
            InputError: Nothing of the image is in view, or the percentiles are not in order.
        """
        if not 0 <= self.low < self.high <= 100:
            raise InputError(
                got=f"percentiles {self.low:g} and {self.high:g}",
                wanted="two from 0 to 100, the lower one first",
                fix="declare for instance ClipPercentile(1, 99)",
            )
        pixels = stack.image[:, seen(stack)]
        if not pixels.size:
            raise _constant()
        bounds = np.percentile(pixels, (self.low, self.high), axis=1).T.tolist()
        return _of_slices("ClipPercentile", stack, [Gray((low, high)) for low, high in bounds])


@dataclass(frozen=True)
class ZScore:
    """Bring each slice to mean 0 and standard deviation 1, over the whole view.

    A slice without contrast becomes 0.
    """

    def plan(self, stack: Stack) -> Step:
        """Plan the linear map of each slice.

        Raises:
            InputError: All slices are constant.
        """
        slices = stack.image.reshape(len(stack.image), -1).astype(np.float64)
        means, deviations = slices.mean(axis=1), slices.std(axis=1)
        constant = np.ptp(slices, axis=1) == 0
        if constant.all():
            raise _constant()
        divide = np.where(constant, 1.0, deviations)
        pairs = zip(means.tolist(), divide.tolist(), strict=True)
        return _of_slices("ZScore", stack, [Gray(None, mean, span) for mean, span in pairs])


def _of_slices(name: str, stack: Stack, grays: list[Gray]) -> Step:
    shape = stack.image.shape[1:]
    return Step(name, shape, shape, by_slice=tuple(grays))


def _constant() -> InputError:
    return InputError(
        got="a constant image inside the field of view",
        wanted="an image with contrast",
        fix="check that image and mask belong together",
    )
