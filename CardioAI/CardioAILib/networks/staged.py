"""A network as named stages in a row, so that any of them can be read out or explained."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import torch
from torch import nn


class Staged(nn.Module):
    """Named stages, run one after another.

    Args:
        stages: Modules by name, in order; the last gives logits (N, K).
    """

    def __init__(self, stages: OrderedDict[str, nn.Module]) -> None:
        super().__init__()
        self.stages = nn.Sequential(stages)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (N, K) of images (N, C, H, W)."""
        return self.stages(images)

    def outputs(
        self, images: torch.Tensor, names: Iterable[str]
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return logits (N, K) and the output of each named stage, in one pass."""
        wanted, found = set(names), {}
        for name, stage in self.stages.named_children():
            images = stage(images)
            if name in wanted:
                found[name] = images
        return images, found

    def split(self, name: str) -> tuple[nn.Sequential, nn.Sequential]:
        """Cut after a stage: trunk (images to its output) and head (its output to logits)."""
        cut = list(dict(self.stages.named_children())).index(name) + 1
        return self.stages[:cut], self.stages[cut:]


def glorot_(network: nn.Module) -> None:
    """Initialize in place as Keras does: Glorot-uniform weights, zero biases.

    Source: Glorot & Bengio 2010; the default of Keras' Conv2D and Dense.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
