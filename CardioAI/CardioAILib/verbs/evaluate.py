"""The verb `evaluate`: results and truth become the paper's tables, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from CardioAILib.decide import AtSensitivity
from CardioAILib.errors import CohortError
from CardioAILib.evaluate import (
    GroupResult,
    OperatingPoint,
    Recalibration,
    auc_by_subject,
    bins_for,
    brier,
    by_group,
    calibration_curve,
    calibration_slope_intercept,
    delong_interval,
    delong_test,
    expected_calibration_error,
    operating_point,
    roc_curve,
    threshold_at_sensitivity,
    threshold_sweep,
)
from CardioAILib.results import Result, arm_names
from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.task import Quantity
from CardioAILib.verbs.agreements import reader_agreements
from CardioAILib.verbs.band import band_of
from CardioAILib.verbs.byview import seen_by_view, view_evaluations
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.classesevaluate import calls, evaluate_classes
from CardioAILib.verbs.deciles import deciles
from CardioAILib.verbs.evaluation import ArmEvaluation, Evaluation
from CardioAILib.verbs.foldrows import fold_rows
from CardioAILib.verbs.origin import target_source
from CardioAILib.verbs.quantities import QuantityEvaluation, evaluate_quantity
from CardioAILib.verbs.subgroups import grouped
from CardioAILib.verbs.units import units

SWEPT = tuple(tenth / 10 for tenth in range(1, 10))
SCORE_OF_DECISION = 0.5


def evaluate(
    system: System,
    results: Sequence[Result],
    cohort: Cohort,
    development: Iterable[str] = (),
) -> Evaluation | ClassEvaluation | QuantityEvaluation:
    """Compare results with the truth in a cohort.

    Args:
        system: The declaration, in the mode that made the results.
        results: One a study, or one a cine set or slice where the system judges these.
        cohort: Studies with truth.
        development: SHA-256 of the files that the model was trained on.

    Raises:
        CohortError: No result has a truth, or those that do are of one class or value.
    """
    cohort = units(system, cohort)
    truth = {study.key: system.task.label(study) for study in cohort}
    judged = tuple(r for r in results if truth.get((r.subject, r.study)) is not None)
    kind = float if system.task.measures else int
    labels = np.array([truth[(r.subject, r.study)] for r in judged], kind)
    if len(np.unique(labels)) < 2:
        raise CohortError(
            got=f"{len(judged)} results with a truth, {_counted(system, labels)}",
            wanted=_wanted(system),
            fix=f"fill the column '{system.task.target}' for the studies that were predicted, "
            "under the subject and study that the results name",
        )
    by_key = {study.key: study for study in cohort}
    studies = [by_key[(result.subject, result.study)] for result in judged]
    known = set(development) - {""}
    seen = 0 if judged[0].fold is not None else sum(_was_seen(r, known) for r in judged)
    return _evaluator(system)(system, judged, labels, studies, cohort.name, seen)


def _evaluator(system: System) -> Callable[..., Evaluation | ClassEvaluation | QuantityEvaluation]:
    if system.task.measures:
        return evaluate_quantity
    return evaluate_classes if system.task.several else evaluate_two


def _wanted(system: System) -> str:
    if system.task.measures:
        return "values that differ"
    return "several classes" if system.task.several else "results of both classes"


def evaluate_two(
    system: System,
    judged: tuple[Result, ...],
    labels: np.ndarray,
    studies: Sequence[Study],
    cohort: str,
    seen: int,
) -> Evaluation:
    """Evaluate a system of two classes.

    Args:
        system: The declaration.
        judged: Results that have a truth.
        labels: Truth of each (N,).
        studies: Study of each.
        cohort: Name of the cohort.
        seen: Number of results whose images took part in training.
    """
    first = judged[0]
    subjects = np.array([result.subject for result in judged])
    names = arm_names(judged)
    primary = system.primary if system.primary in names else first.primary
    spoke = {arm: _speaking(judged, {arm, primary}) for arm in names}
    arms = {
        arm: evaluate_arm(system, [judged[i] for i in r], labels[r], subjects[r], arm, primary)
        for arm, r in spoke.items()
        if len(np.unique(labels[r])) > 1
    }
    own = spoke[primary]
    scores = scores_of([judged[i] for i in own], primary)
    return Evaluation(
        system=system,
        mode=first.provenance.mode,
        cohort=cohort,
        subjects=len(np.unique(subjects)),
        positives=int(labels.sum()),
        negatives=int((labels == 0).sum()),
        target_source=target_source(system, studies),
        cross_validated=first.fold is not None,
        arms=arms,
        groups=_groups(
            [studies[i] for i in own], labels[own], scores, common_threshold(judged, primary)
        ),
        seen=seen,
        results=judged,
        labels=labels,
        deciles=deciles(system, [studies[i] for i in own], labels[own], scores),
        agreements=reader_agreements(system, studies, calls(system, judged, primary)),
        views=view_evaluations(seen_by_view(system, judged, studies, primary)),
    )


def evaluate_arm(
    system: System,
    results: Sequence[Result],
    labels: np.ndarray,
    subjects: np.ndarray,
    arm: str,
    primary: str,
) -> ArmEvaluation:
    """Evaluate one arm."""
    scores = scores_of(results, arm)
    operating, threshold = decisions(system, results, labels, arm)
    against = None if arm == primary else delong_test(labels, scores_of(results, primary), scores)
    return ArmEvaluation(
        auc=delong_interval(labels, scores),
        auc_bootstrap=auc_by_subject(labels, scores, subjects),
        operating=operating,
        threshold=threshold,
        folds=fold_rows(system, results, labels, arm, primary),
        roc=roc_curve(labels, scores),
        brier=brier(labels, scores),
        ece=expected_calibration_error(labels, scores, bins=bins_for(len(labels))),
        calibration=calibration_curve(labels, scores, bins=bins_for(len(labels))),
        recalibration=_recalibration(labels, scores),
        p_against_primary=against,
        sweep=threshold_sweep(labels, scores, SWEPT),
        band=band_of(system, arm, labels, scores),
    )


def _speaking(results: Sequence[Result], arms: set[str]) -> np.ndarray:
    """Return which results all of these arms spoke in."""
    return np.flatnonzero([arms <= result.arms.keys() for result in results])


def scores_of(results: Sequence[Result], arm: str) -> np.ndarray:
    """Return an arm's score of each result (N,)."""
    return np.array([result.arms[arm].score for result in results])


