"""Clips of a training or prediction as bytes, which become numbers a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

    from CardioAILib.learning.clip import Clip

WHITE = 255.0
"""The brightest gray level."""


@dataclass(frozen=True, eq=False)
class Videos:
    """Clips as a network's input with one channel.

    Args:
        source: Gray levels of all clips (N, K, H, W), 0 to 255; frames beyond a clip's own repeat
            it.
        lengths: Number of each clip's own frames (N,), at most K.
        clip: Which frames are seen.
    """

    source: np.ndarray
    lengths: np.ndarray
    clip: Clip

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def last_starts(self) -> np.ndarray:
        """The last frame of each clip (N,) that a pass may start from.

        A pass stays within the clip's own frames. One that is too short for that is a loop, which
        may start anywhere.
        """
        room = self.lengths - self.clip.reach
        looped = np.minimum(self.lengths - 1, self.source.shape[1] - self.clip.reach)
        return np.where(room >= 0, room, looped)

    def at(self, rows: np.ndarray, starts: np.ndarray | int = 0) -> np.ndarray:
        """Return clips (n, 1, T, H, W), float32, 0 to 1.

        Args:
            rows: Which clips (n,).
            starts: First frame of each (n,), or of all.
        """
        first = np.broadcast_to(starts, rows.shape)
        levels = self.source[rows[:, np.newaxis], first[:, np.newaxis] + self.clip.seen()]
        return (levels[:, np.newaxis] / np.float32(WHITE)).astype(np.float32, copy=False)

    def __getitem__(self, which: torch.Tensor) -> torch.Tensor:
        """Return the clips at these indices (n, 1, T, H, W) from their first frames on."""
        import torch

        return torch.from_numpy(self.at(which.numpy()))

    def split(self, few: int) -> Iterator[torch.Tensor]:
        """Yield all clips in order, few at a time, as a tensor's `split` does."""
        import torch

        for some in torch.arange(len(self)).split(few):
            yield self[some]
