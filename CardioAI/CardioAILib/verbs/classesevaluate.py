"""Results of several classes and truth become accuracies, confusion matrices and audits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.evaluate import (
    Estimate,
    bins_for,
    bootstrap_by_subject,
    brier_of_classes,
    calibration_curve,
    expected_calibration_error,
    macro_auc,
    mcnemar,
    wilson,
)
from CardioAILib.results import Result, arm_names
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.agreements import reader_agreements
from CardioAILib.verbs.classes import (
    AttentionRow,
    ClassArm,
    ClassEvaluation,
    ClassFold,
)
from CardioAILib.verbs.classgroups import class_groups
from CardioAILib.verbs.origin import target_source
from CardioAILib.verbs.positives import auc_or_none, positive_calls
from CardioAILib.verbs.readers import compare_readers
from CardioAILib.verbs.visualrule import visual_rule

ZONES = ("heart", "border", "outside")


def evaluate_classes(
    system: System,
    judged: tuple[Result, ...],
    labels: np.ndarray,
    studies: Sequence[Study],
    cohort: str,
    seen: int,
) -> ClassEvaluation:
    """Evaluate a system of more than two classes.

    Args:
        system: The declaration.
        judged: Results that have a truth.
        labels: Truth of each (N,).
        studies: Study of each.
        cohort: Name of the cohort.
        seen: Number of results whose images took part in training.
    """
    first = judged[0]
    names = arm_names(judged)
    primary = system.primary if system.primary in names else first.primary
    arms = {arm: evaluate_arm(system, judged, labels, arm, primary) for arm in names}
    called = calls(system, judged, primary)
    spoke = np.flatnonzero(called >= 0)
    return ClassEvaluation(
        system=system,
        mode=first.provenance.mode,
        cohort=cohort,
        subjects=len({result.subject for result in judged}),
        counts=tuple(np.bincount(labels, minlength=len(system.task.names)).tolist()),
        target_source=target_source(system, studies),
        cross_validated=first.fold is not None,
        arms=arms,
        groups=class_groups(
            system,
            [studies[index] for index in spoke],
            labels[spoke],
            probabilities_of([judged[index] for index in spoke], primary),
        ),
        seen=seen,
        results=judged,
        labels=labels,
        attention=attention_rows(system, judged, labels),
        readers=compare_readers(system, studies, labels, called),
        agreements=reader_agreements(system, studies, called),
        visual=visual_rule(system, judged, labels, called, primary),
    )


def evaluate_arm(
    system: System, results: Sequence[Result], labels: np.ndarray, arm: str, primary: str
) -> ClassArm:
    """Evaluate one arm on the results in which it spoke."""
    spoke = [index for index, result in enumerate(results) if arm in result.arms]
    own, truth = [results[index] for index in spoke], labels[spoke]
    subjects = np.array([result.subject for result in own])
    probabilities = probabilities_of(own, arm)
    called = probabilities.argmax(axis=1)
    right = called == truth
    top = probabilities.max(axis=1).clip(0.0, 1.0)
    confusion = confusion_matrix(truth, called, len(system.task.names))
    return ClassArm(
        accuracy=share(int(right.sum()), len(right)),
        accuracy_bootstrap=bootstrap_by_subject(np.mean, subjects, right.astype(float)),
        confusion=confusion,
        recall=_diagonal_shares(confusion, axis=1),
        precision=_diagonal_shares(confusion, axis=0),
        macro_auc=_macro_auc(subjects, truth, probabilities),
        brier=brier_of_classes(truth, probabilities),
        ece=expected_calibration_error(right, top, bins=bins_for(len(top))),
        calibration=calibration_curve(right, top, bins=bins_for(len(top))),
        folds=_folds(own, truth, arm),
        p_against_primary=None if arm == primary else _p_against(own, truth, arm, primary),
        by_subject=_by_subject(subjects, truth, probabilities),
        auc=tuple(auc_or_none(truth == k, p) for k, p in enumerate(probabilities.T)),
        positive=positive_calls(system.task, truth, probabilities),
    )


def probabilities_of(results: Sequence[Result], arm: str) -> np.ndarray:
    """Return an arm's probability of each class in each result (N, K)."""
    return np.array([result.arms[arm].probabilities for result in results])


