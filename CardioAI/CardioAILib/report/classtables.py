"""Tables of an evaluation of several classes, as rows of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from CardioAILib.evaluate import Estimate
from CardioAILib.learning import networks_of
from CardioAILib.learning.weights import has_base
from CardioAILib.published import PublishedArm
from CardioAILib.report.tables import Rows, p_text, spread
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.verbs.classes import ClassEvaluation, ReaderComparison

NOT_PRINTED = "not in the paper"
ABSENT = "-"
MATRIX_TEST = "matrix "
"""How the name of a printed test begins that is one of a matrix size."""
RANDOM = "random"
"""Start weights of a network that nothing had taught before."""


def arm_rows(evaluation: ClassEvaluation, developed: Mapping[str, Any]) -> Rows:
    """Return a row an arm: accuracy with intervals, comparison, and what a network began with.

    What only several arms, or only networks have, has no column without them.
    """
    by_subject = any(found.by_subject for found in evaluation.arms.values())
    header = ["arm", "n", "accuracy (95 % Wilson)", "accuracy (95 % bootstrap by subject)"]
    header += ["accuracy by subject (95 % Wilson)"] if by_subject else []
    compared = len(evaluation.arms) > 1
    networks = any(_is_network(evaluation.system, arm) for arm in evaluation.arms)
    header += ["macro AUC (95 % bootstrap)", *(["p (McNemar)"] if compared else [])]
    rows = [[*header, *(["start weights"] if networks else [])]]
    for arm, found in evaluation.arms.items():
        p = found.p_against_primary
        row = [arm, str(int(found.confusion.sum())), exact(found.accuracy)]
        spread_out = varies(found.accuracy_bootstrap)
        row += [exact(found.accuracy_bootstrap) if spread_out else ABSENT]
        row += [exact(found.by_subject)] if by_subject else []
        row += [_macro_auc(found.macro_auc)]
        row += ["reference" if p is None else p_text(p)] if compared else []
        row += [start_weights(evaluation.system, arm, developed)] if networks else []
        rows.append(row)
    return rows


def printed_tests(system: System) -> dict[str, Mapping[str, PublishedArm]]:
    """Return what the paper prints of each test set, but for its tests of other matrix sizes."""
    tests = system.published.tests
    return {test: arms for test, arms in tests.items() if not test.startswith(MATRIX_TEST)}


def printed_rows(system: System, arms: Sequence[str]) -> Rows:
    """Return a row a test set with the accuracy that the paper prints of each arm.

    Test sets of which it prints none of these arms have no row.
    """
    rows = []
    for test, printed in printed_tests(system).items():
        cells = [printed_accuracy(printed.get(arm)) for arm in arms]
        if set(cells) != {NOT_PRINTED}:
            rows.append([f"published: {test}", *cells])
    return rows


def beside_rows(evaluation: ClassEvaluation) -> Rows:
    """Return the accuracy of each arm here, and below it what the paper prints, a column an arm."""
    here = [
        f"here: {evaluation.cohort}",
        *(exact(own.accuracy) for own in evaluation.arms.values()),
    ]
    arms = list(evaluation.arms)
    return [["accuracy", *arms], here, *printed_rows(evaluation.system, arms)]


def class_rows(evaluation: ClassEvaluation) -> Rows:
    """Return recall and precision of each arm, a column a class."""
    counted = zip(evaluation.system.task.names, evaluation.counts, strict=True)
    rows = [["arm", "", *(f"{name} (n = {count})" for name, count in counted)]]
    for arm, found in evaluation.arms.items():
        rows.append([arm, "recall", *map(str, found.recall)])
        rows.append(["", "precision", *map(str, found.precision)])
    return rows


def calibration_rows(evaluation: ClassEvaluation) -> Rows:
    """Return Brier score and expected calibration error of each arm."""
    rows = [["arm", "Brier score", "expected calibration error"]]
    for arm, found in evaluation.arms.items():
        rows.append([arm, f"{found.brier:.3f}", f"{found.ece:.3f}"])
    return rows


def fold_rows(evaluation: ClassEvaluation) -> Rows:
    """Return a row a fold with the accuracy of each arm, then mean and SD."""
    arms = evaluation.arms.values()
    numbers = sorted({row.fold for found in arms for row in found.folds})
    rows = [["fold", "n", *evaluation.arms]]
    for number in numbers:
        own = [next((r for r in found.folds if r.fold == number), None) for found in arms]
        size = max(row.n for row in own if row is not None)
        cells = [ABSENT if row is None else f"{row.accuracy:.3f}" for row in own]
        rows.append([str(number), str(size), *cells])
    spreads = [spread([row.accuracy for row in found.folds], 3) for found in arms]
    return [*rows, ["mean±SD", "", *spreads]]


def matrix_rows(matrices: Mapping[str, ClassEvaluation]) -> Rows:
    """Return accuracy at each matrix size, an arm a row, with the paper's table 4 below it."""
    arms = dict.fromkeys(arm for evaluation in matrices.values() for arm in evaluation.arms)
    rows = [["arm", *(f"{size}, n = {len(e.results)}" for size, e in matrices.items())]]
    for arm in arms:
        found = [evaluation.arms.get(arm) for evaluation in matrices.values()]
        rows.append([arm, *(ABSENT if own is None else exact(own.accuracy) for own in found)])
        printed = [
            evaluation.system.published.tests.get(MATRIX_TEST + size, {}).get(arm)
            for size, evaluation in matrices.items()
        ]
        if any(printed):
            rows.append([f"{arm}, published", *map(printed_accuracy, printed)])
    return rows


