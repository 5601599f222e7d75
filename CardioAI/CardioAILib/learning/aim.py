"""What a network is trained towards: classes, or values brought to mean 0 and deviation 1."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from CardioAILib.errors import InputError
from CardioAILib.learning.loss import Objective, OneOfClasses, SquaredError
from CardioAILib.learning.recipe import Recipe
from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import Staged


@dataclass(frozen=True)
class Aim:
    """What is minimized, and what a network's outputs 0 and 1 mean.

    Args:
        objective: What is minimized and measured.
        mean: Mean of the training values of a quantity.
        deviation: Their standard deviation; 1 where all are equal.
    """

    objective: Objective
    mean: float = 0.0
    deviation: float = 1.0

    @classmethod
    def of(cls, recipe: Recipe, labels: torch.Tensor) -> Aim:
        """Return what a recipe aims at with these training labels (N,)."""
        if not recipe.measures:
            return cls(OneOfClasses(ranks=recipe.keep == "best validation AUC"))
        own = labels.double()
        deviation = float(own.std(correction=0)) or 1.0
        return cls(SquaredError(deviation), float(own.mean()), deviation)

    @property
    def _stays(self) -> bool:
        return (self.mean, self.deviation) == (0.0, 1.0)

    def scaled(self, labels: torch.Tensor) -> torch.Tensor:
        """Return labels (N,) as a network learns them."""
        if self._stays:
            return labels
        return ((labels.double() - self.mean) / self.deviation).to(labels.dtype)

    def require(self, network: Staged | Branched) -> None:
        """Refuse a network that could not say values in their own unit once it is trained.

        Raises:
            InputError: Its last stage is no dense one of one output.
        """
        last = _last(network)
        fits = isinstance(last, nn.Linear) and last.out_features == 1 and last.bias is not None
        if isinstance(self.objective, SquaredError) and not fits:
            raise InputError(
                got=f"a network that ends in {last}, for a measured quantity",
                wanted="a dense last stage with one output",
                fix="declare the architecture with classes=1",
            )

    def told_by(self, network: Staged | Branched) -> Staged | Branched:
        """Let a trained network say values in their own unit, by its last stage; return it."""
        if not self._stays:
            last = _last(network)
            with torch.no_grad():
                last.weight.mul_(self.deviation)
                last.bias.mul_(self.deviation).add_(self.mean)
        return network


def _last(network: Staged | Branched) -> nn.Module:
    return list(network.modules())[-1]
