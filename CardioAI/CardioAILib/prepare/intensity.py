"""Verbs that change intensities."""

from __future__ import annotations

from dataclasses import dataclass

from CardioAILib.errors import InputError
from CardioAILib.prepare.step import Stack, Step


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
            raise InputError(
                got="a constant image inside the field of view",
                wanted="an image with contrast",
                fix="check that image and mask belong together",
            )
        shape = stack.image.shape[1:]
        clip = (low, high)
        return Step("Rescale", shape, shape, clip=clip, subtract=low, divide=high - low)
