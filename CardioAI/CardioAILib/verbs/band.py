"""What became of the studies that a rule-out point and a threshold sort into three."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.decide import Threshold
from CardioAILib.system import System


@dataclass(frozen=True)
class Sorted:
    """Studies on one side of the band, or in it.

    Args:
        n: How many.
        positives: How many of them have the disease.
    """

    n: int
    positives: int


@dataclass(frozen=True)
class Band:
    """Studies below the rule-out point, between it and the threshold, and from there on.

    Args:
        rule_out: Rule-out point.
        threshold: Threshold.
        ruled_out: Below the rule-out point: called negative.
        indeterminate: Between the two: not decided.
        called: At the threshold or above: called positive.
    """

    rule_out: float
    threshold: float
    ruled_out: Sorted
    indeterminate: Sorted
    called: Sorted


def rule_out_of(system: System, arm: str) -> float | None:
    """Return the rule-out point of an arm; only the primary arm has the one that was published."""
    rule = system.decide
    return rule.rule_out if isinstance(rule, Threshold) and arm == system.primary else None


def band_of(system: System, arm: str, labels: np.ndarray, scores: np.ndarray) -> Band | None:
    """Sort an arm's studies by their scores, or return None where it has no rule-out point.

    Args:
        system: The declaration.
        arm: Name of the arm.
        labels: Truth of each study (N,).
        scores: Score of each (N,).
    """
    low = rule_out_of(system, arm)
    if low is None:
        return None
    high = system.decide.value
    sides = (scores < low, (scores >= low) & (scores < high), scores >= high)
    return Band(low, high, *(Sorted(int(own.sum()), int(labels[own].sum())) for own in sides))
