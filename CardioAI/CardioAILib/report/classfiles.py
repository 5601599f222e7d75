"""An evaluation of several classes as CSV and plain values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from CardioAILib.io.table import write_lines
from CardioAILib.report.classgrouptable import group_rows
from CardioAILib.report.classtables import arm_rows, beside_rows, fold_rows
from CardioAILib.report.comparisons import plain_agreements, write_comparisons
from CardioAILib.report.context import Context
from CardioAILib.report.lookedat import attention_rows
from CardioAILib.report.machine import described, plain_estimate
from CardioAILib.report.measured import is_known
from CardioAILib.report.positivetable import positive_rows, ranked
from CardioAILib.report.resultstable import write_results_table
from CardioAILib.report.visualrule import visual_rows
from CardioAILib.verbs.classes import ClassArm, ClassEvaluation, PositiveCalls, VisualRule


def write_class_tables(evaluation: ClassEvaluation, context: Context, folder: Path) -> None:
    """Write results, arms, printed figures, confusion, folds, attention, measurements as CSV."""
    names = evaluation.system.task.names
    truth = [names[label] for label in evaluation.labels]
    write_results_table(evaluation.results, folder / "results.csv", evaluation.system.task, truth)
    write_lines(arm_rows(evaluation, context.developed), folder / "arms.csv")
    write_lines(beside_rows(evaluation), folder / "published.csv")
    write_lines(confusion_lines(evaluation), folder / "confusion.csv")
    write_lines(fold_rows(evaluation), folder / "folds.csv")
    write_lines(attention_lines(evaluation), folder / "attention.csv")
    write_lines(group_rows(evaluation), folder / "groups.csv")
    write_comparisons(evaluation, folder)
    asked_of = positive_rows(ranked(evaluation), evaluation)
    for rows, name in ((asked_of, "positive.csv"), (visual_rows(evaluation), "visual_rule.csv")):
        if rows:
            write_lines(rows, folder / name)
    if any(result.measurements for result in evaluation.results):
        write_lines(measurement_lines(evaluation), folder / "measurements.csv")


def confusion_lines(evaluation: ClassEvaluation) -> Iterator[list[object]]:
    """Yield a line an arm and true class: counts of each called class, ours and printed."""
    names = evaluation.system.task.names
    yield ["arm", "source", "truth", *names]
    for arm, found in evaluation.arms.items():
        for name, counts in zip(names, found.confusion.tolist(), strict=True):
            yield [arm, "here", name, *counts]
    for test, arms in evaluation.system.published.tests.items():
        for arm, printed in arms.items():
            for name, counts in zip(names, printed.confusion, strict=False):
                yield [arm, f"published {test}", name, *counts]


def attention_lines(evaluation: ClassEvaluation) -> Iterator[list[object]]:
    """Yield a line a result with a map: what was called, where the map lies, how much of it."""
    yield ["subject", "study", "truth", "called", "arm", "zone", "inside", "area", "flagged"]
    names = evaluation.system.task.names
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        found = result.attention
        if found is None:
            continue
        inside = "" if found.inside is None else f"{found.inside:.4f}"
        called = result.arms[found.arm].decision if found.arm in result.arms else ""
        own = [result.subject, result.study, names[label], called, found.arm]
        yield [*own, found.zone, inside, f"{found.area:.4f}", "flagged" if found.flagged else ""]


def measurement_lines(evaluation: ClassEvaluation) -> Iterator[list[object]]:
    """Yield a line a result with all that was measured; empty where it could not be."""
    columns = list(dict.fromkeys(name for r in evaluation.results for name in r.measurements))
    names = evaluation.system.task.names
    yield ["subject", "study", "truth", *columns]
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        values = (result.measurements.get(column) for column in columns)
        cells = [repr(float(value)) if is_known(value) else "" for value in values]
        yield [result.subject, result.study, names[label], *cells]


def _plain_visual(found: VisualRule | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "n": found.n,
        "agreements": plain_agreements(found.agreements),
        "confusion with truth": found.confusion.tolist(),
        "confusion with network": found.beside.tolist(),
        "positive": _plain_positive(found.positive),
    }


def _plain_positive(found: PositiveCalls | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "positives": found.positives,
        "sensitivity": plain_estimate(found.sensitivity),
        "specificity": plain_estimate(found.specificity),
        "auc": plain_estimate(found.auc),
    }


def class_machine_readable(evaluation: ClassEvaluation) -> dict[str, Any]:
    """Return the evaluation's numbers in plain values, with their origin."""
    names = evaluation.system.task.names
    return {
        **described(evaluation),
        "classes": dict(zip(names, evaluation.counts, strict=True)),
        "arms": {arm: _plain_arm(found, names) for arm, found in evaluation.arms.items()},
        "groups": {
            column: {g.group: {"n": g.n, "accuracy": plain_estimate(g.accuracy)} for g in groups}
            for column, groups in evaluation.groups.items()
        },
        "attention": attention_rows(evaluation),
        "agreements": plain_agreements(evaluation.agreements),
        "visual rule": _plain_visual(evaluation.visual),
        "readers": {
            found.reader: {
                "n": found.n,
                "accuracy": plain_estimate(found.accuracy),
                "model accuracy": plain_estimate(found.model_accuracy),
                "agreement": plain_estimate(found.agreement),
                "p": found.p,
            }
            for found in evaluation.readers
        },
    }


def _plain_arm(found: ClassArm, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "accuracy": plain_estimate(found.accuracy),
        "accuracy bootstrap": plain_estimate(found.accuracy_bootstrap),
        "accuracy by subject": plain_estimate(found.by_subject),
        "macro auc": plain_estimate(found.macro_auc),
        "auc": dict(zip(names, map(plain_estimate, found.auc), strict=False)),
        "confusion": found.confusion.tolist(),
        "positive": _plain_positive(found.positive),
        "recall": dict(zip(names, map(plain_estimate, found.recall), strict=True)),
        "precision": dict(zip(names, map(plain_estimate, found.precision), strict=True)),
        "brier": found.brier,
        "expected calibration error": found.ece,
        "p against primary": found.p_against_primary,
        "fold accuracy": [row.accuracy for row in found.folds],
    }
