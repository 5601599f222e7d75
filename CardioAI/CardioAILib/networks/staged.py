"""A network as named stages in a row, so that any of them can be read out or explained."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import torch
from torch import nn

from CardioAILib.networks.skip import Row


class Staged(nn.Module):
    """Named stages, run one after another.

    Args:
        stages: Modules by name, in order; the last gives logits (N, K).
    """

    def __init__(self, stages: OrderedDict[str, nn.Module]) -> None:
        super().__init__()
        self.stages = Row(stages)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (N, K) of images (N, C, H, W), or of clips (N, C, T, H, W)."""
        return self.stages(images)

    def outputs(
        self, images: torch.Tensor, names: Iterable[str]
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return logits (N, K) and the output of each named stage, in one pass."""
        return self.stages.through(images, set(names))

    def split(self, name: str) -> tuple[Row, Row]:
        """Cut after a stage: trunk (images to its output) and head (its output to logits).

        Raises:
            InputError: A skip leads around the cut.
        """
        return self.stages.cut(name)


def scaled(count: int, width: float) -> int:
    """Return a channel count times a width, at least 1."""
    return max(1, round(count * width))


def glorot_(network: nn.Module) -> None:
    """Initialize in place as Keras does: Glorot-uniform weights, zero biases.

    Source: Glorot & Bengio 2010; the default of Keras' Conv2D and Dense.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Conv3d | nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def he_(network: nn.Module) -> None:
    """Initialize convolutions in place so that many rectified layers keep their variance.

    Source: He et al. 2015. Glorot's weights would halve it at each.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
