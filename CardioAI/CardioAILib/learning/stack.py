"""An arm that joins what the networks of several views say into one answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.examples import Examples
from CardioAILib.learning.bystudy import averaged, first_rows, study_rows
from CardioAILib.learning.joined import Joined, regression
from CardioAILib.learning.network import divided
from CardioAILib.learning.run import Run
from CardioAILib.learning.strata import is_measured

logger = logging.getLogger(__name__)

SCORES = "scores of "
"""Start of the name of the table (N, 1) of what another arm, named behind it, says of examples."""

FILE = "stack.json"

FEW = 10
"""Studies a view below which a regression's coefficients are doubtful."""


@dataclass(frozen=True)
class Stack:
    """Logistic, or linear, regression over the scores of another arm's views (Sahashi 2024).

    It is fitted on the scores of those subjects that chose the networks' epochs, which the
    networks did not learn from. A study that lacks a view has the mean over the others.

    Args:
        arm: Name of the arm of networks, one a view.
        penalty: Weight of the squared coefficients, of scores scaled to unit deviation; 0 for
            none, as the publication has it, which few subjects can make arbitrarily large.
    """

    arm: str
    penalty: float = 1.0

    def fit(self, examples: Examples, run: Run) -> FittedStack:
        """Fit the regression on the studies that show every view.

        Args:
            examples: All examples of the member; those of subjects that chose the epochs count.
            run: Circumstances, with the networks that were fitted before.

        Raises:
            CohortError: Too few of those studies show every view.
        """
        views = views_of(run.arms[self.arm])
        choose = divided(examples, run)[1]
        table = by_view(views, choose, scores_of(self.arm, choose, run.fitted))
        whole = np.isfinite(table).all(axis=1)
        own = first_rows(choose).take(whole)
        self.require_whole(views, own.labels)
        kind = "linear" if is_measured(own.labels) else "logistic"
        weights, intercept = regression(table[whole], own.labels, kind, self.penalty)
        subjects = len(np.unique(own.subjects))
        joined = Joined(kind, views, tuple(weights.tolist()), intercept, len(own), subjects)
        return FittedStack(self, joined)

    def require(self, examples: Examples, run: Run) -> None:
        """Refuse examples that it cannot be fitted on, before any network learns from them.

        Few studies that show every view are warned of.

        Raises:
            CohortError: See `fit`.
        """
        views = views_of(run.arms[self.arm])
        choose = divided(examples, run)[1]
        whole = np.isfinite(by_view(views, choose, np.zeros(len(choose)))).all(axis=1)
        self.require_whole(views, first_rows(choose).labels[whole])
        if whole.sum() < FEW * len(views):
            logger.warning(
                "%d studies that choose the epoch show all of %s, to be joined by a regression on "
                "their scores: coefficients of so few are doubtful",
                whole.sum(),
                ", ".join(views),
            )

    def require_whole(self, views: tuple[str, ...], labels: np.ndarray) -> None:
        """Refuse too few studies that show every view.

        Args:
            views: Names of the views.
            labels: Label of each such study (S,).

        Raises:
            CohortError: There is none of a class, or there are fewer than two values.
        """
        found = len(np.unique(labels))
        if found == 2 or (found > 2 and is_measured(labels)):
            return
        what = "two different values" if is_measured(labels) else "both of two classes"
        raise CohortError(
            got=f"{len(labels)} studies that show all of {', '.join(views)} among those that "
            f"choose the epoch, of {found} different labels",
            wanted=f"such studies of {what}, to weigh the views against each other",
            fix=f"add studies that show every view, or train the arm '{self.arm}' alone (--arm)",
        )

    def load(self, folder: Path, device: str = "auto") -> FittedStack:
        """Load the regression from plain numbers.

        Raises:
            ModelError: They are no regression.
        """
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return FittedStack(self, Joined.restored(stored))


@dataclass(frozen=True, eq=False)
class FittedStack:
    """A regression over views.

    Args:
        arm: Its declaration.
        joined_: The regression.
    """

    arm: Stack
    joined_: Joined

    @property
    def told(self) -> str:
        """What was fitted, for people."""
        return self.joined_.told

    def predict(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the answer for each example's study (N,): a probability of class 1, or a value.

        Args:
            examples: The examples, with the other arm's scores beside them where they are known.
            fitted: The member's arms.
        """
        scores = scores_of(self.arm.arm, examples, fitted)
        answers = self.joined_.predict(by_view(self.joined_.views, examples, scores))
        return answers[study_rows(examples)]

    def incomplete(self, examples: Examples) -> tuple[str, ...]:
        """Return the views that the examples of one study lack; then it is the mean of others."""
        return tuple(view for view in self.joined_.views if view not in examples.inputs)

    def save(self, folder: Path) -> None:
        """Write the regression into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(json.dumps(self.joined_.written(), indent=1), encoding="utf-8")


def with_scores(examples: Examples, arm: str, scores: np.ndarray) -> Examples:
    """Return the examples with what an arm says of each beside them.

    Args:
        examples: The examples.
        arm: Name of the arm.
        scores: Its score of each example (N,), or probability of each class (N, K).
    """
    return examples.with_table(SCORES + arm, scores.reshape(len(examples), -1))


def scores_of(arm: str, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
    """Return what another arm says of each example (N,), computed where it does not stand there."""
    known = examples.tables.get(SCORES + arm)
    return fitted[arm].predict(examples, fitted) if known is None else known[:, 0]


def views_of(arm: Any) -> tuple[str, ...]:
    """Return the views of an arm of networks."""
    return tuple(arm.parts)


def by_view(views: tuple[str, ...], examples: Examples, scores: np.ndarray) -> np.ndarray:
    """Return each study's mean score of each view (S, V), nan where it lacks one.

    Args:
        views: Names of the views.
        examples: The examples, a clip each.
        scores: Score of each (N,).
    """
    own = np.where(examples.inputs[:, np.newaxis] == np.array(views), scores[:, np.newaxis], np.nan)
    return averaged(own, study_rows(examples))
