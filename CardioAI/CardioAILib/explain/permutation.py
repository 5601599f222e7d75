"""Permutation importance: what a score loses where one feature belongs to somebody else.

Breiman, Mach Learn 2001; 45:5. The values of one feature change hands between subjects that the
model never saw; the loss of AUC is how much it leans on that feature. Features that say the same
share it, or hide each other's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.evaluate import roc_auc

Score = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From features (M, F) and the group of each row (M,) to scores (M,) that speak for class 1."""

REPEATS = 20
LEVEL = 0.95
"""Share of the repeats that lie between `Importance.low` and `Importance.high`."""


@dataclass(frozen=True)
class Importance:
    """What one feature is worth to a score.

    Args:
        feature: Name of the feature.
        mean: Mean loss of AUC over the repeats; below 0 where strangers' values did better.
        low: 2.5th percentile of the loss over the repeats.
        high: 97.5th percentile.
    """

    feature: str
    mean: float
    low: float
    high: float


def permutation_importance(
    score: Score,
    table: np.ndarray,
    labels: np.ndarray,
    subjects: np.ndarray,
    names: Sequence[str],
    *,
    groups: np.ndarray | None = None,
    repeats: int = REPEATS,
    seed: int = 0,
) -> tuple[Importance, ...]:
    """Return the importance of each feature, the largest first.

    Args:
        score: What is examined; a group may be scored by a model of its own.
        table: Features of rows that nothing was learned from (N, F).
        labels: Truth, 0 or 1 (N,).
        subjects: Subject of each row (N,); all rows of one take the values of one other.
        names: Name of each feature.
        groups: Group of each row (N,), such as the fold; values stay inside of it.
        repeats: How often each feature changes hands.
        seed: Seed of every exchange.

    Raises:
        CohortError: The rows are of one class only.
    """
    random = np.random.default_rng(seed)
    groups = np.zeros(len(table), int) if groups is None else groups
    donors = np.stack([exchanged(subjects, groups, random) for _ in range(repeats)])
    whole = roc_auc(labels, score(table, groups))
    found = []
    for index, name in enumerate(names):
        changed = np.tile(table, (repeats, 1))
        changed[:, index] = table[donors.ravel(), index]
        scores = score(changed, np.tile(groups, repeats)).reshape(repeats, -1)
        losses = [whole - roc_auc(labels, own) for own in scores]
        found.append(_importance(name, np.array(losses)))
    return tuple(sorted(found, key=lambda own: -own.mean))


def exchanged(subjects: np.ndarray, groups: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return for each row (N,) the row that it takes a value from.

    Inside each group every subject gives its rows to one subject, itself perhaps; where that one
    has more rows, they are given again.

    Args:
        subjects: Subject of each row (N,).
        groups: Group of each row (N,).
        random: Source of the exchange.
    """
    donor = np.arange(len(subjects))
    for group in np.unique(groups):
        inside = np.flatnonzero(groups == group)
        names = np.unique(subjects[inside])
        for taker, giver in zip(names, random.permutation(names), strict=True):
            rows = inside[subjects[inside] == taker]
            donor[rows] = np.resize(inside[subjects[inside] == giver], len(rows))
    return donor


def _importance(name: str, losses: np.ndarray) -> Importance:
    low, high = np.quantile(losses, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Importance(name, float(losses.mean()), float(low), float(high))
