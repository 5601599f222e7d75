"""Which columns of a table a classifier sees: steps, each leaving some of what it was given."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.examples import Examples
from CardioAILib.learning.splits import folds_by_subject
from CardioAILib.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class Candidates:
    """The columns of a development table, and which of them are left.

    Args:
        examples: The development examples.
        scaled: All columns, scaled to their development range (N, F).
        sources: Where the columns come from and how many each source gives, in order.
        left: Indices of the columns left, ascending.
        icc: ICC of each column (F,), nan where none was measured.
        progress: Told the share of a step that is done.
    """

    examples: Examples
    scaled: np.ndarray
    sources: tuple[tuple[Any, int], ...]
    left: np.ndarray
    icc: np.ndarray
    progress: Progress = silent


class Selection(Protocol):
    """A step of a selection, as declared."""

    def keep(self, candidates: Candidates) -> Candidates:
        """Return the candidates with fewer columns left, judged on development data alone."""
        ...


@dataclass(frozen=True)
class LassoTop:
    """Keep the features with the largest absolute LASSO coefficients (Fahmy 2022).

    Args:
        count: Number of features kept.
        folds: Folds that choose the penalty.
        by_subject: Whether those folds keep a subject together; the published ones do not.
        seed: Seed of the solver.
    """

    count: int
    folds: int = 5
    by_subject: bool = True
    seed: int = 2021

    def keep(self, candidates: Candidates) -> Candidates:
        """Return the candidates with the `count` columns of largest coefficients left.

        Raises:
            CohortError: There are more than two classes, whose numbers are no scale.
        """
        if candidates.examples.labels.max() > 1:
            raise CohortError(
                got=f"{candidates.examples.labels.max() + 1} classes for LassoTop",
                wanted="two classes",
                fix="declare the features of this arm by name, without a selection",
            )
        left = candidates.left
        best = largest_lasso(candidates.scaled[:, left], candidates.examples, self)
        return replace(candidates, left=left[best])


def largest_lasso(scaled: np.ndarray, examples: Examples, select: LassoTop) -> np.ndarray:
    """Return the indices of the columns with the largest LASSO coefficients, ascending."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LassoCV

    folds: Any = select.folds
    if select.by_subject:
        folds = [
            (
                np.flatnonzero(np.isin(examples.subjects, a)),
                np.flatnonzero(np.isin(examples.subjects, b)),
            )
            for a, b in folds_by_subject(
                examples.subjects, examples.labels, select.folds, select.seed
            )
        ]
    with warnings.catch_warnings():
        # The ends of the penalty path need not converge: the folds do not choose them.
        warnings.simplefilter("ignore", ConvergenceWarning)
        lasso = LassoCV(cv=folds, random_state=select.seed, n_jobs=-1).fit(scaled, examples.labels)
    order = np.argsort(-np.abs(lasso.coef_), kind="stable")
    return np.sort(order[: select.count])
