"""The first stage of a network: its input in deviations from the mean training image."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import torch
from torch import nn

from CardioAILib.errors import InputError
from CardioAILib.learning.augment import Changes
from CardioAILib.learning.copies import Copies
from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import Staged

STAGE = "standard"
MEAN, DEVIATION = f"stages.{STAGE}.mean", f"stages.{STAGE}.deviation"
"""Names of the two buffers among a network's weights."""
PART = 256
"""Images in memory at a time while they are measured."""
LEAST = 0.1
"""Smallest deviation of a pixel, as a share of that of all pixels.

Outside the body training images hardly vary; without a floor, a count there in a new image would
outweigh the whole heart.
"""


class Standardize(nn.Module):
    """Subtract a mean and divide by a deviation.

    Args:
        mean: Mean (C, H, W), or (1, 1, 1) of all pixels.
        deviation: Standard deviation of the same shape, none of them 0.
    """

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return standardized images (N, C, H, W)."""
        return (images - self.mean) / self.deviation


def seen(images: torch.Tensor | Copies, changes: Changes, seed: int) -> Iterator[torch.Tensor]:
    """Yield training images as an epoch sees them (n, C, H, W), some at a time."""
    generator = torch.Generator().manual_seed(seed)
    for some in images.split(PART):
        yield changes.changed(some, generator).cpu()


def statistics(
    parts: Iterable[torch.Tensor], by: Literal["pixel", "scalar"]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Measure mean and standard deviation of images, a part of them in memory at a time.

    Args:
        parts: Images (n, C, H, W), some at a time.
        by: "pixel" for each pixel's own, as Halme 2022 says; "scalar" for those of all pixels, as
            Keras' featurewise option takes them.

    Returns:
        Mean and deviation, float32, (C, H, W) or (1, 1, 1). A pixel's deviation is at least
        `LEAST` of that of all pixels; where nothing varies at all it is 1.
    """
    count, total, squares = 0, torch.zeros(()), torch.zeros(())
    for images in parts:
        own = images.double()
        count += len(own)
        total, squares = total + own.sum(0), squares + own.square().sum(0)
    mean, square = total / count, squares / count
    whole = deviation_of(mean.mean(), square.mean())
    own = deviation_of(mean, square).clamp(min=LEAST * float(whole))
    if by == "scalar":
        mean, own = mean.mean().view(1, 1, 1), whole.view(1, 1, 1)
    return mean.float(), (own if whole else torch.ones_like(own)).float()


def deviation_of(mean: torch.Tensor, square: torch.Tensor) -> torch.Tensor:
    """Return the standard deviation of what has this mean and this mean square."""
    return (square - mean.square()).clamp(min=0).sqrt()


def standardized(network: Staged | Branched, mean: torch.Tensor, deviation: torch.Tensor) -> Staged:
    """Return a network with a stage before all others that standardizes images.

    Raises:
        InputError: The network sees several images.
    """
    if not isinstance(network, Staged):
        raise InputError(
            got="a network of several branches that is to standardize its input",
            wanted="a network that sees one image",
            fix="declare standardize=None, and standardize images when they are prepared",
        )
    first = OrderedDict({STAGE: Standardize(mean, deviation)})
    return Staged(first | OrderedDict(network.stages.named_children()))


def with_stage_of(
    network: Staged | Branched, state: Mapping[str, torch.Tensor]
) -> Staged | Branched:
    """Return a network with the first stage that these weights have, if they have it."""
    return standardized(network, state[MEAN], state[DEVIATION]) if MEAN in state else network
