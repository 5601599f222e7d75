"""What logits mean: one for class 1 of two classes, or one for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch.nn import functional


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


class Objective(Protocol):
    """What a loop minimizes, and how well it is met."""

    def loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of images."""
        ...

    def accuracies(self, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        """Return "validation accuracy", and what else tells how well it went."""
        ...


@dataclass(frozen=True)
class OneOfClasses:
    """One class an image: mean cross-entropy."""

    def loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the mean cross-entropy of logits (N, K) and class numbers (N,)."""
        return cross_entropy(logits, labels)

    def accuracies(self, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        """Return the share of images whose class is called rightly."""
        right = called(logits) == labels
        return {"validation accuracy": float(right.float().mean())}


CLASSES = OneOfClasses()
