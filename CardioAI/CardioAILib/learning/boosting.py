"""Gradient boosting of small trees, with hyperparameters chosen on the development data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from CardioAILib.errors import CohortError, InputError
from CardioAILib.learning.boosted import CHOSEN, Boosted
from CardioAILib.learning.logistic import Development, require_every_class
from CardioAILib.learning.scaling import Scaling, development_range
from CardioAILib.learning.splits import folds_by_subject, subject_labels
from CardioAILib.learning.trees import DEEPEST, grown


@dataclass(frozen=True)
class GradientBoosting:
    """Boosted regression trees on the log-odds of class 1 of two.

    Hyperparameters come from an exhaustive search over the grid, by the mean AUC of inner folds
    that never divide a subject; of equally good ones the one of least log loss, since small steps
    may order rows rightly and leave every probability on one side of a half.

    Args:
        trees: Candidates for the number of trees.
        depths: Candidates for the depth of each.
        rates: Candidates for the learning rate.
        leaves: Candidates for the fewest rows a leaf.
        folds: Inner folds; as many as the rarer class allows where that is fewer.
    """

    trees: tuple[int, ...] = (10, 20, 30, 40)
    depths: tuple[int, ...] = (1, 2)
    rates: tuple[float, ...] = (0.01, 0.05, 0.1)
    leaves: tuple[int, ...] = (1, 2)
    folds: int = 5

    learned: ClassVar[type[Boosted]] = Boosted

    def scaling(self, table: np.ndarray) -> Scaling:
        """Return what fills each column (F,), its median; trees need no other scale."""
        fill, low, span = development_range(table)
        return fill, np.zeros_like(low), np.ones_like(span)

    def fit(self, development: Development) -> Boosted:
        """Choose the hyperparameters and fit the classifier.

        Raises:
            CohortError: There are not two classes, or too few subjects of one for inner folds.
            InputError: The trees are declared deeper than contributions can be counted.
        """
        from sklearn.ensemble import GradientBoostingClassifier
        from sklearn.model_selection import GridSearchCV

        self._check(development.labels)
        search = GridSearchCV(
            GradientBoostingClassifier(random_state=development.seed),
            self.grid,
            scoring={"auc": "roc_auc", "loss": "neg_log_loss"},
            refit=best_candidate,
            cv=inner_folds(development, self.folds),
        ).fit(development.scaled, development.labels)
        model, share = search.best_estimator_, float(development.labels.mean())
        return Boosted(
            start=math.log(share / (1.0 - share)),
            rate=float(model.learning_rate),
            trees=tuple(grown(own.tree_) for own in model.estimators_[:, 0]),
            chosen=search.best_params_,
            inner_auc=float(search.cv_results_["mean_test_auc"][search.best_index_]),
        )

    @property
    def grid(self) -> dict[str, Sequence[float]]:
        """The candidates by scikit-learn's names."""
        values = (self.rates, self.depths, self.leaves, self.trees)
        return dict(zip(CHOSEN, values, strict=True))

    def _check(self, labels: np.ndarray) -> None:
        if max(self.depths) > DEEPEST:
            raise InputError(
                got=f"trees of depth {max(self.depths)}",
                wanted=f"depths of {DEEPEST} or less, so that every contribution can be counted",
                fix="declare shallower trees, and more of them",
            )
        require_every_class(labels)
        if labels.max() > 1:
            raise CohortError(
                got=f"{labels.max() + 1} classes for GradientBoosting",
                wanted="two classes",
                fix="declare Logistic() for this arm",
            )


def best_candidate(results: Mapping[str, np.ndarray]) -> int:
    """Return which candidate has the largest AUC and, of equal ones, the least log loss.

    Args:
        results: Mean AUC and negative log loss of each candidate (C,), by scikit-learn's names.
    """
    auc, loss = results["mean_test_auc"], results["mean_test_loss"]
    return int(np.argmax(np.where(np.isclose(auc, auc.max()), loss, -np.inf)))


def inner_folds(development: Development, folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the rows to learn from and the rows held out of each inner fold, by subject.

    Raises:
        CohortError: A class has fewer than two subjects.
    """
    subjects, labels = development.subjects, development.labels
    fewest = int(np.bincount(subject_labels(subjects, labels)[1]).min())
    parts = folds_by_subject(subjects, labels, max(2, min(folds, fewest)), development.seed)
    return [
        (np.flatnonzero(np.isin(subjects, learn)), np.flatnonzero(np.isin(subjects, hold)))
        for learn, hold in parts
    ]
