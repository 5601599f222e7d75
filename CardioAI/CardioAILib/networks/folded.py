"""Batch normalization folded into the convolutions before it: the same numbers, less work."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from CardioAILib.networks.branched import Branched
from CardioAILib.networks.skip import Skip
from CardioAILib.networks.staged import Staged


def folded(network: Staged | Branched) -> Staged | Branched:
    """Return a network for prediction alone, whose logits are those of another one.

    In evaluation a batch normalization is a linear map of each channel, which the convolution
    before it can do. Its stages keep their names, so that what ran before runs now; ReLUs and skips
    overwrite what they are given, so that of its stages the last alone may be read.

    Args:
        network: The network, in evaluation mode; it stays as it is.

    Returns:
        A copy, or the network itself where nothing is normalized or it has branches.
    """
    normalized = any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    if not (normalized and isinstance(network, Staged)):
        return network
    other = copy.deepcopy(network)
    _fold(other)
    return other.eval().to(memory_format=torch.channels_last)


def _fold(module: nn.Module) -> None:
    """Fold in place, within a module and all that it holds; its parts are in order of their use."""
    before, convolution = "", None
    for name, part in list(module.named_children()):
        if isinstance(part, nn.BatchNorm2d) and convolution is not None:
            setattr(module, before, fuse_conv_bn_eval(convolution, part))
            setattr(module, name, nn.Identity())
        elif isinstance(part, nn.ReLU | nn.ReLU6 | Skip):
            part.inplace = True
        else:
            _fold(part)
        before, convolution = name, part if isinstance(part, nn.Conv2d) else None
