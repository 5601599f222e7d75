"""The arm that learns from a table of features."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from CardioAILib.added import added
from CardioAILib.errors import InputError
from CardioAILib.examples import Examples
from CardioAILib.learning.boosting import GradientBoosting
from CardioAILib.learning.bystudy import averaged, first_rows, study_rows
from CardioAILib.learning.column import Column, measured
from CardioAILib.learning.contributions import SHOWN, contributions_of, strongest
from CardioAILib.learning.enhancement import Enhancement
from CardioAILib.learning.features import Deep, Radiomics
from CardioAILib.learning.findings import Findings
from CardioAILib.learning.logistic import Development, L1Logistic, Logistic
from CardioAILib.learning.measured import Facts, Measurements
from CardioAILib.learning.motion import Motion
from CardioAILib.learning.run import Run
from CardioAILib.learning.scaling import scale
from CardioAILib.learning.selection import Candidates, Selection
from CardioAILib.learning.strata import is_measured
from CardioAILib.progress import shares
from CardioAILib.results import Contribution

FILE = "classifier.json"

Feature = Radiomics | Deep | Measurements | Facts | Findings | Enhancement | Motion
Classifier = L1Logistic | Logistic | GradientBoosting


class FittedClassifier(Protocol):
    """What every classifier becomes: `Linear` or `Boosted`."""

    weights: np.ndarray | None
    told: str

    def predict(self, scaled: np.ndarray) -> np.ndarray:
        """Return the probability of class 1 (N,), or of each class (N, K)."""
        ...

    def evidence(self, rows: np.ndarray, typical: np.ndarray, klass: int) -> np.ndarray:
        """Return what each feature (F,) of a case, read R times (R, F), adds to a class."""
        ...

    def written(self, columns: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a file holds of it and of its columns."""
        ...


