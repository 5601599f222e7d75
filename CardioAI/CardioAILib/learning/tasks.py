"""Several tasks on the same images: what a loop minimizes then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from CardioAILib.learning.loss import called, cross_entropy


@dataclass(frozen=True)
class Tasks:
    """The sum of each task's cross-entropy.

    Args:
        names: Names of the tasks.
        sizes: Number of classes of each task, two or more, in the order of the logits.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]

    def loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the summed mean cross-entropies of logits (N, sum of K), labels (N, tasks)."""
        losses = [cross_entropy(own, truth) for own, truth in self._apart(logits, labels)]
        return torch.stack(losses).sum()

    def accuracies(self, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        """Return each task's accuracy, and their mean as "validation accuracy"."""
        right = [
            float((called(own) == truth).float().mean())
            for own, truth in self._apart(logits, labels)
        ]
        told = {f"{name} accuracy": own for name, own in zip(self.names, right, strict=True)}
        return {"validation accuracy": sum(right) / len(right), **told}

    def _apart(
        self, logits: torch.Tensor, labels: torch.Tensor
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        return zip(logits.split(self.sizes, dim=1), labels.unbind(1), strict=True)
