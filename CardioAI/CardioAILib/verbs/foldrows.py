"""Rows by fold, as in Fahmy's tables 3 and 4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.decide import AtSensitivity
from CardioAILib.errors import CohortError
from CardioAILib.evaluate import (
    OperatingPoint,
    delong_test,
    operating_point,
    roc_auc,
    threshold_at_sensitivity,
)
from CardioAILib.results import Result
from CardioAILib.system import System


@dataclass(frozen=True)
class FoldRow:
    """One fold's model on its test set: the held-out part, or a test cohort that all share.

    Args:
        fold: Number of the fold, from 1.
        n: Number of test studies.
        auc: AUC, or None where the test set has one class only.
        operating: Decisions at the threshold in force.
        p_against_primary: DeLong's p against the primary arm, or None.
    """

    fold: int
    n: int
    auc: float | None
    operating: OperatingPoint
    p_against_primary: float | None


def fold_rows(
    system: System, results: Sequence[Result], labels: np.ndarray, arm: str, primary: str
) -> tuple[FoldRow, ...]:
    """Return a row a fold: held-out parts in cross-validation, else members on all results."""
    if results[0].fold is None:
        count = len(results[0].arms[arm].members)
        every = np.arange(len(results))
        return tuple(_row(system, results, labels, arm, primary, k, k, every) for k in range(count))
    folds = np.array([result.fold for result in results])
    return tuple(
        _row(system, results, labels, arm, primary, int(fold), 0, np.flatnonzero(folds == fold))
        for fold in np.unique(folds)
    )


def _row(
    system: System,
    results: Sequence[Result],
    labels: np.ndarray,
    arm: str,
    primary: str,
    fold: int,
    member: int,
    rows: np.ndarray,
) -> FoldRow:
    scores = np.array([results[i].arms[arm].members[member] for i in rows])
    rival = np.array([results[i].arms[primary].members[member] for i in rows])
    threshold = results[rows[0]].arms[arm].threshold
    truth = labels[rows]
    if threshold is None:
        assert isinstance(system.decide, AtSensitivity)
        threshold = threshold_at_sensitivity(truth, scores, system.decide.minimum)
    try:
        auc = roc_auc(truth, scores)
        p = None if arm == primary else delong_test(truth, rival, scores)
    except CohortError:
        auc, p = None, None
    return FoldRow(fold + 1, len(rows), auc, operating_point(truth, scores, threshold), p)
