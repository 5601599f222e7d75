"""A step of a network that normalizes batches near its input alone: whole there, in parts behind.

What a batch normalization gives of an image depends on the whole batch. Where convolutions follow
that are not normalized, the many of them can work on few images at a time, which a CPU's cache
holds, and memory need not hold what they leave for the gradients of a whole batch.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from CardioAILib.networks.branched import Branched
from CardioAILib.networks.folded import CONVOLUTIONS, NORMALIZATIONS
from CardioAILib.networks.staged import Staged


def normalizes_batches(network: nn.Module) -> bool:
    """Say whether the images of a batch change each other's outputs in training."""
    return any(isinstance(module, NORMALIZATIONS) for module in network.modules())


def last_of_stem(network: Staged | Branched) -> str | None:
    """Return the stage after which images no longer meet, if convolutions follow it.

    Stages without weights behind the last normalization belong to the stem.
    """
    if not isinstance(network, Staged):
        return None
    last, behind = None, []
    for name, stage in network.stages.named_children():
        if normalizes_batches(stage):
            last, behind = name, []
        elif last is not None:
            behind.append((name, stage))
    if not any(_convolves(stage) for _, stage in behind):
        return None
    return _before_weights(last, behind)


def backward_in_parts(
    features: torch.Tensor, few: int, backward: Callable[[torch.Tensor, slice], float]
) -> float:
    """Go backward from the loss of a batch, few images at a time from what its stem made of them.

    Args:
        features: What the stem made of the batch (N, C, h, w), with its graph.
        few: Images at a time.
        backward: Called with some features and which images they are of; it goes backward from
            these images' share of the loss, and returns that share.

    Returns:
        The loss of the batch.
    """
    gradient, total = torch.empty_like(features), 0.0
    for start in range(0, len(features), few):
        part = slice(start, start + few)
        some = features.detach()[part].requires_grad_()
        total += backward(some, part)
        gradient[part] = some.grad
    if features.requires_grad:
        features.backward(gradient)
    return total


def _before_weights(last: str | None, behind: list[tuple[str, nn.Module]]) -> str | None:
    for name, stage in behind:
        if any(True for _ in stage.parameters()):
            return last
        last = name
    return last


def _convolves(stage: nn.Module) -> bool:
    return any(isinstance(module, CONVOLUTIONS) for module in stage.modules())
