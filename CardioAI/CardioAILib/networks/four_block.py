"""The two networks of Halme 2022: four blocks of six convolutions, without or with skips."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from CardioAILib.errors import InputError
from CardioAILib.networks.skip import Skip
from CardioAILib.networks.staged import Staged, glorot_, he_, scaled

FILTERS = (16, 32, 64, 128)
CONVOLUTIONS = 6
DROPOUT = 0.2
MOMENTUM, EPSILON = 0.01, 1e-3
"""Those of Keras, whose momentum of 0.99 is what PyTorch calls 0.01."""
SMALLEST = 2 ** len(FILTERS)
"""Side of the smallest image that four poolings leave a pixel of."""


def four_block_cnn(skips: bool, classes: int, size: int, width: float) -> Staged:
    """Build the stem, 4 x (6 x (3x3 convolution, ReLU), 2x2 average pooling) and a dense layer.

    Stage names: `conv0`, `bn0`, `relu0`; `block1_conv1`, `block1_relu1` ... `block4_relu6` with
    `block1_pool` ... `block4_pool`; `flatten`, `drop`, `logits`. With skips, `block1_add2`,
    `block1_add4`, `block1_add6` ... stand before the ReLU of every second convolution: they add
    what the layer two before gave, or, at the start of a block, the block's input.

    The text has poolings of stride 1; figure and size have them of stride 2. The layer numbers of
    the figures leave room for one batch normalization, in the stem. How a skip passes from 16 to
    32 maps is not told: ours is a 1x1 convolution.

    Args:
        skips: Whether every second convolution has one around it.
        classes: Classes, each with a logit.
        size: Side of the images, in pixels.
        width: Multiplier of the filter counts.

    Returns:
        Network of images (N, 1, size, size) to logits (N, classes).

    Raises:
        InputError: Nothing is left of images of this size.
    """
    _require_size(size)
    maps = [scaled(count, width) for count in FILTERS]
    stages = _stem(maps[0])
    for block, (before, after) in enumerate(zip([maps[0], *maps], maps, strict=False), start=1):
        stages |= _block(f"block{block}", _last(stages), before, after, skips)
    stages["flatten"] = nn.Flatten()
    stages["drop"] = nn.Dropout(DROPOUT)
    stages["logits"] = nn.Linear(maps[-1] * (size // SMALLEST) ** 2, classes)
    network = Staged(stages)
    glorot_(network)
    if not skips:
        he_(network)
    return network


def _stem(maps: int) -> OrderedDict[str, nn.Module]:
    return OrderedDict(
        conv0=nn.Conv2d(1, maps, 3, padding=1),
        bn0=nn.BatchNorm2d(maps, eps=EPSILON, momentum=MOMENTUM),
        relu0=nn.ReLU(),
    )


def _block(
    name: str, source: str, before: int, after: int, skips: bool
) -> OrderedDict[str, nn.Module]:
    """Return a block's stages; `source` is the stage before it, of `before` maps."""
    stages: OrderedDict[str, nn.Module] = OrderedDict()
    given = before
    for index in range(1, CONVOLUTIONS + 1):
        stages[f"{name}_conv{index}"] = nn.Conv2d(given, after, 3, padding=1)
        given = after
        if skips and index % 2 == 0:
            stages[f"{name}_add{index}"] = Skip(source, before, after)
            source, before = f"{name}_relu{index}", after
        stages[f"{name}_relu{index}"] = nn.ReLU()
    stages[f"{name}_pool"] = nn.AvgPool2d(2)
    return stages


def _last(stages: OrderedDict[str, nn.Module]) -> str:
    return next(reversed(stages))


def _require_size(size: int) -> None:
    if size < SMALLEST:
        raise InputError(
            got=f"images of {size} x {size} pixels",
            wanted=f"{SMALLEST} or more along each side: four poolings halve it four times",
            fix="use 128, the paper's",
        )
