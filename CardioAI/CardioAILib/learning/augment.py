"""Random affine maps of whole batches, in Keras' terms.

Ours rather than a library's because it is the bottleneck of thin networks: one grid sampling a
batch takes a third of the time of a sample-wise transform.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from CardioAILib.added import added

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Affine:
    """Ranges of a random affine map; each image draws its own.

    Args:
        rotate: Largest rotation either way, in degrees.
        shear: Largest shear angle either way, in degrees.
        zoom: Smallest and largest zoom, drawn for each axis.
        flip_horizontal: Whether half of the images are mirrored left to right.
        shift: Largest shift either way along each axis, as a share of the side.
        flip_vertical: Whether half of the images are mirrored top to bottom.
    """

    rotate: float = 0.0
    shear: float = 0.0
    zoom: tuple[float, float] = (1.0, 1.0)
    flip_horizontal: bool = False
    shift: float = added(0.0)
    flip_vertical: bool = added(False)

    def sample(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Draw maps (N, 2, 3) from output to input coordinates in [-1, 1], x before y."""
        import torch

        def uniform(low: float, high: float) -> torch.Tensor:
            return torch.rand(count, generator=generator) * (high - low) + low

        angle = uniform(-self.rotate, self.rotate) * (math.pi / 180.0)
        shear = uniform(-self.shear, self.shear) * (math.pi / 180.0)
        across, down = uniform(*self.zoom), uniform(*self.zoom)
        if self.flip_horizontal:
            across = across * torch.where(uniform(0.0, 1.0) < 0.5, -1.0, 1.0)
        if self.flip_vertical:
            down = down * torch.where(uniform(0.0, 1.0) < 0.5, -1.0, 1.0)
        rows = [
            torch.stack([angle.cos() * across, -(angle + shear).sin() * down], dim=1),
            torch.stack([angle.sin() * across, (angle + shear).cos() * down], dim=1),
        ]
        maps = torch.nn.functional.pad(torch.stack(rows, dim=1), (0, 1))
        if self.shift:
            # A side is 2 long in these coordinates.
            shifts = [uniform(-self.shift, self.shift) for _ in "xy"]
            maps[:, :, 2] = 2.0 * torch.stack(shifts, dim=1)
        return maps

    def apply(self, images: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
        """Sample images (N, C, H, W) bilinearly; repeating the border beyond it."""
        from torch.nn import functional

        grid = functional.affine_grid(maps.to(images), list(images.shape), align_corners=False)
        return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)

    def changed(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return images (N, C, H, W), each under a map of its own."""
        return self.apply(images, self.sample(len(images), generator))


@dataclass(frozen=True)
class Unchanged:
    """No change: what images undergo that were changed before."""

    def changed(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the images as they are."""
        return images


@dataclass(frozen=True)
class Noisy:
    """Random maps, and Gaussian noise of a random strength on top.

    Args:
        maps: The maps.
        most: Largest standard deviation of the noise, as a share of each image's range; each
            image's own is drawn evenly from 0 to this.
    """

    maps: Affine | Unchanged
    most: float

    def changed(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return images (N, C, H, W), each under a map of its own and with noise of its own."""
        import torch

        images = self.maps.changed(images, generator)
        span = images.amax(dim=(1, 2, 3)) - images.amin(dim=(1, 2, 3))
        # Drawn on the CPU wherever the images lie, so that a seed draws the same everywhere.
        deviation = torch.rand(len(images), generator=generator).to(images) * self.most * span
        noise = torch.randn(images.shape, generator=generator).to(images)
        return images + deviation.view(-1, 1, 1, 1) * noise


Changes = Affine | Noisy | Unchanged
"""What training images undergo when they are read."""
