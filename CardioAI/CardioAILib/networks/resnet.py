"""The convolutions of ResNet50."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

from CardioAILib.networks.staged import scaled

STEM = 64
LAYERS = ((64, 3), (128, 4), (256, 6), (512, 3))
"""Channels within the bottlenecks of each layer, and how many it has (He et al. 2016, table 1)."""
EXPANSION = 4


class Bottleneck(nn.Module):
    """Three convolutions beside a shortcut.

    The stride lies in the 3x3 convolution, as in torchvision; He et al. have it in the first.

    Args:
        before: Channels of the input.
        within: Channels of the first two convolutions.
        after: Channels of the output.
        stride: Of the 3x3 convolution, and of the shortcut.
    """

    def __init__(self, before: int, within: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, within, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(within)
        self.conv2 = nn.Conv2d(within, within, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(within)
        self.conv3 = nn.Conv2d(within, after, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(after)
        if stride != 1 or before != after:
            short = nn.Conv2d(before, after, 1, stride=stride, bias=False)
            self.downsample = nn.Sequential(short, nn.BatchNorm2d(after))
        else:
            self.downsample = nn.Identity()

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return (N, after, h, w) of features (N, before, H, W)."""
        out = functional.relu(self.bn1(self.conv1(features)), inplace=True)
        out = functional.relu(self.bn2(self.conv2(out)), inplace=True)
        return functional.relu(self.bn3(self.conv3(out)) + self.downsample(features), inplace=True)


def resnet50_base(width: float) -> OrderedDict[str, nn.Module]:
    """Return the stages before the pooling: 23,508,032 parameters at width 1.

    Stage names are torchvision's: `conv1`, `bn1`, `relu`, `maxpool`, `layer1` ... `layer4`.

    Args:
        width: Multiplier of every channel count.

    Returns:
        Stages of images (N, 3, H, W) to features (N, 2048, H / 32, W / 32).
    """
    stem = scaled(STEM, width)
    stages: OrderedDict[str, nn.Module] = OrderedDict(
        conv1=nn.Conv2d(3, stem, 7, stride=2, padding=3, bias=False),
        bn1=nn.BatchNorm2d(stem),
        relu=nn.ReLU(),
        maxpool=nn.MaxPool2d(3, stride=2, padding=1),
    )
    given = [stem, *(scaled(EXPANSION * within, width) for within, _ in LAYERS)]
    for index, (before, after) in enumerate(pairwise(given)):
        within, count = LAYERS[index]
        stages[f"layer{index + 1}"] = nn.Sequential(
            *(
                Bottleneck(
                    before if first else after,
                    scaled(within, width),
                    after,
                    stride=2 if first and index else 1,
                )
                for first in [True] + [False] * (count - 1)
            )
        )
    return stages
