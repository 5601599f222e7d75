"""The report: one HTML page that needs no other file, with CSV and JSON beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from CardioAILib.codec import write_json
from CardioAILib.report import figures
from CardioAILib.report.agreementtable import agreement_rows
from CardioAILib.report.bandtable import band_rates, band_rows
from CardioAILib.report.byview import is_incomplete, share_rows
from CardioAILib.report.cases import draw_cases
from CardioAILib.report.classpage import write_class_report
from CardioAILib.report.confusions import draw_confusions
from CardioAILib.report.context import Context, honesty
from CardioAILib.report.curves import draw_curves
from CardioAILib.report.deciles import draw_deciles
from CardioAILib.report.everystudy import study_rows
from CardioAILib.report.importance import draw_importance
from CardioAILib.report.pagefiles import machine_readable, write_tables
from CardioAILib.report.papertable import paper_rows, prints_table
from CardioAILib.report.population import by_class, by_part
from CardioAILib.report.populationtable import population_rows
from CardioAILib.report.quantitypage import write_quantity_report
from CardioAILib.report.rates import prints_counts, rate_rows
from CardioAILib.report.readersfindings import words_by_column
from CardioAILib.report.scancases import scan_cases, shown_arm
from CardioAILib.report.scanfigures import draw_scans
from CardioAILib.report.style import embedded
from CardioAILib.report.sweep import sweep_rows
from CardioAILib.report.tables import (
    Rows,
    arm_rows,
    fold_table,
    group_rows,
    primary_of,
    published_rows,
)
from CardioAILib.report.template import PAGE, render, write_page
from CardioAILib.report.viewcases import view_cases
from CardioAILib.report.viewroc import draw_view_roc
from CardioAILib.report.viewtable import view_auc_rows
from CardioAILib.report.wording import ways_of
from CardioAILib.study import Study
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation
from CardioAILib.verbs.planar import is_planar
from CardioAILib.verbs.quantities import QuantityEvaluation
from CardioAILib.verbs.units import units

TEMPLATE = "page.html"

Studies = Mapping[tuple[str, str], Study]


def write_report(
    evaluation: Evaluation | ClassEvaluation | QuantityEvaluation, context: Context, folder: Path
) -> Path:
    """Write `report.html`, `evaluation.json`, CSV tables and `figures/`.

    Args:
        evaluation: The evaluation, of two classes, of several, or of a measured quantity.
        context: What else the page shows.
        folder: Where everything goes.

    Returns:
        The page's path.
    """
    if isinstance(evaluation, ClassEvaluation):
        return write_class_report(evaluation, context, folder)
    if isinstance(evaluation, QuantityEvaluation):
        return write_quantity_report(evaluation, context, folder)
    studies = {study.key: study for study in units(evaluation.system, context.cohort)}
    pictures = draw_all(evaluation, context, studies, folder / "figures")
    text = page_text(evaluation, context, studies, pictures, folder / "figures")
    write_tables(evaluation, folder)
    write_json(machine_readable(evaluation, context.developed), folder / "evaluation.json")
    return write_page(text, folder / PAGE)


def page_text(
    evaluation: Evaluation,
    context: Context,
    studies: Studies,
    pictures: Mapping[str, Path],
    folder: Path,
) -> str:
    """Return the page.

    Args:
        evaluation: The evaluation.
        context: What else the page shows.
        studies: Study of each result, by (subject, study).
        pictures: PNG files by name; what has none is left out.
        folder: Where the pictures of cases go.
    """
    system, results = evaluation.system, evaluation.results
    primary = primary_of(evaluation)
    band = evaluation.arms[primary].band
    several, planar = len(system.inputs) > 1, is_planar(system)
    return render(
        TEMPLATE,
        evaluation=evaluation,
        context=context,
        **honesty(evaluation.target_source, context.developed),
        **ways_of(system, list(evaluation.arms)),
        developed=context.developed,
        networks=context.summary.get("widths", {}),
        pictures={name: embedded(path) for name, path in pictures.items()},
        primary=primary,
        tables=page_tables(evaluation, context, studies),
        folds=_folds(evaluation),
        printed=prints_counts(evaluation),
        rule_out=None if band is None else band.rule_out,
        cases=view_cases(evaluation, studies, context.results, folder, context.drawer)
        if several
        else [],
        scans=scan_cases(evaluation, studies, context.results, context.drawer) if planar else [],
        shown_arm=shown_arm(evaluation),
        incomplete=sum(map(is_incomplete, results)),
        audited=sum(1 for r in results if r.attention),
        flagged=sum(1 for r in results if r.attention and r.attention.flagged),
        origin=results[0].provenance,
    )


def page_tables(evaluation: Evaluation, context: Context, studies: Studies) -> dict[str, Rows]:
    """Return the tables of the page, by name; what has nothing to show is empty."""
    primary = primary_of(evaluation)
    band = evaluation.arms[primary].band
    system = evaluation.system
    counts = np.bincount(evaluation.labels, minlength=2).tolist()
    parts = by_part(system, context.cohort, context.parts) if context.parts else None
    return {
        "arms": arm_rows(evaluation),
        "views": view_auc_rows(evaluation, primary),
        "paper": paper_rows(evaluation) if prints_table(system) else [],
        "agreements": agreement_rows(system, evaluation.agreements),
        "rates": rate_rows(evaluation),
        "sweep": sweep_rows(evaluation, primary),
        "band": [] if band is None else band_rows(band, system.task.names),
        "decided": [] if band is None else band_rates(band, system.task.names),
        "population": population_rows(by_class(evaluation, studies), counts),
        "parts": [] if parts is None else population_rows(parts),
        "shares": share_rows(evaluation.results),
        "published": published_rows(evaluation) if system.published.tests else [],
        "groups": group_rows(evaluation),
        "studies": study_rows(evaluation),
    }


def draw_all(
    evaluation: Evaluation, context: Context, studies: Studies, folder: Path
) -> dict[str, Path]:
    """Draw every picture that has something to show, by name."""
    features = context.summary.get("features", {})
    curves = context.summary.get("curves", {})
    importance = context.developed.get("importance", {})
    found = evaluation.arms[primary_of(evaluation)]
    threshold = fixed_threshold(evaluation)
    drawn = {
        "roc": figures.draw_roc(evaluation, folder / "roc.png"),
        "roc_by_view": draw_view_roc(
            evaluation, primary_of(evaluation), folder / "roc_by_view.png"
        ),
        "confusions": draw_confusions(evaluation, folder / "confusions.png"),
        "scores": figures.draw_scores(evaluation, folder / "scores.png"),
        "deciles": draw_deciles(evaluation.deciles, folder / "deciles.png", threshold, found.band),
        "calibration": figures.draw_calibration(evaluation, folder / "calibration.png"),
        "attention": figures.draw_attention(evaluation, folder / "attention.png"),
        "features": figures.draw_features(features, folder / "features.png"),
        "importance": draw_importance(
            importance, words_by_column(evaluation.system), folder / "importance.png"
        ),
        "curves": draw_curves(curves, folder / "curves.png"),
    }
    if is_planar(evaluation.system):
        drawn |= draw_scans(evaluation, studies, context.results, folder)
    elif len(evaluation.system.inputs) == 1:
        cases = folder / "cases.png"
        drawn["cases"] = draw_cases(
            evaluation, context.cohort, context.results, cases, context.drawer
        )
    return {name: path for name, path in drawn.items() if path is not None}


def fixed_threshold(evaluation: Evaluation) -> float | None:
    """Return the primary arm's threshold, or None where results do not share one."""
    primary = primary_of(evaluation)
    found = {r.arms[primary].threshold for r in evaluation.results if primary in r.arms}
    return found.pop() if len(found) == 1 else None


def _folds(evaluation: Evaluation) -> dict[str, Rows]:
    """Return a table of folds an arm; nothing where there is a single one."""
    arms = evaluation.arms.items()
    return {arm: fold_table(found) for arm, found in arms if len(found.folds) > 1}
