"""From the scores of a study's examples to a decision: pooling and thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from CardioAILib.added import added

INDETERMINATE = "indeterminate"
"""The decision on a score too close to the threshold to rule the disease out."""

ThresholdSource = Literal["out-of-fold development scores", "test cohort"]


@dataclass(frozen=True)
class Max:
    """A study is as suspicious as its most suspicious example."""

    def pool(self, scores: np.ndarray, inputs: np.ndarray | None = None) -> float:
        """Pool the scores (N,) of one study."""
        return float(np.max(scores))

    def weights(self, scores: np.ndarray, inputs: np.ndarray | None = None) -> np.ndarray:
        """Return how much each example (N,) has to do with the pooled score: the top one alone."""
        return np.eye(len(scores))[int(np.argmax(scores))]


@dataclass(frozen=True)
class Mean:
    """A study's score is the mean over its examples."""

    def pool(self, scores: np.ndarray, inputs: np.ndarray | None = None) -> Any:
        """Pool the scores (N,) of one study to a number, or its probabilities (N, K) to (K,)."""
        pooled = np.mean(scores, axis=0)
        return float(pooled) if pooled.ndim == 0 else pooled

    def weights(self, scores: np.ndarray, inputs: np.ndarray | None = None) -> np.ndarray:
        """Return how much each example (N,) has to do with the pooled score: all alike."""
        return np.full(len(scores), 1.0 / len(scores))


@dataclass(frozen=True)
class MeanOfInputs:
    """A study's score is the mean over its inputs, each the mean over its own examples.

    So a view of one image weighs as much as one of a dozen slices (Martini 2020).
    """

    def pool(self, scores: np.ndarray, inputs: np.ndarray) -> float:
        """Pool the scores (N,) of one study, whose examples show these inputs (N,)."""
        # Means of means, not a weighted sum: scores that are all 0.5 must give 0.5 to the last bit.
        return float(np.mean([np.mean(scores[inputs == name]) for name in np.unique(inputs)]))

    def weights(self, scores: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return how much each example (N,) has to do with the pooled score."""
        _, place, counts = np.unique(inputs, return_inverse=True, return_counts=True)
        return 1.0 / (len(counts) * counts[place])


@dataclass(frozen=True)
class Threshold:
    """Positive from a fixed score on.

    Args:
        value: The threshold; scores at or above it are positive.
        rule_out: Scores below it are negative, those between it and the threshold indeterminate;
            None calls all of them negative.
    """

    value: float = 0.5
    rule_out: float | None = added(None)


@dataclass(frozen=True)
class AtSensitivity:
    """Positive from the largest threshold on that keeps a wanted sensitivity.

    Args:
        minimum: Wanted sensitivity.
        chosen_on: Scores on which the threshold is chosen.
    """

    minimum: float = 0.90
    chosen_on: ThresholdSource = "out-of-fold development scores"


@dataclass(frozen=True)
class Youden:
    """Positive from the threshold on at which sensitivity + specificity is largest.

    It is chosen on development scores: those of the subjects that chose the epoch where one part is
    held out once, and out-of-fold scores where every part is. The largest of equally good ones is
    taken.

    Source: Youden, Cancer 1950; 3:32.
    """


@dataclass(frozen=True)
class Argmax:
    """The class of highest probability; equal ones go to the first."""


def is_positive(score: float, threshold: float) -> bool:
    """Say whether a score is on the positive side; the threshold itself is."""
    return score >= threshold