@dataclass(frozen=True)
class Tabular:
    """Features, scaled as the classifier wants them, selected, and classified.

    Args:
        features: Where the columns come from, in order.
        classify: The classifier.
        select: How columns are selected: a step, or several in order; None keeps all.
        unit: What a row is: an example, or a study with the mean of its examples, which then all
            get its prediction.
    """

    features: tuple[Feature, ...]
    classify: Classifier
    select: Selection | tuple[Selection, ...] | None = None
    unit: Literal["example", "study"] = added("example")

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
            InputError: A measured quantity is asked for, which no classifier tells.
        """
        if is_measured(examples.labels):
            raise InputError(
                got=f"values of a measured quantity for {type(self.classify).__name__}",
                wanted="numbers of classes",
                fix="ask for classes, or declare arms of networks",
            )
        parts = [feature.training_table(examples, run) for feature in self.features]
        tables = [self.joined(examples, own) for own in self.readings(examples, parts)]
        if self.unit == "study":
            examples = first_rows(examples)
        every = np.concatenate(tables)
        fill, low, span = self.classify.scaling(every)
        scaled = scale(every, fill, low, span)
        sources = tuple((f, part.shape[1]) for f, part in zip(self.features, parts, strict=True))
        chosen = self.chosen(examples, scaled[: len(examples)], sources, run)
        kept, times = chosen.left, len(tables)
        labels, subjects = np.tile(examples.labels, times), np.tile(examples.subjects, times)
        model = self.classify.fit(Development(scaled[:, kept], labels, subjects, run.seed))
        names = [name for feature in self.features for name in feature.names(run.arms)]
        columns = tuple(
            Column(names[i], int(i), fill[i], low[i], span[i], measured(chosen.icc[i]))
            for i in kept
        )
        return FittedTabular(self, columns, model)

    def parts(self, examples: Examples, fitted: Mapping[str, Any]) -> list[np.ndarray]:
        """Return the table of each feature, as a classifier predicts from it."""
        return [feature.table(examples, fitted) for feature in self.features]

    def readings(self, examples: Examples, parts: list[np.ndarray]) -> Iterator[list[np.ndarray]]:
        """Yield the features' tables, and again for each further reading of measurements."""
        yield parts
        again = {
            index: feature.again(examples)
            for index, feature in enumerate(self.features)
            if isinstance(feature, Measurements)
        }
        for number in range(max(map(len, again.values()), default=0)):
            yield [
                again[index][number] if number < len(again.get(index, ())) else part
                for index, part in enumerate(parts)
            ]

    def joined(self, examples: Examples, parts: list[np.ndarray]) -> np.ndarray:
        """Return one table of all features, a row an example or a study."""
        table = np.concatenate(parts, axis=1).astype(np.float64)
        return averaged(table, study_rows(examples)) if self.unit == "study" else table

    def chosen(
        self,
        examples: Examples,
        scaled: np.ndarray,
        sources: tuple[tuple[Feature, int], ...],
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
        """Load a classifier from plain numbers.

        Raises:
            ModelError: They are no classifier of the declared kind.
        """
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        columns = tuple(Column.restored(column) for column in stored["columns"])
        return FittedTabular(self, columns, self.classify.learned.restored(stored))


@dataclass(frozen=True, eq=False)
class FittedTabular:
    """A classifier on a few named features.

    Args:
        arm: Its declaration.
        columns_: The features it uses.
        classifier_: What it learned from them.
    """

    arm: Tabular
    columns_: tuple[Column, ...]
    classifier_: FittedClassifier

    @property
    def weights_(self) -> dict[str, float | list[float]]:
        """Coefficient of each scaled feature, of more than two classes one each; none of trees."""
        weights = self.classifier_.weights
        names = [column.name for column in self.columns_]
        return {} if weights is None else dict(zip(names, weights.tolist(), strict=True))

    @property
    def told(self) -> str:
        """What a search of hyperparameters chose, for people; empty where there was none."""
        return self.classifier_.told

    @property
    def kept(self) -> list[int]:
        """Index of each of its features among the arm's."""
        return [column.index for column in self.columns_]

    def predict(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the probability of class 1 of each example (N,), or of each class (N, K)."""
        rows = study_rows(examples) if self.arm.unit == "study" else np.arange(len(examples))
        tables = self.tables(examples, fitted)
        return self.predict_rows(tables)[rows]

    def predict_rows(self, tables: list[np.ndarray]) -> np.ndarray:
        """Return the probability of class 1 of each row (N,), or of each class (N, K).

        Args:
            tables: Values of its features (N, F), of each reading.
        """
        return np.mean([self.classifier_.predict(self.scaled(t)) for t in tables], axis=0)

    def contributions(
        self,
        examples: Examples,
        klass: int,
        fitted: Mapping[str, Any] | None = None,
        most: int | None = SHOWN,
    ) -> tuple[Contribution, ...]:
        """Return what the features of one study add to the evidence for a class.

        Args:
            examples: The examples of the study.
            klass: The class that was decided.
            fitted: The member's other arms, for features that build on them.
            most: How many are returned at most, None for all.

        Returns:
            The strongest first. The median stands in for a value that could not be measured: to
            a linear classifier it adds nothing.
        """
        tables = self.tables(examples, fitted or {})
        typical = self.scaled(np.array([[column.fill for column in self.columns_]]))
        rows = np.stack([self.scaled(table).mean(axis=0) for table in tables])
        added = self.classifier_.evidence(rows, typical[0], klass)
        values = averaged(tables[0], np.zeros(len(tables[0]), int))[0]
        told = contributions_of([c.name for c in self.columns_], values, added)
        return strongest(told, most)

    def filled(
        self, examples: Examples, fitted: Mapping[str, Any] | None = None
    ) -> tuple[str, ...]:
        """Return the features that no example has, so that the median stands in for them."""
        known = np.isfinite(self.tables(examples, fitted or {})[0]).any(axis=0)
        return tuple(
            c.name for c, is_known in zip(self.columns_, known, strict=True) if not is_known
        )

    def tables(self, examples: Examples, fitted: Mapping[str, Any]) -> list[np.ndarray]:
        """Return the values of its features, a row an example or a study, of each reading."""
        parts = self.arm.parts(examples, fitted)
        readings = self.arm.readings(examples, parts)
        return [self.arm.joined(examples, own)[:, self.kept] for own in readings]

    def scaled(self, table: np.ndarray) -> np.ndarray:
        """Return the features as the classifier sees them."""
        fill, low, span = (
            np.array([getattr(column, part) for column in self.columns_])
            for part in ("fill", "low", "span")
        )
        return scale(table, fill, low, span)

    def save(self, folder: Path) -> None:
        """Write the classifier as plain numbers."""
        folder.mkdir(parents=True, exist_ok=True)
        stored = self.classifier_.written([column.plain() for column in self.columns_])
        (folder / FILE).write_text(json.dumps(stored, indent=1), encoding="utf-8")
