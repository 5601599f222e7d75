"""From scores of examples to scores and thresholds of studies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.decide import Argmax, AtSensitivity, Threshold, Youden
from CardioAILib.evaluate import threshold_at_sensitivity, youden_threshold
from CardioAILib.examples import Examples
from CardioAILib.system import System

EVEN = 0.5
"""From this probability on, class 1 is the likelier of two."""


@dataclass(frozen=True, eq=False)
class Pooled:
    """Scores of studies.

    Args:
        keys: (subject, study) of each.
        labels: Label of each (N,).
        scores: Pooled score of each (N,), or probability of each class (N, K).
    """

    keys: tuple[tuple[str, str], ...]
    labels: np.ndarray
    scores: np.ndarray


def pool(system: System, examples: Examples, scores: np.ndarray) -> Pooled:
    """Pool the scores (N,) or (N, K) of examples by study."""
    keys = tuple(examples.keys())
    rows = [_rows(examples, key) for key in keys]
    pooled = np.array([system.pool.pool(scores[where], examples.inputs[where]) for where in rows])
    labels = np.array([examples.labels[where][0] for where in rows])
    return Pooled(keys, labels, pooled)


def choose_threshold(system: System, pooled: Pooled) -> float | None:
    """Return the threshold that the system's rule sets on development scores.

    Returns:
        The threshold, or None where the published protocol sets it on the test cohort, and for
        several classes and measured quantities, which need none.
    """
    rule = system.decide
    if system.task.measures:
        return None
    if isinstance(rule, Argmax):
        return None if system.task.several else EVEN
    if isinstance(rule, Threshold):
        return rule.value
    if isinstance(rule, Youden):
        return youden_threshold(pooled.labels, pooled.scores)
    assert isinstance(rule, AtSensitivity)
    if rule.chosen_on == "test cohort":
        return None
    return threshold_at_sensitivity(pooled.labels, pooled.scores, rule.minimum)


def _rows(examples: Examples, key: tuple[str, str]) -> np.ndarray:
    return np.flatnonzero((examples.subjects == key[0]) & (examples.studies == key[1]))
