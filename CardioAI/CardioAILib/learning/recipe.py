"""How a network is trained, in the words of a methods section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from CardioAILib.added import added

Keep = Literal[
    "best validation accuracy",
    "best validation AUC",
    "best validation error",
    "best validation loss",
    "last",
]
"""Which epoch's weights are kept; the error is the mean absolute one of a measured quantity."""
Loss = Literal["cross-entropy", "squared error"]
"""What is minimized: squared error where the answer is a measured quantity."""


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma & Ba 2015) with Keras' epsilon.

    Args:
        rate: Learning rate.
        epsilon: Added to the denominator; Keras 1e-7, torch 1e-8.
    """

    rate: float
    epsilon: float = 1e-7


@dataclass(frozen=True)
class AdamW:
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019).

    Args:
        rate: Learning rate.
        decay: Share of each weight, times the rate, taken off at each step; torch 0.01.
    """

    rate: float
    decay: float = 0.01


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent with momentum.

    Args:
        rate: Learning rate.
        momentum: Share of the last step that is added to the next.
    """

    rate: float
    momentum: float = 0.9


@dataclass(frozen=True)
class Penalty:
    """Penalties on dense stages, as Keras adds them to the loss.

    Args:
        stages: Names of the stages.
        l2: Weight of the sum of squared kernel weights.
        l1_activity: Weight of the sum of absolute outputs, divided by the batch size.
    """

    stages: tuple[str, ...]
    l2: float = 0.0
    l1_activity: float = 0.0


@dataclass(frozen=True)
class Plateau:
    """A learning rate that falls where the validation loss no longer does, as Keras lowers it.

    Args:
        patience: Epochs without a lower validation loss after which it falls.
        factor: What it is multiplied by.
        floor: Lowest rate.
        least: Smallest fall of the loss that counts; Keras 1e-4.
    """

    patience: int
    factor: float = 0.1
    floor: float = 0.0
    least: float = 1e-4


@dataclass(frozen=True)
class Recipe:
    """The training of one network.

    Args:
        optimizer: Optimizer with its settings.
        batch: Images a step.
        epochs: Epochs.
        steps: Steps an epoch; None for one pass over the images.
        keep: Which epoch's weights are kept. Equal accuracies, AUCs or errors are told apart by
            the loss; so are all where one class alone chooses, which has no AUC.
        penalty: Penalties added to the loss.
        class_weights: "balanced" weighs each training image by n / (K * n of its class), so that
            rare classes count as much as frequent ones; None weighs all alike.
        plateau: How the learning rate falls, or None where it stays.
        patience: Epochs without a better one after which training ends, or None for all epochs.
        loss: What is minimized.
    """

    optimizer: Adam | AdamW | SGD
    batch: int
    epochs: int
    steps: int | None = None
    keep: Keep = "best validation loss"
    penalty: Penalty | None = None
    class_weights: Literal["balanced"] | None = added(None)
    plateau: Plateau | None = added(None)
    patience: int | None = added(None)
    loss: Loss = added("cross-entropy")

    @property
    def measures(self) -> bool:
        """Whether the network's output is a measured quantity, not the logits of classes."""
        return self.loss == "squared error"
