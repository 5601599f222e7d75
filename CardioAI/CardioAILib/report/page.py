"""The report: one HTML page that needs no other file, with CSV and JSON beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from CardioAILib.codec import write_json
from CardioAILib.decide import Max
from CardioAILib.io.table import write_lines
from CardioAILib.report import figures
from CardioAILib.report.cases import draw_cases
from CardioAILib.report.classpage import write_class_report
from CardioAILib.report.context import Context, honesty
from CardioAILib.report.machine import described, plain_estimate
from CardioAILib.report.style import embedded
from CardioAILib.report.tables import (
    arm_rows,
    attention_rows,
    fold_table,
    group_rows,
    published_rows,
    write_results_table,
)
from CardioAILib.report.template import PAGE, render, write_page
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation

TEMPLATE = "page.html"


def write_report(evaluation: Evaluation | ClassEvaluation, context: Context, folder: Path) -> Path:
    """Write `report.html`, `evaluation.json`, CSV tables and `figures/`.

    Args:
        evaluation: The evaluation, of two classes or of several.
        context: What else the page shows.
        folder: Where everything goes.

    Returns:
        The page's path.
    """
    if isinstance(evaluation, ClassEvaluation):
        return write_class_report(evaluation, context, folder)
    pictures = draw_all(evaluation, context, folder / "figures")
    text = render(
        TEMPLATE,
        evaluation=evaluation,
        context=context,
        **honesty(evaluation.target_source, context.developed),
        developed=context.developed,
        networks=context.summary.get("widths", {}),
        pooling="maximum" if isinstance(evaluation.system.pool, Max) else "mean",
        pictures={name: embedded(path) for name, path in pictures.items()},
        arms=arm_rows(evaluation),
        folds={arm: fold_table(found) for arm, found in evaluation.arms.items()},
        published=published_rows(evaluation),
        groups=group_rows(evaluation),
        studies=attention_rows(evaluation),
        flagged=sum(1 for r in evaluation.results if r.attention and r.attention.flagged),
        origin=evaluation.results[0].provenance,
    )
    write_tables(evaluation, folder)
    return write_page(text, folder / PAGE)


def draw_all(evaluation: Evaluation, context: Context, folder: Path) -> dict[str, Path]:
    """Draw every picture that has something to show, by name."""
    features = context.summary.get("features", {})
    curves = context.summary.get("curves", {})
    cases = folder / "cases.png"
    drawn = {
        "cases": draw_cases(evaluation, context.cohort, context.results, cases, context.drawer),
        "roc": figures.draw_roc(evaluation, folder / "roc.png"),
        "scores": figures.draw_scores(evaluation, folder / "scores.png"),
        "calibration": figures.draw_calibration(evaluation, folder / "calibration.png"),
        "attention": figures.draw_attention(evaluation, folder / "attention.png"),
        "features": figures.draw_features(features, folder / "features.png"),
        "curves": figures.draw_curves(curves, folder / "curves.png"),
    }
    return {name: path for name, path in drawn.items() if path is not None}


def write_tables(evaluation: Evaluation, folder: Path) -> None:
    """Write the numbers for machines: results, arms, folds as CSV, everything as JSON."""
    write_results_table(evaluation.results, folder / "results.csv")
    write_lines(arm_rows(evaluation), folder / "arms.csv")
    folds = [[arm, *row] for arm, f in evaluation.arms.items() for row in fold_table(f)[1:]]
    header = ["arm", *fold_table(next(iter(evaluation.arms.values())))[0]]
    write_lines([header, *folds], folder / "folds.csv")
    write_json(machine_readable(evaluation), folder / "evaluation.json")


def machine_readable(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation's numbers in plain values, with their origin."""
    return {
        **described(evaluation),
        "positives": evaluation.positives,
        "negatives": evaluation.negatives,
        "arms": {arm: _plain_arm(found) for arm, found in evaluation.arms.items()},
    }


def _plain_arm(found: Any) -> dict[str, Any]:
    point = found.operating
    return {
        "auc": plain_estimate(found.auc),
        "auc bootstrap": plain_estimate(found.auc_bootstrap),
        "threshold": found.threshold,
        "counts": {name: getattr(point, name) for name in ("tp", "fp", "tn", "fn")},
        "sensitivity": point.sensitivity,
        "specificity": point.specificity,
        "npv": point.npv,
        "ppv": point.ppv,
        "accuracy": point.accuracy,
        "brier": found.brier,
        "expected calibration error": found.ece,
        "p against primary": found.p_against_primary,
        "fold auc": [row.auc for row in found.folds],
    }
