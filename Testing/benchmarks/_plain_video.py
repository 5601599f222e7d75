"""The network of clips as one writes it first: convolutions in three dimensions, channels first."""

from __future__ import annotations

import copy

import torch
from CardioAILib.networks.factored import InFrames, OverTime
from CardioAILib.networks.staged import Staged
from torch import nn


def plain_network(network: Staged) -> Staged:
    """Return a copy whose every convolution is an `nn.Conv3d`, which sees three colors."""
    other = copy.deepcopy(network)
    _replace(other)
    return other.to(memory_format=torch.contiguous_format)


def colored(clips: torch.Tensor) -> torch.Tensor:
    """Return gray clips (N, 1, T, H, W) as three equal channels (N, 3, T, H, W), copied."""
    return clips.expand(-1, 3, -1, -1, -1).contiguous()


def _replace(module: nn.Module) -> None:
    for name, part in list(module.named_children()):
        if isinstance(part, InFrames | OverTime):
            convolution = nn.Conv3d(
                part.in_channels,
                part.out_channels,
                part.kernel_size,
                part.stride,
                part.padding,
                bias=False,
            )
            convolution.load_state_dict(part.state_dict())
            setattr(module, name, convolution)
        else:
            _replace(part)
