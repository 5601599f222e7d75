"""The scar-screening CNN of Fahmy 2022."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from CardioAILib.networks.staged import Staged, glorot_, scaled

CHANNELS = (64, 128, 128, 256, 256, 512, 512)
HIDDEN = (1024, 256)


def seven_block_cnn(width: float, channels: int) -> Staged:
    """Build 7 x (5x5 convolution, ReLU, 2x2 max pooling), then dense layers to one logit.

    The hidden dense layers are linear: the released code gives them no activation. Stage names:
    `conv1` ... `conv7`, each followed by `relu1` and `pool1`; `flatten`, `fc1`, `drop1`,
    `fc2`, `drop2`, `logit`.

    Args:
        width: Multiplier of every channel count.
        channels: Input channels.

    Returns:
        Network of images (N, channels, 128, 128) to logits (N, 1).
    """
    maps = [scaled(count, width) for count in CHANNELS]
    first, second = (scaled(count, width) for count in HIDDEN)
    stages: OrderedDict[str, nn.Module] = OrderedDict()
    for index, (before, after) in enumerate(zip([channels, *maps], maps, strict=False), start=1):
        stages[f"conv{index}"] = nn.Conv2d(before, after, 5, padding=2)
        stages[f"relu{index}"] = nn.ReLU()
        stages[f"pool{index}"] = nn.MaxPool2d(2)
    stages["flatten"] = nn.Flatten()
    stages["fc1"] = nn.Linear(maps[-1], first)
    stages["drop1"] = nn.Dropout(0.5)
    stages["fc2"] = nn.Linear(first, second)
    stages["drop2"] = nn.Dropout(0.5)
    stages["logit"] = nn.Linear(second, 1)
    network = Staged(stages)
    glorot_(network)
    return network
