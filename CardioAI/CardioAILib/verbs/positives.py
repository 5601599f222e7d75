"""The yes or no that is asked of several classes, such as grade 2 or 3 against 0 or 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.evaluate import Estimate, delong_interval, wilson
from CardioAILib.system import Classes
from CardioAILib.verbs.classes import PositiveCalls


def is_graded(task: Classes) -> bool:
    """Say whether the classes are grades of one scale: a word and a number that rises by one."""
    parts = [name.rpartition(" ") for name in task.names]
    numbers = [int(end) for _, _, end in parts if end.isdecimal()]
    rising = bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(parts)))
    return rising and len({word for word, _, _ in parts}) == 1


def asked(task: Classes) -> str:
    """Return the yes or no that is asked, as in `grade >= 2`; empty where none is."""
    if is_graded(task) and task.positive and task.positive == task.names[-len(task.positive) :]:
        return " >= ".join(task.positive[0].rsplit(" ", 1))
    return " or ".join(task.positive)


def positive_labels(task: Classes) -> list[int]:
    """Return the labels of the positive classes; class 1 of two, where the task names none."""
    return [task.names.index(name) for name in task.positive or task.names[1:2]]


def positive_probability(task: Classes, probabilities: Sequence[float]) -> float:
    """Return the summed probability of the positive classes, of each class's (K,)."""
    return float(sum(probabilities[label] for label in positive_labels(task)))


def positive_scores(
    task: Classes, labels: np.ndarray, probabilities: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which results are positive (N,), bool, and their summed probability of it (N,).

    Args:
        task: The task, which names positive classes.
        labels: Truth (N,).
        probabilities: Probability of each class (N, K).
    """
    among = positive_labels(task)
    return np.isin(labels, among), probabilities[:, among].sum(axis=1)


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
    truth, scores = positive_scores(task, labels, probabilities)
    called = [task.names[label] in task.positive for label in probabilities.argmax(axis=1)]
    return calls_of(truth, np.array(called, bool), scores)


def calls_of(truth: np.ndarray, called: np.ndarray, scores: np.ndarray) -> PositiveCalls:
    """Count yes and no.

    Args:
        truth: Which results are positive (N,), bool.
        called: Which were called so (N,), bool.
        scores: What they are ranked by (N,).
    """
    return PositiveCalls(
        positives=int(truth.sum()),
        sensitivity=_share(called[truth]),
        specificity=_share(~called[~truth]),
        auc=auc_or_none(truth, scores),
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