def reader_rows(readers: tuple[ReaderComparison, ...]) -> Rows:
    """Return a row a reader: his accuracy and the model's on the same cases, and how they agree."""
    header = ["reader", "n", "reader's accuracy", "model's accuracy", "p (McNemar)", "agreement"]
    rows = [[*header, "kappa, reader and truth", "kappa, reader and model"]]
    for found in readers:
        rows.append(
            [
                found.reader,
                str(found.n),
                *(exact(e) for e in (found.accuracy, found.model_accuracy)),
                p_text(found.p),
                exact(found.agreement),
                *(_kappa(value) for value in (found.kappa_truth, found.kappa_model)),
            ]
        )
    return rows


def discrepancy_rows(readers: tuple[ReaderComparison, ...]) -> Rows:
    """Return the cases on which truth, a reader and the model do not all agree."""
    rows = [["reader", "subject", "study", "truth", "reader says", "model says"]]
    for found in readers:
        for case in found.discrepancies:
            own = [case.subject, case.study, case.truth, case.reader, case.model]
            rows.append([found.reader, *own])
    return rows


def study_rows(evaluation: ClassEvaluation) -> Rows:
    """Return a row a result: truth, what each arm calls it and how surely, where a map lies."""
    names = evaluation.system.task.names
    mapped = any(result.attention is not None for result in evaluation.results)
    rows = [["subject", "study", "truth", *evaluation.arms, *(["looks at"] if mapped else [])]]
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        called = [_called(result, arm, names[label]) for arm in evaluation.arms]
        zone = ABSENT if result.attention is None else result.attention.zone
        own = [result.subject, result.study, names[label], *called]
        rows.append([*own, *([zone] if mapped else [])])
    return rows


def start_weights(system: System, arm: str, developed: Mapping[str, Any]) -> str:
    """Return what a network arm started from; nothing for arms without a network.

    In capitals where a published base was to be had, and random weights stood in for it.
    """
    if not _is_network(system, arm):
        return ABSENT
    if not has_base(system.arms[arm].architecture):
        return RANDOM
    weights = str(developed.get("circumstances", {}).get("backbone weights", "not known"))
    # A digest identifies a file; its first letters do on a page.
    return weights.upper() if weights == RANDOM else weights[:12]


def starts_at_random(evaluation: ClassEvaluation, developed: Mapping[str, Any]) -> list[str]:
    """Return the network arms whose backbone started from random weights."""
    return [
        arm
        for arm in evaluation.arms
        if start_weights(evaluation.system, arm, developed) == RANDOM.upper()
    ]


def printed_accuracy(arm: PublishedArm | None) -> str:
    """Return an accuracy as the paper prints it."""
    if arm is None or arm.accuracy is None:
        return NOT_PRINTED
    return f"{arm.accuracy:.3f}" + ("" if arm.accuracy_sd is None else f"±{arm.accuracy_sd:.3f}")


def exact(estimate: Estimate | None) -> str:
    """Return a value and its interval with three decimals, since accuracies come close to 1."""
    if estimate is None:
        return ABSENT
    interval = estimate.interval
    return f"{estimate.value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def varies(estimate: Estimate) -> bool:
    """Whether resampling tells an interval: where every result is right or wrong it does not."""
    return estimate.interval.low < estimate.interval.high


def _macro_auc(estimate: Estimate | None) -> str:
    if estimate is None or varies(estimate):
        return exact(estimate)
    return f"{estimate.value:.3f}"


def _is_network(system: System, arm: str) -> bool:
    return bool(networks_of(system.arms.get(arm)))


def _called(result: Result, arm: str, truth: str) -> str:
    found = result.arms.get(arm)
    if found is None:
        return "no answer"
    wrong = "" if found.decision == truth else " (wrong)"
    return f"{found.decision} {found.score:.2f}{wrong}"


def _kappa(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.2f}"
