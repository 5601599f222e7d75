"""What logits mean: one for class 1 of two classes, or one for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch.nn import functional

from CardioAILib.evaluate import roc_auc
from CardioAILib.learning.recipe import Recipe


def cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, reduction: Literal["mean", "none"] = "mean"
) -> torch.Tensor:
    """Return the mean cross-entropy of logits (N, K), or of one logit (N, 1) for class 1 of two.

    Args:
        logits: One a class, or one for class 1 of two.
        labels: Class numbers (N,).
        reduction: "none" for that of each image (N,) instead.
    """
    if logits.shape[1] == 1:
        return functional.binary_cross_entropy_with_logits(
            logits[:, 0], labels, reduction=reduction
        )
    return functional.cross_entropy(logits, labels.long(), reduction=reduction)


def called(logits: torch.Tensor) -> torch.Tensor:
    """Return the class (N,) that logits (N, K), or one for class 1 of two, speak for."""
    return logits[:, 0] >= 0 if logits.shape[1] == 1 else logits.argmax(dim=1)


def probabilities(logits: torch.Tensor) -> torch.Tensor:
    """Return the probability of class 1 (N,) of two classes, of each class (N, K) of more."""
    if logits.shape[1] == 1:
        return logits[:, 0].sigmoid()
    shares = logits.softmax(dim=1)
    return shares[:, 1] if logits.shape[1] == 2 else shares


def answers(logits: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Return what a network says of images: values (N,) of a quantity, else probabilities."""
    return logits[:, 0] if recipe.measures else probabilities(logits)


class Objective(Protocol):
    """What a loop minimizes, and how well it is met."""

    def loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of images."""
        ...

    def accuracies(self, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        """Return "validation accuracy", or what else tells how well it went."""
        ...


@dataclass(frozen=True)
class OneOfClasses:
    """One class an image: mean cross-entropy.

    Args:
        ranks: Whether the AUC of two classes is measured too.
    """

    ranks: bool = False

    def loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the mean cross-entropy of logits (N, K) and class numbers (N,)."""
        return cross_entropy(logits, labels)

    def accuracies(self, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        """Return the share of images whose class is called rightly, and the AUC if it exists."""
        right = called(logits) == labels
        told = {"validation accuracy": float(right.float().mean())}
        if self.ranks and len(labels.unique()) == 2:
            scores = probabilities(logits.double())
            told["validation AUC"] = roc_auc(labels.numpy(), scores.numpy())
        return told


CLASSES = OneOfClasses()


@dataclass(frozen=True)
class SquaredError:
    """A measured quantity: mean squared error of values scaled to mean 0 and deviation 1.

    Args:
        deviation: What one of these is in the quantity's unit.
    """

    deviation: float

    def loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the mean squared error of outputs (N, 1), scaled as the values (N,) are."""
        return functional.mse_loss(logits[:, 0], labels)

    def accuracies(self, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        """Return the mean absolute error in the quantity's unit."""
        error = (logits[:, 0] - labels).abs().mean()
        return {"validation error": self.deviation * float(error)}
