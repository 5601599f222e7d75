"""How examples become the channels of a network's input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.examples import Examples
from CardioAILib.prepare import Step


@dataclass(frozen=True)
class ImageMaskProduct:
    """Three channels: the image, the mask, and their product (Fahmy 2022).

    Args:
        crop: Side of the square cut from the middle, in pixels.
    """

    crop: int

    def array(self, examples: Examples) -> np.ndarray:
        """Return the input (N, 3, crop, crop), float32.

        Raises:
            InputError: The images are smaller than the cut.
        """
        window = self._window(examples.images.shape[1:])
        image = examples.images[:, *window]
        mask = examples.masks[:, *window].astype(np.float32)
        return np.stack([image, mask, image * mask], axis=1)

    def step(self, shape: tuple[int, int]) -> Step:
        """Return the cut as a step, for putting maps back on images of `shape` (H, W)."""
        offset = tuple(float(axis.start) for axis in self._window(shape))
        return Step("CentralCrop", shape, (self.crop, self.crop), offset=offset)

    def _window(self, shape: tuple[int, ...]) -> tuple[slice, ...]:
        if min(shape) < self.crop:
            raise InputError(
                got=f"images of {shape[0]} x {shape[1]} pixels",
                wanted=f"at least {self.crop} x {self.crop} to cut from the middle",
                fix="pad the images (prepare.CropPad) before they become examples",
            )
        starts = ((size - self.crop) // 2 for size in shape)
        return tuple(slice(start, start + self.crop) for start in starts)


@dataclass(frozen=True)
class Frames:
    """One channel a cardiac phase, for networks of as many branches (Germain 2021).

    Args:
        frames: Phases in the order of the system's inputs, counted from 0.
    """

    frames: tuple[int, ...]

    def array(self, examples: Examples) -> np.ndarray:
        """Return the input (N, B, H, W), float32.

        Raises:
            InputError: The examples have no such phase.
        """
        shape = examples.images.shape
        phases = shape[1] if len(shape) == 4 else 0
        if not set(self.frames) <= set(range(phases)):
            raise InputError(
                got=f"examples of {phases or 'no'} cardiac phases",
                wanted=f"phases {', '.join(str(frame + 1) for frame in self.frames)} of each slice",
                fix="declare the examples as CineSets, with an input for each phase",
            )
        return np.ascontiguousarray(examples.images[:, list(self.frames)], np.float32)

    def step(self, shape: tuple[int, int]) -> Step:
        """Return the step that leaves images of `shape` (H, W) as they are."""
        return Step("Whole", shape, shape)


@dataclass(frozen=True)
class OneChannel:
    """The image alone (Martini 2020)."""

    def array(self, examples: Examples) -> np.ndarray:
        """Return the input (N, 1, H, W), float32.

        Raises:
            InputError: The examples show several cardiac phases.
        """
        if examples.images.ndim != 3:
            raise InputError(
                got=f"examples of {examples.images.shape[1]} cardiac phases",
                wanted="examples of one image each",
                fix="declare the channels as Frames, or the examples as Slices",
            )
        return np.ascontiguousarray(examples.images[:, np.newaxis], np.float32)

    def step(self, shape: tuple[int, int]) -> Step:
        """Return the step that leaves images of `shape` (H, W) as they are."""
        return Step("Whole", shape, shape)
