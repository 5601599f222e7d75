"""Images of a training that need not fit into memory: read a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Stored:
    """A file of images, float32, one after the other.

    Args:
        path: The file.
        shape: Number of images, rows and columns (M, H, W).
    """

    path: Path
    shape: tuple[int, int, int]

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """Return a copy of these images (n, H, W).

        The file is mapped for as long as they are copied, so that pages that were read once do
        not add up, and that the file can be removed where mapped files cannot.
        """
        return np.memmap(self.path, np.float32, "r", shape=self.shape)[rows]


@dataclass(frozen=True, eq=False)
class Images:
    """Some of many images, as a network's input with one channel.

    Args:
        source: All images (M, H, W), in memory or in a file.
        rows: Which of them these are (N,).
    """

    source: np.ndarray | Stored
    rows: np.ndarray

    @classmethod
    def all_of(cls, source: np.ndarray | Stored) -> Images:
        """Return all images of a source (M, H, W)."""
        return cls(source, np.arange(source.shape[0]))

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, which: np.ndarray) -> Images:
        """Return the images at these indices, or where this mask (N,) is true; reads none."""
        return replace(self, rows=self.rows[which])

    def __getitem__(self, which: torch.Tensor) -> torch.Tensor:
        """Read the images at these indices (n, 1, H, W), float32."""
        import torch

        found = self.source[self.rows[which.numpy()]]
        return torch.from_numpy(np.ascontiguousarray(found[:, np.newaxis], np.float32))

    def split(self, few: int) -> Iterator[torch.Tensor]:
        """Yield all images in order, few at a time, as a tensor's `split` does."""
        import torch

        for some in torch.arange(len(self)).split(few):
            yield self[some]
