"""A logistic regression as fitted: predictions, contributions, and plain numbers on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.learning.contributions import evidence


@dataclass(frozen=True, eq=False)
class Linear:
    """A fitted logistic regression.

    Args:
        weights: Coefficients (F,) for two classes, (F, K) for more.
        intercept: A number for two classes, (K,) for more.
    """

    weights: np.ndarray
    intercept: np.ndarray

    told = ""
    """What a search chose, for people: nothing that a reader of its weights lacks."""

    def predict(self, scaled: np.ndarray) -> np.ndarray:
        """Return the probability of class 1 (N,), or of each class (N, K)."""
        return probabilities(scaled @ self.weights + self.intercept)

    def evidence(self, rows: np.ndarray, typical: np.ndarray, klass: int) -> np.ndarray:
        """Return what each feature (F,) adds to a class's logit, measured from a typical case.

        Args:
            rows: Scaled features (R, F) of each reading of one case.
            typical: Scaled features (F,) of the typical case.
            klass: The class, from 0.
        """
        return evidence(self.weights, rows.mean(axis=0) - typical, klass)

    def written(self, columns: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a file holds of it and of its columns, each with its weight."""
        pairs = zip(columns, self.weights.tolist(), strict=True)
        weighted = [{**column, "weight": weight} for column, weight in pairs]
        return {"intercept": self.intercept.tolist(), "columns": weighted}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Linear:
        """Return the classifier of a file."""
        weights = [column["weight"] for column in stored["columns"]]
        return cls(np.array(weights), np.array(stored["intercept"]))


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Return the probability of class 1 (N,) from logits (N,), or of each class from (N, K)."""
    if logits.ndim == 1:
        return 0.5 * (1.0 + np.tanh(0.5 * logits))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def by_class(scores: np.ndarray) -> np.ndarray:
    """Return the probability of each class (N, K), also where that of class 1 was given (N,)."""
    return scores if scores.ndim == 2 else np.stack([1.0 - scores, scores], axis=1)
