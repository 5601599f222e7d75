"""A regression over the scores of several views, as fitted: plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

import numpy as np

from CardioAILib.errors import ModelError
from CardioAILib.learning.linear import probabilities

ITERATIONS = 10_000
TOLERANCE = 1e-8

Kind = Literal["logistic", "linear"]


@dataclass(frozen=True)
class Joined:
    """A fitted regression.

    Args:
        kind: "logistic" of two classes, "linear" of a measured quantity.
        views: Names of the views, in the order of the coefficients.
        coefficients: What each view's score is multiplied by.
        intercept: What is added.
        studies: Number of studies that it was fitted on.
        subjects: Number of their subjects.
    """

    kind: Kind
    views: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    studies: int
    subjects: int

    def predict(self, table: np.ndarray) -> np.ndarray:
        """Return the answer for each study (S,).

        Args:
            table: Score of each view (S, V), nan where a study lacks it; such a study has the mean
                over the others.
        """
        whole = np.isfinite(table).all(axis=1)
        sums = table[whole] @ np.array(self.coefficients) + self.intercept
        answers = np.empty(len(table))
        answers[whole] = probabilities(sums) if self.kind == "logistic" else sums
        answers[~whole] = [np.mean(row[np.isfinite(row)]) for row in table[~whole]]
        return answers

    @property
    def told(self) -> str:
        """What was fitted, for people."""
        terms = " + ".join(
            f"{weight:.3g} {view}"
            for weight, view in zip(self.coefficients, self.views, strict=True)
        )
        return (
            f"{self.kind} regression {self.intercept:.3g} + {terms}, fitted on {self.studies} "
            f"studies of {self.subjects} subjects that show every view"
        )

    def written(self) -> dict[str, Any]:
        """Return what a file holds of it."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: Any) -> Joined:
        """Return the regression of a file.

        Raises:
            ModelError: The file holds anything else.
        """
        if not isinstance(stored, Mapping) or set(stored) != {field.name for field in fields(cls)}:
            raise _refusal("a file without a regression over views")
        views, weights = stored["views"], stored["coefficients"]
        if not isinstance(views, list) or not isinstance(weights, list):
            raise _refusal("a regression without views")
        if stored["kind"] not in ("logistic", "linear") or len(views) != len(weights):
            raise _refusal(f"a {stored['kind']} regression of {len(views)} views")
        numbers = (*weights, stored["intercept"], stored["studies"], stored["subjects"])
        if not all(type(number) in (int, float) and math.isfinite(number) for number in numbers):
            raise _refusal("a regression with a number that is missing or not finite")
        return cls(**{**stored, "views": tuple(views), "coefficients": tuple(weights)})


def regression(
    table: np.ndarray, labels: np.ndarray, kind: Kind, penalty: float
) -> tuple[np.ndarray, float]:
    """Fit a regression with a penalty on coefficients of scores scaled to unit deviation.

    Args:
        table: Score of each view (S, V), none missing.
        labels: Class 0 or 1, or value, of each study (S,).
        kind: "logistic" or "linear".
        penalty: Weight of half the squared coefficients beside the summed log loss, or of the
            squared coefficients beside the summed squared error.

    Returns:
        Coefficients (V,) of the scores as they are, and the intercept.
    """
    from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

    center, spread = table.mean(axis=0), table.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = (table - center) / spread
    if kind == "logistic":
        strength = 1.0 / penalty if penalty else np.inf
        model = LogisticRegression(C=strength, max_iter=ITERATIONS, tol=TOLERANCE)
    else:
        model = Ridge(alpha=penalty) if penalty else LinearRegression()
    model.fit(scaled, labels)
    weights = np.ravel(model.coef_) / spread
    return weights, float(np.ravel(model.intercept_)[0] - weights @ center)


def _refusal(got: str) -> ModelError:
    return ModelError(
        got=got,
        wanted="the views, coefficients and intercept that CardioAI wrote",
        fix="get the model folder again, or train again",
    )
