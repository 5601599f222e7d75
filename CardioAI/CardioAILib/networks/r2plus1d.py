"""R(2+1)D of 18 layers: convolutions within a frame, then along time (Tran et al., CVPR 2018)."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise

import torch
from torch import nn

from CardioAILib.networks.factored import GrayFrames, InFrames, OverTime, Shortcut
from CardioAILib.networks.layout import with_channels_last
from CardioAILib.networks.staged import Staged, scaled

COLORS = 3
STEM, STEM_WITHIN = 64, 45
"""Channels after the stem, and between its two convolutions."""
LAYERS = (64, 128, 256, 512)
"""Channels of each layer, which has two blocks (Tran et al. 2018, table 1)."""
BLOCKS = 2


class Pooled(nn.Module):
    """The mean over frames and pixels."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return (N, C) of features (N, C, T, h, w)."""
        return features.mean(dim=(2, 3, 4))


class Block(nn.Module):
    """Two factored convolutions beside a shortcut.

    Args:
        before: Channels of the input.
        after: Channels of the output.
        stride: Of the first convolution and of the shortcut, in frames and in pixels.
    """

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        within = channels_within(before, after)
        self.conv1 = nn.Sequential(
            factored(before, within, after, stride), nn.BatchNorm3d(after), nn.ReLU(inplace=True)
        )
        self.conv2 = nn.Sequential(factored(after, within, after, 1), nn.BatchNorm3d(after))
        if stride != 1 or before != after:
            self.downsample = nn.Sequential(Shortcut(before, after, stride), nn.BatchNorm3d(after))
        else:
            self.downsample = nn.Identity()

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return (N, after, t, h, w) of features (N, before, T, H, W)."""
        return self.conv2(self.conv1(features)).add_(self.downsample(features)).relu_()


def r2plus1d_18(classes: int, width: float) -> Staged:
    """Build the network with random weights: 31,300,638 parameters at width 1 with one class.

    Stage names are torchvision's: `stem`, `layer1` ... `layer4`, then `pool` and `fc`; so are the
    names of the tensors within them. Both convolutions of a block have the channels between their
    factors that its first one asks for, as there.

    Args:
        classes: Outputs.
        width: Multiplier of every channel count; those between factors follow from it.

    Returns:
        Network of gray clips (N, 1, T, H, W), or colored ones (N, 3, T, H, W), to (N, classes).
    """
    stages: OrderedDict[str, nn.Module] = OrderedDict(stem=_stem(width))
    given = [scaled(STEM, width), *(scaled(count, width) for count in LAYERS)]
    for index, (before, after) in enumerate(pairwise(given)):
        first = Block(before, after, stride=2 if index else 1)
        rest = (Block(after, after, stride=1) for _ in range(BLOCKS - 1))
        stages[f"layer{index + 1}"] = nn.Sequential(first, *rest)
    stages["pool"] = Pooled()
    stages["fc"] = nn.Linear(given[-1], classes)
    network = Staged(stages)
    _initialize(network)
    return with_channels_last(network)


def channels_within(before: int, after: int) -> int:
    """Return the channels between factors that keep the size of a 3x3x3 convolution.

    Source: Tran et al. 2018, section 3.5.
    """
    return (before * after * 27) // (before * 9 + after * 3)


def factored(before: int, within: int, after: int, stride: int) -> nn.Sequential:
    """Return a 1x3x3 convolution, normalized and rectified, and a 3x1x1 one."""
    return nn.Sequential(
        InFrames(before, within, 3, stride=stride),
        nn.BatchNorm3d(within),
        nn.ReLU(inplace=True),
        OverTime(within, after, 3, stride=stride),
    )


def _stem(width: float) -> nn.Sequential:
    within, after = scaled(STEM_WITHIN, width), scaled(STEM, width)
    return nn.Sequential(
        GrayFrames(COLORS, within, 7, stride=2),
        nn.BatchNorm3d(within),
        nn.ReLU(inplace=True),
        OverTime(within, after, 3, stride=1),
        nn.BatchNorm3d(after),
        nn.ReLU(inplace=True),
    )


def _initialize(network: Staged) -> None:
    """Draw weights as torchvision does: He et al. 2015 for what a convolution gives."""
    for module in network.modules():
        if isinstance(module, nn.Conv3d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    nn.init.normal_(network.stages.fc.weight, std=0.01)
    nn.init.zeros_(network.stages.fc.bias)
