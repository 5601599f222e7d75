"""Clips as the input of a network: frames at even steps, from the first or from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.examples import CLIP_FRAMES, Examples
from CardioAILib.prepare import Step

if TYPE_CHECKING:
    import torch

    from CardioAILib.learning.videos import Videos


@dataclass(frozen=True)
class Clip:
    """Gray frames of a clip at even steps, 0 to 1, which the network copies to three channels.

    Args:
        frames: Frames that the network sees.
        stride: Steps from one of them to the next, in frames.
    """

    frames: int = 16
    stride: int = 2

    @property
    def reach(self) -> int:
        """Frames from the first to the last that are seen, both counted."""
        return (self.frames - 1) * self.stride + 1

    def seen(self, start: int = 0) -> np.ndarray:
        """Return the frames of a clip (T,) that are seen from a first one on."""
        return start + self.stride * np.arange(self.frames)

    def videos(self, examples: Examples) -> Videos:
        """Return the input of all examples, made when it is read: bytes stay bytes until then.

        Raises:
            InputError: The examples are no clips, or hold too few frames.
        """
        from CardioAILib.learning.videos import Videos

        images = examples.images
        held = images.shape[1] if images.ndim == 4 else 0
        if held < self.reach:
            raise InputError(
                got=f"clips of {held} frames" if held else "examples without frames",
                wanted=f"clips of {self.reach} frames or more: {self.frames} at every "
                f"{self.stride}. one",
                fix="declare the examples as Clips, which play shorter clips in a loop",
            )
        lengths = examples.tables.get(CLIP_FRAMES)
        own = np.full(len(examples), held) if lengths is None else lengths[:, 0].astype(int)
        return Videos(images, np.minimum(own, held), self)

    def array(self, examples: Examples) -> np.ndarray:
        """Return the input (N, 1, T, H, W) from the first frame on, float32, 0 to 1.

        Raises:
            InputError: See `videos`.
        """
        return self.videos(examples).at(np.arange(len(examples)))

    def step(self, shape: tuple[int, int]) -> Step:
        """Return the step that leaves frames of `shape` (H, W) as they are."""
        return Step("Whole", shape, shape)


@dataclass(frozen=True)
class RandomStart:
    """Training passes start anywhere in the frames that are kept; nothing else changes."""

    def played(
        self, videos: Videos, rows: torch.Tensor, generator: torch.Generator
    ) -> torch.Tensor:
        """Return the clips at these indices (n, 1, T, H, W), each from a start of its own."""
        import torch

        chosen = rows.numpy()
        last = videos.last_starts[chosen]
        share = torch.rand(len(chosen), generator=generator, dtype=torch.float64).numpy()
        return torch.from_numpy(videos.at(chosen, (share * (last + 1)).astype(int)))
