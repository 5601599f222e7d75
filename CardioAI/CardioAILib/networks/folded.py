"""Batch normalization folded into the convolutions before it: the same numbers, less work."""

from __future__ import annotations

import copy
from collections import OrderedDict

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import Staged


def folded(network: Staged | Branched) -> Staged | Branched:
    """Return a network for prediction alone, whose logits are those of another one.

    In evaluation a batch normalization is a linear map of each channel, which the convolution
    before it can do. Its stages keep their names, so that what ran before runs now.

    Args:
        network: The network, in evaluation mode; it stays as it is.

    Returns:
        A copy, or the network itself where nothing is normalized or it has branches.
    """
    normalized = any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    if not (normalized and isinstance(network, Staged)):
        return network
    stages: OrderedDict[str, nn.Module] = OrderedDict()
    before = ""
    for name, stage in network.stages.named_children():
        convolution = stages.get(before)
        if isinstance(stage, nn.BatchNorm2d) and isinstance(convolution, nn.Conv2d):
            stages[before] = fuse_conv_bn_eval(convolution, stage)
            stages[name] = nn.Identity()
        else:
            stages[name] = nn.ReLU(inplace=True) if isinstance(stage, nn.ReLU) else stage
        before = name
    return copy.deepcopy(Staged(stages)).eval().to(memory_format=torch.channels_last)
