"""Changed copies of training images, fixed before training and made when they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from CardioAILib.learning.augment import Affine


@dataclass(frozen=True, eq=False)
class Copies:
    """Several changed copies of each image; the copies of one round lie together.

    Every reading of a copy gives the same pixels, but only the originals and a map a copy are in
    memory.

    Args:
        images: Originals (N, C, H, W).
        maps: One map a copy (M * N, 2, 3), as `augment` draws them; copy i is of image i modulo N.
        augment: What applies the maps.
    """

    images: torch.Tensor
    maps: torch.Tensor
    augment: Affine

    @classmethod
    def drawn(cls, images: torch.Tensor, copies: int, augment: Affine, seed: int) -> Copies:
        """Draw the maps of so many copies of each image (N, C, H, W)."""
        generator = torch.Generator().manual_seed(seed)
        return cls(images, augment.sample(copies * len(images), generator), augment)

    def __len__(self) -> int:
        return len(self.maps)

    def __getitem__(self, which: torch.Tensor) -> torch.Tensor:
        """Make the copies at these indices (n, C, H, W)."""
        return self.augment.apply(self.images[which % len(self.images)], self.maps[which])

    def split(self, few: int) -> Iterator[torch.Tensor]:
        """Yield all copies in order, few at a time, as a tensor's `split` does."""
        for some in torch.arange(len(self)).split(few):
            yield self[some]

    def near(self, device: str) -> Copies:
        """Return the same copies, made on the device that trains where that can sample borders."""
        # Apple's GPU does not repeat the border beyond it.
        return replace(self, images=self.images.to(device)) if device.startswith("cuda") else self
