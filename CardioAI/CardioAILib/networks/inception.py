"""The convolutions of Inception version 3."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional

from CardioAILib.networks.inception_paths import MIXED, PADDED, STEM, Conv, Path
from CardioAILib.networks.staged import scaled

EPSILON = 1e-3
"""Of the batch normalizations, as published."""


class BasicConv2d(nn.Module):
    """A convolution, its batch normalization and ReLU.

    Args:
        before: Channels of the input.
        conv: The convolution; its channels are those of the output.
        padded: Whether stride 1 keeps the size.
    """

    def __init__(self, before: int, conv: Conv, padded: bool = True) -> None:
        super().__init__()
        kept = padded and conv.stride == 1
        padding = tuple(side // 2 for side in conv.kernel) if kept else 0
        self.conv = nn.Conv2d(
            before, conv.channels, conv.kernel, conv.stride, padding=padding, bias=False
        )
        self.bn = nn.BatchNorm2d(conv.channels, eps=EPSILON)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the rectified output (N, K, h, w) of features (N, before, H, W)."""
        return functional.relu(self.bn(self.conv(features)), inplace=True)


class Mixed(nn.Module):
    """Paths side by side, whose outputs are joined.

    Args:
        before: Channels of the input.
        paths: The paths, in the order in which they are joined.
    """

    def __init__(self, before: int, paths: tuple[Path, ...]) -> None:
        super().__init__()
        self.paths = paths
        self.channels = 0
        for path in paths:
            given = before
            for conv in path.convs:
                self.add_module(conv.name, BasicConv2d(given, conv))
                given = conv.channels
            for conv in path.fork:
                self.add_module(conv.name, BasicConv2d(given, conv))
            self.channels += sum(conv.channels for conv in path.fork) or given

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the joined outputs (N, channels, h, w) of features (N, before, H, W)."""
        found: list[torch.Tensor] = []
        for path in self.paths:
            out = _pooled(features, path.pool)
            for conv in path.convs:
                out = self.get_submodule(conv.name)(out)
            found += [self.get_submodule(conv.name)(out) for conv in path.fork] or [out]
        return torch.cat(found, dim=1)


def inception3_base(width: float) -> OrderedDict[str, nn.Module]:
    """Return the stages before the pooling: 21,785,568 parameters at width 1.

    Stage names are torchvision's: `Conv2d_1a_3x3`, `Conv2d_2a_3x3`, `Conv2d_2b_3x3`, `maxpool1`,
    `Conv2d_3b_1x1`, `Conv2d_4a_3x3`, `maxpool2`, `Mixed_5b` ... `Mixed_7c`. The auxiliary
    classifier is left out.

    Source: Szegedy et al. 2016.

    Args:
        width: Multiplier of every channel count.

    Returns:
        Stages of images (N, 3, H, W), 75 pixels or more a side, to features (N, 2048, h, w).
    """
    stages: OrderedDict[str, nn.Module] = OrderedDict()
    before = 3
    for conv in STEM:
        if isinstance(conv, str):
            stages[conv] = nn.MaxPool2d(3, stride=2)
            continue
        conv = _thinned(conv, width)
        stages[conv.name] = BasicConv2d(before, conv, padded=conv.name in PADDED)
        before = conv.channels
    for name, paths in MIXED.items():
        mixed = Mixed(before, tuple(_thin(path, width) for path in paths))
        stages[name], before = mixed, mixed.channels
    return stages


def _pooled(features: torch.Tensor, pool: str | None) -> torch.Tensor:
    if pool == "average":
        return functional.avg_pool2d(features, 3, stride=1, padding=1)
    return functional.max_pool2d(features, 3, stride=2) if pool == "maximum" else features


def _thin(path: Path, width: float) -> Path:
    convs, fork = (tuple(_thinned(conv, width) for conv in own) for own in path[:2])
    return path._replace(convs=convs, fork=fork)


def _thinned(conv: Conv, width: float) -> Conv:
    return conv._replace(channels=scaled(conv.channels, width))
