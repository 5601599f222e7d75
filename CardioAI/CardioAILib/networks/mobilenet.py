"""The convolutions of MobileNet, its first version."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional

from CardioAILib.networks.staged import scaled

STEM = 32
BLOCKS = ((64, 1), (128, 2), (256, 2), (512, 6), (1024, 2))
"""Channels and separable convolutions of each block (Howard et al. 2017, table 1)."""


class Separable(nn.Module):
    """A 3x3 convolution within each channel, then a 1x1 convolution across them.

    Args:
        before: Channels of the input.
        after: Channels of the output.
        stride: Of the 3x3 convolution.
    """

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv_dw = nn.Conv2d(
            before, before, 3, stride=stride, padding=1, groups=before, bias=False
        )
        self.bn1 = nn.BatchNorm2d(before)
        self.conv_pw = nn.Conv2d(before, after, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return (N, after, h, w) of features (N, before, H, W)."""
        within = functional.relu6(self.bn1(self.conv_dw(features)), inplace=True)
        return functional.relu6(self.bn2(self.conv_pw(within)), inplace=True)


def mobilenet_base(width: float) -> OrderedDict[str, nn.Module]:
    """Return the stages before the pooling: 3,206,976 parameters at width 1.

    Stage names: `conv_stem`, `bn1`, `relu1`, `blocks0` ... `blocks4`; their tensors are named as
    in timm's `mobilenetv1_100`, which writes `blocks.0` for `blocks0`. Of an even side, TensorFlow
    pads strided convolutions on one side alone; this is padded on both, as timm's is.

    Args:
        width: Multiplier of every channel count.

    Returns:
        Stages of images (N, 3, H, W) to features (N, 1024, H / 32, W / 32).
    """
    before = scaled(STEM, width)
    stages: OrderedDict[str, nn.Module] = OrderedDict(
        conv_stem=nn.Conv2d(3, before, 3, stride=2, padding=1, bias=False),
        bn1=nn.BatchNorm2d(before),
        relu1=nn.ReLU6(),
    )
    for index, (channels, count) in enumerate(BLOCKS):
        block, after = nn.Sequential(), scaled(channels, width)
        for place in range(count):
            block.append(Separable(before, after, stride=2 if index and not place else 1))
            before = after
        stages[f"blocks{index}"] = block
    return stages