def decisions(
    system: System, results: Sequence[Result], labels: np.ndarray, arm: str
) -> tuple[OperatingPoint, str]:
    """Count the decisions that were made, or choose the threshold here if the protocol does."""
    scores = scores_of(results, arm)
    thresholds = [result.arms[arm].threshold for result in results]
    if thresholds[0] is None:
        assert isinstance(system.decide, AtSensitivity)
        chosen = threshold_at_sensitivity(labels, scores, system.decide.minimum)
        return operating_point(labels, scores, chosen), f"{chosen:.3f}, chosen on this cohort"
    if len(set(thresholds)) == 1:
        return operating_point(labels, scores, thresholds[0]), f"{thresholds[0]:.3f}"
    made = np.array([result.arms[arm].decision == system.task.names[1] for result in results])
    low, high = min(thresholds), max(thresholds)
    point = operating_point(labels, made.astype(float), SCORE_OF_DECISION)
    return point, f"{low:.3f} to {high:.3f}, by fold"


def _recalibration(labels: np.ndarray, scores: np.ndarray) -> Recalibration | None:
    try:
        return calibration_slope_intercept(labels, scores)
    except CohortError:
        return None


def _groups(
    studies: Sequence[Study], labels: np.ndarray, scores: np.ndarray, threshold: float | None
) -> dict[str, tuple[GroupResult, ...]]:
    """Return subgroups by each column that divides the studies but does not tell the truth.

    Studies that lack the fact are in none of its groups.
    """
    found = {}
    threshold = float(np.median(scores)) if threshold is None else threshold
    for column, words in grouped(studies).items():
        told = words != ""
        values, truth = words[told], labels[told]
        if any(len(np.unique(truth[values == name])) > 1 for name in np.unique(values)):
            found[column] = by_group(truth, scores[told], values, threshold)
    return found


def common_threshold(results: Sequence[Result], arm: str) -> float | None:
    """Return the threshold of an arm that all results share, or None where they share none."""
    found = {result.arms[arm].threshold for result in results if arm in result.arms}
    return found.pop() if len(found) == 1 else None


def _counted(system: System, labels: np.ndarray) -> str:
    if isinstance(system.task, Quantity):
        alike = f", all of {labels[0]:g} {system.task.unit}" if len(labels) else ""
        return f"no two of them different{alike}"
    if not system.task.several:
        return f"{int(labels.sum())} of them positive"
    counts = np.bincount(labels, minlength=len(system.task.names))
    return ", ".join(f"{n} {name}" for n, name in zip(counts, system.task.names, strict=True))


def _was_seen(result: Result, known: set[str]) -> bool:
    return not known.isdisjoint(result.provenance.inputs.values())