def calls(system: System, results: Sequence[Result], arm: str) -> np.ndarray:
    """Return the class that an arm called in each result (N,), -1 where it called none."""
    names = system.task.names
    decisions = [r.arms[arm].decision if arm in r.arms else None for r in results]
    return np.array([names.index(name) if name in names else -1 for name in decisions], int)


def confusion_matrix(truth: np.ndarray, called: np.ndarray, classes: int) -> np.ndarray:
    """Return counts (K, K), a row a true class, a column a called one."""
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (truth, called), 1)
    return counts


def share(hits: int, total: int) -> Estimate:
    """Return a share with Wilson's interval; of nothing it is 0, and anything is possible."""
    return Estimate(hits / total if total else 0.0, wilson(hits, total))


def attention_rows(
    system: System, results: Sequence[Result], labels: np.ndarray
) -> tuple[AttentionRow, ...]:
    """Count where maps look, by whether the arm that they explain was right."""
    told = [(r, label) for r, label in zip(results, labels, strict=True) if _zone(r) in ZONES]
    if not told:
        return ()
    right = [
        calls(system, [result], result.attention.arm)[0] == label
        for result, label in told
        if result.attention
    ]
    zones = [_zone(result) for result, _ in told]
    pairs = list(zip(zones, right, strict=True))
    return tuple(AttentionRow(z, pairs.count((z, True)), pairs.count((z, False))) for z in ZONES)


def _zone(result: Result) -> str:
    return "" if result.attention is None else result.attention.zone


def _diagonal_shares(confusion: np.ndarray, axis: int) -> tuple[Estimate, ...]:
    totals = confusion.sum(axis=axis)
    return tuple(share(int(h), int(n)) for h, n in zip(confusion.diagonal(), totals, strict=True))


def _macro_auc(subjects: np.ndarray, truth: np.ndarray, p: np.ndarray) -> Estimate | None:
    try:
        return bootstrap_by_subject(macro_auc, subjects, truth, p, n=1000)
    except CohortError:
        return None


def _folds(results: Sequence[Result], truth: np.ndarray, arm: str) -> tuple[ClassFold, ...]:
    """Return a row a fold: held-out parts in cross-validation, else members on all results."""
    if not results:
        return ()
    if results[0].fold is None:
        by_member = np.array([result.arms[arm].by_member for result in results])
        right = by_member.argmax(axis=2) == truth[:, np.newaxis]
        return tuple(ClassFold(k + 1, len(right), float(c.mean())) for k, c in enumerate(right.T))
    folds = np.array([result.fold for result in results])
    right = probabilities_of(results, arm).argmax(axis=1) == truth
    parts = [(int(fold), right[folds == fold]) for fold in np.unique(folds)]
    return tuple(ClassFold(fold + 1, len(own), float(own.mean())) for fold, own in parts)


def _p_against(results: Sequence[Result], truth: np.ndarray, arm: str, primary: str) -> float:
    """Compare with the primary arm on the results in which both spoke."""
    both = [index for index, result in enumerate(results) if primary in result.arms]
    if not both:
        return 1.0
    own = [results[index] for index in both]
    right = [probabilities_of(own, name).argmax(axis=1) == truth[both] for name in (arm, primary)]
    return mcnemar(*right)


def _by_subject(subjects: np.ndarray, truth: np.ndarray, p: np.ndarray) -> Estimate | None:
    """Return the accuracy of each subject's mean probability, where that is another question."""
    names, rows = np.unique(subjects, return_inverse=True)
    if len(names) == len(subjects):
        return None
    alike = all(len(np.unique(truth[rows == index])) == 1 for index in range(len(names)))
    if not alike:
        return None
    right = [
        p[rows == index].mean(axis=0).argmax() == truth[rows == index][0]
        for index in range(len(names))
    ]
    return share(int(np.sum(right)), len(right))
