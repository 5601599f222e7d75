"""An evaluation of two classes as CSV and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CardioAILib.evaluate import OperatingPoint
from CardioAILib.io.table import write_lines
from CardioAILib.report.byview import share_rows
from CardioAILib.report.comparisons import plain_agreements, write_comparisons
from CardioAILib.report.machine import described, plain_estimate
from CardioAILib.report.rates import rate_rows
from CardioAILib.report.resultstable import write_results_table
from CardioAILib.report.sweep import sweep_lines
from CardioAILib.report.tables import arm_rows, fold_table, primary_of
from CardioAILib.report.viewtable import plain_view, view_auc_rows
from CardioAILib.verbs.evaluation import ArmEvaluation, Evaluation


def write_tables(evaluation: Evaluation, folder: Path) -> None:
    """Write results, arms, rates, thresholds, folds and where maps lie as CSV."""
    names = evaluation.system.task.names
    truth = [names[label] for label in evaluation.labels]
    write_results_table(evaluation.results, folder / "results.csv", truth=truth)
    write_lines(arm_rows(evaluation), folder / "arms.csv")
    write_lines(rate_rows(evaluation), folder / "rates.csv")
    write_lines(sweep_lines(evaluation), folder / "thresholds.csv")
    folds = [[arm, *row] for arm, f in evaluation.arms.items() for row in fold_table(f)[1:]]
    header = ["arm", *fold_table(next(iter(evaluation.arms.values())))[0]]
    write_lines([header, *folds], folder / "folds.csv")
    write_comparisons(evaluation, folder)
    views = view_auc_rows(evaluation, primary_of(evaluation))
    if views:
        write_lines(views, folder / "views.csv")
    shares = share_rows(evaluation.results)
    if shares:
        write_lines(shares, folder / "attention.csv")


def machine_readable(evaluation: Evaluation, developed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evaluation's numbers in plain values, with their origin.

    Args:
        evaluation: The evaluation.
        developed: What the model card says of the development data.
    """
    tenths = evaluation.deciles
    return {
        **described(evaluation),
        "positives": evaluation.positives,
        "negatives": evaluation.negatives,
        "arms": {arm: _plain_arm(found) for arm, found in evaluation.arms.items()},
        "views": {view: plain_view(own) for view, own in evaluation.views.items()},
        "deciles": dict(zip(tenths.names, tenths.counts, strict=True)),
        "groups": {
            column: {g.group: {"n": g.n, "positives": g.positives, "auc": plain_estimate(g.auc)}
                     for g in groups}
            for column, groups in evaluation.groups.items()
        },
        "agreements": plain_agreements(evaluation.agreements),
        "importance": developed.get("importance", {}),
    }  # fmt: skip


def _plain_arm(found: ArmEvaluation) -> dict[str, Any]:
    point, band = found.operating, found.band
    sides = ("ruled_out", "indeterminate", "called")
    return {
        "auc": plain_estimate(found.auc),
        "auc bootstrap": plain_estimate(found.auc_bootstrap),
        "threshold": found.threshold,
        "counts": _counts(point),
        "sensitivity": point.sensitivity,
        "specificity": point.specificity,
        "npv": point.npv,
        "ppv": point.ppv,
        "accuracy": point.accuracy,
        "f1": point.f1,
        "brier": found.brier,
        "expected calibration error": found.ece,
        "p against primary": found.p_against_primary,
        "fold auc": [row.auc for row in found.folds],
        "thresholds": {f"{own.threshold:g}": _counts(own) for own in found.sweep},
        "band": None if band is None else {
            "rule-out point": band.rule_out,
            **{side: vars(getattr(band, side)) for side in sides},
        },
    }  # fmt: skip


def _counts(point: OperatingPoint) -> dict[str, int]:
    return {name: getattr(point, name) for name in ("tp", "fp", "tn", "fn")}
