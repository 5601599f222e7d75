"""The network of clips as one writes it first: convolutions in three dimensions, channels first."""

from __future__ import annotations

import copy

import torch
from CardioAILib.networks.factored import InFrames, OverTime, Shortcut
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
            setattr(module, name, _plain(part))
        else:
            _replace(part)


def _plain(part: InFrames | OverTime) -> nn.Conv3d:
    stride = part.skip if isinstance(part, Shortcut) else part.stride
    channels = (part.in_channels, part.out_channels)
    convolution = nn.Conv3d(*channels, part.kernel_size, stride, part.padding, bias=False)
    convolution.load_state_dict(part.state_dict())
    return convolution
