"""How well each view tells by itself, where views have a truth of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.evaluate import (
    Estimate,
    QuantityFigures,
    RocCurve,
    auc_by_subject,
    delong_test,
    error_difference,
    quantity_figures,
    roc_curve,
)
from CardioAILib.evaluate.quantities import FEWEST
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.viewlabels import view_label


@dataclass(frozen=True, eq=False)
class Seen:
    """What a view said of the studies that show it.

    Args:
        rows: Index of each of these results among all (N,).
        scores: What the view said of each (N,).
        truth: Truth of what the view shows (N,).
        of_study: Truth of the study (N,).
        subjects: Subject of each (N,).
        joint: What the primary arm said of each (N,).
    """

    rows: np.ndarray
    scores: np.ndarray
    truth: np.ndarray
    of_study: np.ndarray
    subjects: np.ndarray
    joint: np.ndarray

    @property
    def own_truth(self) -> bool:
        """Whether the truth of the view differs from that of a study."""
        return bool((self.truth != self.of_study).any())


@dataclass(frozen=True, eq=False)
class ViewEvaluation:
    """How one view tells two classes apart.

    Args:
        n: Studies that show it and have its truth.
        positives: Those whose view shows the finding.
        own_truth: Whether its truth differs from that of some study.
        auc: Area by its own truth, interval from resampled subjects; None of one class alone.
        auc_of_study: Area of the same scores by the study's truth; None of one class alone.
        roc: ROC curve by its own truth.
        p_against_primary: DeLong's p against the primary arm on these studies, both by the
            study's truth.
    """

    n: int
    positives: int
    own_truth: bool
    auc: Estimate | None
    auc_of_study: Estimate | None
    roc: RocCurve | None
    p_against_primary: float | None


@dataclass(frozen=True, eq=False)
class ViewQuantity:
    """How one view tells a measured quantity.

    Args:
        n: Studies that show it and have its truth.
        own_truth: Whether its truth differs from that of some study.
        figures: By its own truth; None of too few.
        against_primary: Mean absolute error by the study's truth minus that of the primary arm.
    """

    n: int
    own_truth: bool
    figures: QuantityFigures | None
    against_primary: Estimate | None


def views_arm(results: Sequence[Result]) -> str | None:
    """Return the arm that says something of each view alone, or None where none does."""
    arms = (arm for result in results for arm, found in result.arms.items() if found.by_input)
    return next(arms, None)


def seen_by_view(
    system: System, results: Sequence[Result], studies: Sequence[Study], primary: str
) -> dict[str, Seen]:
    """Return what each view said, by its name; nothing where views have no truth of their own.

    Args:
        system: The declaration.
        results: Results that have a truth.
        studies: Study of each.
        primary: Arm that a view is compared with; results without it do not count.
    """
    arm = views_arm(results)
    if arm is None or not system.task.by_view:
        return {}
    found = {view: _seen(system, results, studies, view, (arm, primary)) for view in system.inputs}
    return {view: own for view, own in found.items() if own is not None}


def _seen(
    system: System,
    results: Sequence[Result],
    studies: Sequence[Study],
    view: str,
    arms: tuple[str, str],
) -> Seen | None:
    arm, primary = arms
    rows, told = [], []
    for row, (result, study) in enumerate(zip(results, studies, strict=True)):
        score = result.arms[arm].by_input.get(view) if arm in result.arms else None
        truth = view_label(system.task, study, view)
        if score is not None and truth is not None and primary in result.arms:
            rows.append(row)
            told.append((score, truth, system.task.label(study), result.arms[primary].score))
    if not rows:
        return None
    columns = np.array(told, float).T
    subjects = np.array([results[row].subject for row in rows])
    return Seen(np.array(rows), *columns[:3], subjects, columns[3])


def view_evaluations(seen: Mapping[str, Seen]) -> dict[str, ViewEvaluation]:
    """Evaluate each view on two classes."""
    return {view: _evaluated(own) for view, own in seen.items()}


def _evaluated(own: Seen) -> ViewEvaluation:
    mixed = len(np.unique(own.truth)) == 2
    mixed_studies = len(np.unique(own.of_study)) == 2
    return ViewEvaluation(
        n=len(own.rows),
        positives=int(own.truth.sum()),
        own_truth=own.own_truth,
        auc=auc_by_subject(own.truth, own.scores, own.subjects) if mixed else None,
        auc_of_study=auc_by_subject(own.of_study, own.scores, own.subjects)
        if mixed_studies
        else None,
        roc=roc_curve(own.truth, own.scores) if mixed else None,
        p_against_primary=_p(own),
    )


def _p(own: Seen) -> float | None:
    """Return DeLong's p, or None of fewer than two studies of a class."""
    counts = np.bincount(own.of_study.astype(int), minlength=2)
    return delong_test(own.of_study, own.joint, own.scores) if counts.min() > 1 else None


def view_quantities(seen: Mapping[str, Seen]) -> dict[str, ViewQuantity]:
    """Evaluate each view on a measured quantity."""
    return {view: _measured(own) for view, own in seen.items()}


def _measured(own: Seen) -> ViewQuantity:
    enough = len(own.rows) >= FEWEST and np.ptp(own.truth) > 0
    return ViewQuantity(
        n=len(own.rows),
        own_truth=own.own_truth,
        figures=quantity_figures(own.scores, own.truth, own.subjects) if enough else None,
        against_primary=error_difference(own.scores, own.joint, own.of_study, own.subjects)
        if enough
        else None,
    )
