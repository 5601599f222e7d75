"""The four-layer CNN of Martini 2020."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from CardioAILib.networks.staged import Staged, glorot_

FILTERS = (64, 128, 256, 512)
HIDDEN = 16
DROPOUT = 0.2


def four_layer_cnn(width: float, classes: int, channels: int) -> Staged:
    """Build 4 x (3x3 convolution of stride 2, batch normalization, ReLU), then two dense layers.

    The text names no activation of the first dense layer; ours is a ReLU. Stage names: `conv1`,
    `bn1`, `relu1` ... `relu4`, `pool`, `drop`, `fc1`, `relu5`, `logits`.

    Args:
        width: Multiplier of the filter counts.
        classes: Classes, each with a logit.
        channels: Input channels.

    Returns:
        Network of images (N, channels, H, W) of any size to logits (N, classes).
    """
    filters = [max(1, round(count * width)) for count in FILTERS]
    stages: OrderedDict[str, nn.Module] = OrderedDict()
    pairs = zip([channels, *filters], filters, strict=False)
    for index, (before, after) in enumerate(pairs, start=1):
        stages[f"conv{index}"] = nn.Conv2d(before, after, 3, stride=2, padding=1)
        stages[f"bn{index}"] = nn.BatchNorm2d(after)
        stages[f"relu{index}"] = nn.ReLU()
    stages["pool"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    stages["drop"] = nn.Dropout(DROPOUT)
    stages["fc1"] = nn.Linear(filters[-1], HIDDEN)
    stages["relu5"] = nn.ReLU()
    stages["logits"] = nn.Linear(HIDDEN, classes)
    network = Staged(stages)
    glorot_(network)
    return network
