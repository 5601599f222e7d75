"""Logistic regression: the classifiers of tables, as declared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.learning.linear import Linear, by_class
from CardioAILib.learning.scaling import Scaling, development_range, development_spread, scale
from CardioAILib.learning.splits import folds_by_subject, subject_labels

ITERATIONS = 10_000
TINY = np.finfo(float).tiny


@dataclass(frozen=True, eq=False)
class Development:
    """What a classifier learns from.

    Args:
        scaled: Features, scaled as the classifier wants them (N, F).
        labels: Class of each row (N,).
        subjects: Subject of each row (N,); inner folds never divide one.
        seed: Seed of every random choice.
    """

    scaled: np.ndarray
    labels: np.ndarray
    subjects: np.ndarray
    seed: int

    def of_subjects(self, subjects: np.ndarray) -> Development:
        """Return the rows of these subjects."""
        own = np.isin(self.subjects, subjects)
        return replace(
            self, scaled=self.scaled[own], labels=self.labels[own], subjects=self.subjects[own]
        )


@dataclass(frozen=True)
class L1Logistic:
    """Logistic regression with an L1 penalty and balanced class weights (liblinear).

    Features are scaled to their development range. For two classes.

    Args:
        inverse_penalty: scikit-learn's C.
    """

    inverse_penalty: float = 1.0

    learned: ClassVar[type[Linear]] = Linear

    def scaling(self, table: np.ndarray) -> Scaling:
        """Return what fills, is subtracted from and divides each column (F,)."""
        return development_range(table)

    def fit(self, development: Development) -> Linear:
        """Fit the classifier.

        Raises:
            CohortError: There are more than two classes.
        """
        from sklearn.linear_model import LogisticRegression

        if development.labels.max() > 1:
            raise CohortError(
                got=f"{development.labels.max() + 1} classes for L1Logistic",
                wanted="two classes",
                fix="declare Logistic() for this arm",
            )
        model = LogisticRegression(
            l1_ratio=1.0,
            C=self.inverse_penalty,
            solver="liblinear",
            class_weight="balanced",
            random_state=development.seed,
        ).fit(development.scaled, development.labels)
        return Linear(model.coef_[0], model.intercept_[0])


@dataclass(frozen=True)
class Logistic:
    """Multinomial logistic regression with an L2 penalty on standardized features.

    Args:
        inverse_penalty: Candidates for scikit-learn's C. Of several, the one with the smallest
            log loss in inner folds by subject is taken, of equal ones the first.
        folds: Inner folds; as many as the rarest class allows where that is fewer.
    """

    inverse_penalty: tuple[float, ...] = (0.1, 1.0, 10.0, 100.0)
    folds: int = 5

    learned: ClassVar[type[Linear]] = Linear

    def scaling(self, table: np.ndarray) -> Scaling:
        """Return what fills, is subtracted from and divides each column (F,)."""
        return development_spread(table)

    def fit(self, development: Development) -> Linear:
        """Choose the penalty and fit the classifier.

        Raises:
            CohortError: A class has no subject, or too few to choose the penalty.
        """
        require_every_class(development.labels)
        return self.fitted(development, self.chosen(development))

    def chosen(self, development: Development) -> float:
        """Return the candidate with the smallest log loss in inner folds."""
        if len(self.inverse_penalty) == 1:
            return self.inverse_penalty[0]
        subjects, labels = development.subjects, development.labels
        fewest = np.bincount(subject_labels(subjects, labels)[1]).min()
        folds = max(2, min(self.folds, int(fewest)))
        splits = list(folds_by_subject(subjects, labels, folds, development.seed))
        losses = [self.loss(development, c, splits) for c in self.inverse_penalty]
        return self.inverse_penalty[int(np.argmin(losses))]

    def loss(
        self, development: Development, c: float, splits: list[tuple[np.ndarray, np.ndarray]]
    ) -> float:
        """Return the summed log loss of one candidate over inner folds."""
        total = 0.0
        for learn, hold in splits:
            inner, held = development.of_subjects(learn), development.of_subjects(hold)
            scaling = self.scaling(inner.scaled)
            inner = replace(inner, scaled=scale(inner.scaled, *scaling))
            found = by_class(self.fitted(inner, c).predict(scale(held.scaled, *scaling)))
            total -= np.log(found[np.arange(len(held.labels)), held.labels] + TINY).sum()
        return float(total)

    def fitted(self, development: Development, c: float) -> Linear:
        """Fit with a given penalty."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=c, max_iter=ITERATIONS)
        model.fit(development.scaled, development.labels)
        if len(model.classes_) == 2:
            return Linear(model.coef_[0], model.intercept_[0])
        return Linear(model.coef_.T, model.intercept_)


def require_every_class(labels: np.ndarray) -> None:
    """Refuse labels (N,) among which a class is missing.

    Raises:
        CohortError: There is one class only, or none of a class below the highest.
    """
    counts = np.bincount(labels)
    if len(counts) < 2 or not counts.all():
        told = ", ".join(f"{count} of class {label}" for label, count in enumerate(counts))
        raise CohortError(
            got=f"a class without any example ({told or 'none'})",
            wanted="examples of every class",
            fix="fill the target column for every class, or declare fewer classes",
        )
