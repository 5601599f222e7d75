"""The yes or no that is asked of several classes, such as grade 2 or 3 against 0 or 1."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.evaluate import Estimate, delong_interval, wilson
from CardioAILib.system import Classes
from CardioAILib.verbs.classes import PositiveCalls


def positive_calls(
    task: Classes, labels: np.ndarray, probabilities: np.ndarray
) -> PositiveCalls | None:
    """Count calls of the positive classes; None where the task names none.

    A result is called positive where its most probable class is a positive one, so that this
    agrees with the class that is called.

    Args:
        task: The task.
        labels: Truth (N,).
        probabilities: Probability of each class (N, K).
    """
    if not task.positive:
        return None
    among = [task.names.index(name) for name in task.positive]
    truth = np.isin(labels, among)
    called = np.isin(probabilities.argmax(axis=1), among)
    return PositiveCalls(
        positives=int(truth.sum()),
        sensitivity=_share(called[truth]),
        specificity=_share(~called[~truth]),
        auc=auc_or_none(truth, probabilities[:, among].sum(axis=1)),
    )


def auc_or_none(truth: np.ndarray, scores: np.ndarray) -> Estimate | None:
    """Return an AUC with DeLong's interval, or None where fewer than two are on a side."""
    try:
        return delong_interval(truth.astype(int), scores)
    except CohortError:
        return None


def _share(hits: np.ndarray) -> Estimate:
    total = len(hits)
    return Estimate(float(hits.mean()) if total else 0.0, wilson(int(hits.sum()), total))
