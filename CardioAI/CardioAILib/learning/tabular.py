"""The arm that learns from a table of features."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.learning.features import Deep, Radiomics
from CardioAILib.learning.run import Run
from CardioAILib.learning.selection import Candidates, Selection
from CardioAILib.progress import shares

FILE = "classifier.json"
RANGE_GUARD = 1e-6
"""Added to each feature's range, so that a constant feature becomes zero."""


@dataclass(frozen=True)
class L1Logistic:
    """Logistic regression with an L1 penalty and balanced class weights (liblinear).

    Args:
        inverse_penalty: scikit-learn's C.
    """

    inverse_penalty: float = 1.0


@dataclass(frozen=True)
class Tabular:
    """Features, scaled to their development range, selected, and classified.

    Args:
        features: Where the columns come from, in order.
        classify: The classifier.
        select: How columns are selected: a step, or several in order; None keeps all.
    """

    features: tuple[Radiomics | Deep, ...]
    classify: L1Logistic
    select: Selection | tuple[Selection, ...] | None = None

    @property
    def steps(self) -> tuple[Selection, ...]:
        """The steps of the selection, in order."""
        if self.select is None:
            return ()
        return self.select if isinstance(self.select, tuple) else (self.select,)

    def fit(self, examples: Examples, run: Run) -> FittedTabular:
        """Learn scaling, selection and classifier.

        Raises:
            CohortError: The subjects cannot be divided, or a step of the selection leaves nothing.
        """
        parts = [feature.training_table(examples, run) for feature in self.features]
        table = np.concatenate(parts, axis=1).astype(np.float64)
        names = [name for feature in self.features for name in feature.names(run.arms)]
        fill, low, span = development_range(table)
        scaled = scale(table, fill, low, span)
        sources = tuple((f, part.shape[1]) for f, part in zip(self.features, parts, strict=True))
        chosen = self.chosen(examples, scaled, sources, run)
        kept = chosen.left
        weights, intercept = fit_logistic(scaled[:, kept], examples.labels, self.classify, run.seed)
        columns = tuple(
            Column(names[i], int(i), fill[i], low[i], span[i], float(w), measured(chosen.icc[i]))
            for i, w in zip(kept, weights, strict=True)
        )
        return FittedTabular(self, columns, intercept)

    def chosen(
        self,
        examples: Examples,
        scaled: np.ndarray,
        sources: tuple[tuple[Radiomics | Deep, int], ...],
        run: Run,
    ) -> Candidates:
        """Return what the steps of the selection leave of the columns."""
        count = scaled.shape[1]
        everything, unknown = np.arange(count), np.full(count, np.nan)
        left = Candidates(examples, scaled, sources, everything, unknown)
        for step, progress in shares(self.steps, run.progress, "selection step"):
            left = step.keep(replace(left, progress=progress))
        return left

    def load(self, folder: Path, device: str = "auto") -> FittedTabular:
        """Load a classifier from plain numbers."""
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        columns = tuple(Column(**column) for column in stored["columns"])
        return FittedTabular(self, columns, stored["intercept"])


@dataclass(frozen=True)
class Column:
    """One selected feature and what was learned of it.

    Args:
        name: Feature name.
        index: Its column among the arm's features.
        fill: Development median, taken where the feature has no finite value.
        low: Development minimum.
        span: Development range, guarded against zero.
        weight: Coefficient of the logistic regression on the scaled feature.
        icc: Its ICC on the development examples, None where none was measured.
    """

    name: str
    index: int
    fill: float
    low: float
    span: float
    weight: float
    icc: float | None = None

    def plain(self) -> dict[str, str | int | float]:
        """Return what a file holds of it."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, eq=False)
class FittedTabular:
    """A logistic regression on a few named features.

    Args:
        arm: Its declaration.
        columns_: The features it uses.
        intercept_: Its intercept.
    """

    arm: Tabular
    columns_: tuple[Column, ...]
    intercept_: float

    def predict(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the probability of class 1 of each example (N,)."""
        parts = [feature.table(examples, fitted) for feature in self.arm.features]
        table = np.concatenate(parts, axis=1)[:, [column.index for column in self.columns_]]
        fill, low, span, weight = (
            np.array([getattr(column, part) for column in self.columns_])
            for part in ("fill", "low", "span", "weight")
        )
        logits = scale(table.astype(np.float64), fill, low, span) @ weight + self.intercept_
        return 0.5 * (1.0 + np.tanh(0.5 * logits))

    def save(self, folder: Path) -> None:
        """Write the classifier as plain numbers."""
        folder.mkdir(parents=True, exist_ok=True)
        columns = [column.plain() for column in self.columns_]
        text = json.dumps({"intercept": self.intercept_, "columns": columns}, indent=1)
        (folder / FILE).write_text(text, encoding="utf-8")


def measured(icc: float) -> float | None:
    """Return an ICC as a plain number, None for nan."""
    return None if np.isnan(icc) else float(icc)


def development_range(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return median, minimum and guarded range of each column (F,) over its finite values."""
    finite = np.where(np.isfinite(table), table, np.nan)
    empty = np.isnan(finite).all(axis=0)
    finite[:, empty] = 0.0
    low, high = np.nanmin(finite, axis=0), np.nanmax(finite, axis=0)
    return np.nanmedian(finite, axis=0), low, high - low + RANGE_GUARD


def scale(table: np.ndarray, fill: np.ndarray, low: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Scale columns to their development range; values that are not finite take the median."""
    return (np.where(np.isfinite(table), table, fill) - low) / span


def fit_logistic(
    scaled: np.ndarray, labels: np.ndarray, classify: L1Logistic, seed: int
) -> tuple[np.ndarray, float]:
    """Fit the classifier; return weights (F,) and intercept."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        l1_ratio=1.0,
        C=classify.inverse_penalty,
        solver="liblinear",
        class_weight="balanced",
        random_state=seed,
    ).fit(scaled, labels)
    return model.coef_[0], float(model.intercept_[0])
