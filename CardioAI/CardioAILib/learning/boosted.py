"""Boosted trees as fitted: predictions, contributions, and plain numbers on disk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.learning.linear import probabilities
from CardioAILib.learning.shapley import expected_value, shapley_values
from CardioAILib.learning.trees import Tree, refusal, restored

BOOSTING = "boosting"
"""Name of what a classifier's file holds of it."""

CHOSEN = ("learning_rate", "max_depth", "min_samples_leaf", "n_estimators")
"""The hyperparameters by scikit-learn's names."""


@dataclass(frozen=True, eq=False)
class Boosted:
    """Fitted boosted trees for two classes.

    Args:
        start: Log-odds of class 1 before the first tree.
        rate: What each tree's value is multiplied by.
        trees: The trees.
        chosen: The hyperparameters that the search chose, by scikit-learn's names.
        inner_auc: Their mean AUC in the inner folds.
    """

    start: float
    rate: float
    trees: tuple[Tree, ...]
    chosen: Mapping[str, float]
    inner_auc: float

    def predict(self, table: np.ndarray) -> np.ndarray:
        """Return the probability of class 1 (N,) from features (N, F)."""
        return probabilities(self.log_odds(table))

    def log_odds(self, table: np.ndarray) -> np.ndarray:
        """Return the log-odds of class 1 (N,) from features (N, F)."""
        found = np.full(len(table), self.start)
        for tree in self.trees:
            found += self.rate * tree.predict(table)
        return found

    @property
    def base(self) -> float:
        """The mean log-odds of the development rows, which contributions start from."""
        return self.start + self.rate * sum(expected_value(tree) for tree in self.trees)

    def evidence(self, rows: np.ndarray, typical: np.ndarray, klass: int) -> np.ndarray:
        """Return what each feature (F,) adds to the log-odds of a class: exact Shapley values.

        With `base` they add up to the log-odds of class 1, mean over rows.

        Args:
            rows: Features (R, F) of each reading of one case.
            typical: Features (F,) of a typical case; trees measure from `base` instead.
            klass: 0 or 1.
        """
        added = [shapley_values(tree, row) for row in rows for tree in self.trees]
        total = self.rate * np.sum(added, axis=0) / len(rows)
        return total if klass == 1 else -total

    weights = None
    """Coefficients, which trees do not have."""

    @property
    def told(self) -> str:
        """What the search chose, for people."""
        return (
            f"{self.chosen['n_estimators']} trees of depth {self.chosen['max_depth']}, learning "
            f"rate {self.chosen['learning_rate']:g}, {self.chosen['min_samples_leaf']} or more "
            f"rows a leaf (AUC {self.inner_auc:.3f} in inner folds)"
        )

    def written(self, columns: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a file holds of it and of its columns."""
        own = {
            "start": self.start,
            "rate": self.rate,
            "chosen": dict(self.chosen),
            "inner_auc": self.inner_auc,
            "trees": [tree.written() for tree in self.trees],
        }
        return {BOOSTING: own, "columns": columns}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Boosted:
        """Return the classifier of a file.

        Raises:
            ModelError: The file holds anything but finite numbers and sound trees.
        """
        own = stored.get(BOOSTING)
        if not isinstance(own, Mapping) or not isinstance(own.get("trees"), list):
            raise refusal("a file without boosted trees")
        numbers = [own.get(name) for name in ("start", "rate", "inner_auc")]
        chosen = own.get("chosen")
        if not isinstance(chosen, Mapping) or set(chosen) != set(CHOSEN):
            raise refusal("boosted trees without their hyperparameters")
        if not all(_finite(number) for number in (*numbers, *chosen.values())):
            raise refusal("boosted trees with a number that is missing or not finite")
        trees = tuple(restored(tree, len(stored["columns"])) for tree in own["trees"])
        start, rate, inner_auc = numbers
        return cls(start, rate, trees, chosen, inner_auc)


def _finite(number: Any) -> bool:
    return type(number) in (int, float) and math.isfinite(number)
