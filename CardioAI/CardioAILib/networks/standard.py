"""Standard networks with their top replaced by one dense layer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

import torch
from torch import nn

from CardioAILib.errors import InputError
from CardioAILib.networks.inception import inception3_base
from CardioAILib.networks.mobilenet import mobilenet_base
from CardioAILib.networks.resnet import resnet50_base
from CardioAILib.networks.skip import Row
from CardioAILib.networks.staged import Staged, glorot_, he_
from CardioAILib.networks.vgg16 import vgg16_base

BASES: Mapping[str, Callable[[float], OrderedDict[str, nn.Module]]] = {
    "vgg16": vgg16_base,
    "resnet50": resnet50_base,
    "inception3": inception3_base,
    "mobilenet": mobilenet_base,
}
SMALLEST = {"vgg16": 32, "resnet50": 32, "inception3": 75, "mobilenet": 32}
"""Side of the smallest image that is more than padding to the last convolutions."""
TOP = ("flatten", "drop", "logits")


class GrayToThree(nn.Module):
    """A gray image in three equal channels, its values as they are.

    Published weights were learned from colors in ImageNet's units; ours are standardized by the
    training images instead, as the paper's were.
    """

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return (N, 3, H, W) of images (N, 1, H, W)."""
        copied = images.expand(-1, 3, -1, -1)
        return copied.contiguous(memory_format=torch.channels_last)


def standard_cnn(base: str, classes: int, size: int, width: float, dropout: float) -> Staged:
    """Build a network with random weights: gray in three channels, base, and one dense layer.

    Stage names: `gray`; those of the base; `flatten`, `drop`, `logits`.

    Args:
        base: Name of the base.
        classes: Classes, each with a logit.
        size: Side of the images, in pixels.
        width: Multiplier of every channel count.
        dropout: Share of features that training leaves out.

    Returns:
        Network of images (N, 1, size, size) to logits (N, classes).

    Raises:
        InputError: The images are too small for the base.
    """
    _require_size(base, size)
    stages: OrderedDict[str, nn.Module] = OrderedDict(gray=GrayToThree(), **BASES[base](width))
    stages["flatten"] = nn.Flatten()
    stages["drop"] = nn.Dropout(dropout)
    stages["logits"] = nn.Linear(_features(base, size, width), classes)
    network = Staged(stages)
    he_(network)
    glorot_(network.stages.logits)
    return network


def _features(base: str, size: int, width: float) -> int:
    """Count what a base leaves of an image, from a copy of it that computes shapes alone."""
    with torch.device("meta"):
        shapes = Row(BASES[base](width)).eval()
        return shapes(torch.empty(1, 3, size, size)).numel()


def _require_size(base: str, size: int) -> None:
    if size < SMALLEST[base]:
        raise InputError(
            got=f"images of {size} x {size} pixels",
            wanted=f"{SMALLEST[base]} or more along each side for {base}",
            fix="use 128, the paper's",
        )
