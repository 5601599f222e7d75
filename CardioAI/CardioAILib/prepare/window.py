"""The gray window of a cine: black at nothing, white at the brightest of the heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.prepare.step import Stack, Step, warp


@dataclass(frozen=True)
class Window:
    """Map 0 to 0 and a percentile of the pixels in view to 1, all slices and frames alike.

    Args:
        percentile: Share of the pixels, in percent, that the window does not saturate; pixels
            with which a crop was padded do not count.
    """

    percentile: float = 99.5

    def plan(self, stack: Stack) -> Step:
        """Plan the clipped linear map; what is darker than 0 becomes 0.

        Raises:
            InputError: Nothing in view is brighter than 0.
        """
        pixels = stack.image[:, seen(stack)]
        high = float(np.percentile(pixels, self.percentile)) if pixels.size else 0.0
        if high <= 0.0:
            raise InputError(
                got=f"intensities of which {self.percentile:g} % are 0 or less in view",
                wanted="an MR image whose heart is bright",
                fix="check that the crop shows the heart and that the image is no phase or "
                "difference image",
            )
        shape = stack.image.shape[1:]
        return Step("Window", shape, shape, clip=(0.0, high), divide=high)


def seen(stack: Stack) -> np.ndarray:
    """Return which pixels (H, W) of the view come from the image, not from padding."""
    moves = [step for step in stack.steps if step.moves]
    inside = np.ones((1, *(moves[0].input_shape if moves else stack.image.shape[1:])), bool)
    for step in moves:
        inside = warp(inside, step.scale, step.offset, step.output_shape, "nearest")
    return inside[0]
