"""Rare classes that count as much as frequent ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from CardioAILib.errors import InputError
from CardioAILib.learning.loss import Objective, OneOfClasses, cross_entropy
from CardioAILib.learning.recipe import Recipe

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""The loss of logits (N, K) and labels (N,)."""


@dataclass(frozen=True, eq=False)
class WeighedLoss:
    """Cross-entropy of images that weigh by their class, divided by their number as Keras does.

    Args:
        weights: Weight of each class (K,).
    """

    weights: torch.Tensor

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the weighed loss of logits (N, K) and class numbers (N,)."""
        each = cross_entropy(logits, labels, reduction="none")
        return (each * self.weights.to(each.device)[labels.long()]).mean()


def weighed_loss(recipe: Recipe, objective: Objective, labels: torch.Tensor) -> Loss | None:
    """Return the loss that training minimizes where classes weigh differently, else None.

    Args:
        recipe: Says whether classes weigh alike.
        objective: What the loss is without weights.
        labels: Labels of all training images.

    Raises:
        InputError: Weights are wanted of several tasks at once.
    """
    if recipe.class_weights is None:
        return None
    if not isinstance(objective, OneOfClasses):
        raise InputError(
            got="class weights for several tasks at once",
            wanted="one class an image",
            fix="declare the recipe with class_weights=None",
        )
    return WeighedLoss(balanced(labels))


def balanced(labels: torch.Tensor) -> torch.Tensor:
    """Return the weight n / (K n_c) of each class c, of n labels (n,) of K classes that occur.

    So all classes weigh the same, and the mean weight of the images is 1.
    """
    counts = torch.bincount(labels.long())
    present = (counts > 0).sum()
    return len(labels) / (present * counts.clamp(min=1)).float()
