"""The VGG16 networks of Germain 2021: one branch a cardiac phase, one dense head."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional

from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import glorot_, he_, scaled

BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Channels and convolutions of each block (Simonyan & Zisserman 2015, configuration D)."""
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_SD = (0.229, 0.224, 0.225)


class GreyToImageNet(nn.Module):
    """An image of 0 to 1 in three equal channels, each in the units of ImageNet's weights."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return (N, 3, H, W) of an image (N, H, W)."""
        mean, sd = (image.new_tensor(c).view(3, 1, 1) for c in (IMAGENET_MEAN, IMAGENET_SD))
        colored = (image.unsqueeze(1) - mean) / sd
        return colored.contiguous(memory_format=torch.channels_last)


class ConvReLU(nn.Conv2d):
    """A convolution with its activation: what the stage gives is never negative."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the rectified convolution (N, C, H, W)."""
        return functional.relu(super().forward(features), inplace=True)


class LinearReLU(nn.Linear):
    """A dense layer with its activation."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the rectified layer (N, F)."""
        return functional.relu(super().forward(features), inplace=True)


def vgg16(
    branches: int,
    classes: int,
    size: int,
    width: float,
    hidden: tuple[tuple[int, float], ...],
) -> Branched:
    """Build the network with random weights.

    Stage names: `grey`, `block1_conv1` ... `block5_conv3` with `block1_pool` ... `block5_pool`
    in each branch, as Keras names them; then `flatten`, `fc1`, `drop1`, ... `drop3`, `logits`.

    Args:
        branches: Images that an example has.
        classes: Logits.
        size: Side of the images, in pixels.
        width: Multiplier of every channel count.
        hidden: Channels, before `width`, of each hidden dense layer and the dropout after it.

    Returns:
        Network of images (N, branches, size, size) to logits (N, classes).
    """
    maps = scaled(BLOCKS[-1][0], width) * (size // 2 ** len(BLOCKS)) ** 2
    network = Branched(
        [OrderedDict(grey=GreyToImageNet(), **vgg16_base(width)) for _ in range(branches)],
        _head(branches * maps, classes, width, hidden),
        size,
    )
    glorot_(network.stages)
    he_(network.branches)
    return network


def vgg16_base(width: float) -> OrderedDict[str, nn.Module]:
    """Return the stages `block1_conv1` ... `block5_pool`: 14,714,688 parameters at width 1.

    Args:
        width: Multiplier of every channel count.

    Returns:
        Stages of images (N, 3, H, W) to features (N, 512, H / 32, W / 32).
    """
    stages: OrderedDict[str, nn.Module] = OrderedDict()
    before = len(IMAGENET_MEAN)
    for block, (channels, convolutions) in enumerate(BLOCKS, start=1):
        after = scaled(channels, width)
        for index in range(1, convolutions + 1):
            stages[f"block{block}_conv{index}"] = ConvReLU(before, after, 3, padding=1)
            before = after
        stages[f"block{block}_pool"] = nn.MaxPool2d(2)
    return stages


def _head(
    features: int, classes: int, width: float, hidden: tuple[tuple[int, float], ...]
) -> OrderedDict[str, nn.Module]:
    stages: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
    for index, (count, drop) in enumerate(hidden, start=1):
        stages[f"fc{index}"] = LinearReLU(features, scaled(count, width))
        stages[f"drop{index}"] = nn.Dropout(drop)
        features = scaled(count, width)
    stages["logits"] = nn.Linear(features, classes)
    return stages
