"""Memory in the order in which convolutions on a CPU are fastest: a pixel's channels together."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import nn

Module = TypeVar("Module", bound=nn.Module)
FORMATS = {4: torch.channels_last, 5: torch.channels_last_3d}


def channels_last(images: torch.Tensor) -> torch.Tensor:
    """Return images (N, C, H, W) or clips (N, C, T, H, W) with their channels last in memory."""
    return images.contiguous(memory_format=FORMATS[images.dim()])


def sees_clips(network: nn.Module) -> bool:
    """Say whether a network's convolutions have an axis of time."""
    return any(isinstance(module, nn.Conv3d) for module in network.modules())


def with_channels_last(network: Module) -> Module:
    """Lay the weights of a network's convolutions out so, in place; return the network."""
    return network.to(memory_format=FORMATS[5 if sees_clips(network) else 4])
