"""The report on several classes: the page, its pictures, and the tables for machines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CardioAILib.codec import write_json
from CardioAILib.report import classfigures, figures
from CardioAILib.report.agreementtable import agreement_rows, positive_words
from CardioAILib.report.classcases import ClassCase, choose, draw_class_cases, judged_by
from CardioAILib.report.classfiles import class_machine_readable, write_class_tables
from CardioAILib.report.classgrouptable import group_rows
from CardioAILib.report.classtables import (
    arm_rows,
    beside_rows,
    calibration_rows,
    class_rows,
    discrepancy_rows,
    fold_rows,
    matrix_rows,
    reader_rows,
    starts_at_random,
    study_rows,
    varies,
)
from CardioAILib.report.context import Context, honesty
from CardioAILib.report.contributions import Told, arm_that_tells, draw_contributions
from CardioAILib.report.curves import draw_curves
from CardioAILib.report.healthy import cases_rows, sex_of
from CardioAILib.report.lookedat import MOST_CHECKED, attention_rows, audited_cases
from CardioAILib.report.papertable import paper_rows, prints_table
from CardioAILib.report.population import by_class
from CardioAILib.report.populationtable import population_rows
from CardioAILib.report.positivetable import draw_positive, positive_rows, ranked
from CardioAILib.report.ratioplots import draw_ratios, limit_words
from CardioAILib.report.scancases import scan_cases, shown_arm
from CardioAILib.report.scanfigures import draw_scans
from CardioAILib.report.style import embedded, save
from CardioAILib.report.template import PAGE, render, write_page
from CardioAILib.report.visualrule import draw_visual, visual_rows
from CardioAILib.study import Study
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.planar import is_planar
from CardioAILib.verbs.positives import asked, is_graded
from CardioAILib.verbs.units import units

TEMPLATE = "classes.html"

Studies = Mapping[tuple[str, str], Study]


def write_class_report(evaluation: ClassEvaluation, context: Context, folder: Path) -> Path:
    """Write `report.html`, `evaluation.json`, CSV tables and `figures/`.

    Args:
        evaluation: The evaluation.
        context: What else the page shows.
        folder: Where everything goes.

    Returns:
        The page's path.
    """
    studies = {study.key: study for study in units(evaluation.system, context.cohort)}
    pictures = draw_all(evaluation, context, studies, folder / "figures")
    text = page_text(evaluation, context, studies, pictures)
    write_class_tables(evaluation, context, folder)
    write_json(class_machine_readable(evaluation), folder / "evaluation.json")
    return write_page(text, folder / PAGE)


def page_text(
    evaluation: ClassEvaluation,
    context: Context,
    studies: Studies,
    pictures: Mapping[str, Path],
) -> str:
    """Return the page.

    Args:
        evaluation: The evaluation.
        context: What else the page shows.
        studies: Study of each result, by (subject, study).
        pictures: PNG files by name; what has none is left out.
    """
    arms = evaluation.arms.items()
    planar = is_planar(evaluation.system)
    task = evaluation.system.task
    return render(
        TEMPLATE,
        evaluation=evaluation,
        context=context,
        **honesty(evaluation.target_source, context.developed),
        developed=context.developed,
        by_subject=getattr(evaluation.system.protocol, "by", "subject") == "subject",
        primary=next(arm for arm, found in arms if found.p_against_primary is None),
        random=starts_at_random(evaluation, context.developed),
        pictures={name: embedded(path) for name, path in pictures.items()},
        origin=evaluation.results[0].provenance,
        tables=page_tables(evaluation, context, studies),
        told_by=_teller(evaluation),
        alike=not all(varies(found.accuracy_bootstrap) for _, found in arms),
        printed=classfigures.prints_confusion(evaluation),
        measured=measured_cases(evaluation, studies),
        positive=positive_words(evaluation.system),
        asked=asked(task),
        graded=is_graded(task),
        limits=limit_words(evaluation, studies) if planar else [],
        scans=scan_cases(evaluation, studies, context.results, context.drawer) if planar else [],
        shown_arm=shown_arm(evaluation),
        most_checked=MOST_CHECKED,
    )


def page_tables(
    evaluation: ClassEvaluation, context: Context, studies: Studies
) -> dict[str, list[list[str]]]:
    """Return the tables of the page, by name."""
    agreements = agreement_rows(evaluation.system, evaluation.agreements)
    return {
        "arms": arm_rows(evaluation, context.developed),
        "paper": paper_rows(evaluation) if prints_table(evaluation.system) else [],
        "agreements": agreements,
        "beside": beside_rows(evaluation),
        "classes": class_rows(evaluation),
        "positive": positive_rows(ranked(evaluation), evaluation),
        "visual": visual_rows(evaluation),
        "calibration": calibration_rows(evaluation),
        "population": population_rows(by_class(evaluation, studies), evaluation.counts),
        "matrices": matrix_rows(context.matrices) if context.matrices else [],
        "groups": group_rows(evaluation),
        "attention": attention_rows(evaluation),
        "audited": audited_cases(evaluation),
        "readers": reader_rows(evaluation.readers),
        "discrepancies": discrepancy_rows(evaluation.readers),
        "folds": fold_rows(evaluation),
        "studies": study_rows(evaluation),
    }


def draw_all(
    evaluation: ClassEvaluation, context: Context, studies: Studies, folder: Path
) -> dict[str, Path]:
    """Draw every picture that has something to show, by name."""
    planar = is_planar(evaluation.system)
    curves = context.summary.get("curves", {})
    drawn = {
        "accuracies": classfigures.draw_accuracies(evaluation, folder / "accuracies.png"),
        "confusions": classfigures.draw_confusions(evaluation, folder / "confusions.png"),
        "positive": draw_positive(ranked(evaluation), evaluation, folder / "positive.png"),
        "visual": draw_visual(evaluation, folder / "visual_rule.png"),
        "ratios": draw_ratios(evaluation, studies, folder / "ratios.png") if planar else None,
        "calibration": figures.draw_calibration(
            evaluation, folder / "calibration.png", ("probability of the class", "share right")
        ),
        "attention": figures.draw_attention(evaluation, folder / "attention.png"),
        "cases": None
        if planar
        else draw_class_cases(
            evaluation, studies, context.results, folder / "cases.png", context.drawer
        ),
        "contributions": draw_told(evaluation, folder / "contributions.png"),
        "curves": draw_curves(curves, folder / "curves.png"),
        **(draw_scans(evaluation, studies, context.results, folder) if planar else {}),
    }
    return {name: path for name, path in drawn.items() if path is not None}


def draw_told(evaluation: ClassEvaluation, path: Path) -> Path | None:
    """Draw the contributions of chosen cases; None where no arm tells any."""
    told = [
        Told(f"{case.result.subject} {case.result.study}: {_said(case)}", contributions)
        for case, contributions in _cases_that_tell(evaluation)
    ]
    return save(draw_contributions(told), path) if told else None


def measured_cases(
    evaluation: ClassEvaluation, studies: Studies
) -> tuple[list[list[str]], list[str]]:
    """Return the measurements of the same cases beside healthy ranges, and their sources."""
    shown = []
    for case, _ in _cases_that_tell(evaluation):
        study = studies.get((case.result.subject, case.result.study))
        sex = None if study is None else sex_of(study.facts)
        shown.append((f"{case.result.subject}, {case.truth}", case.result.measurements, sex))
    return cases_rows(shown)


def _cases_that_tell(evaluation: ClassEvaluation) -> list[tuple[ClassCase, Any]]:
    arm = _teller(evaluation)
    if arm is None:
        return []
    chosen = choose(judged_by(evaluation, arm), evaluation.system.task.names)
    return [(case, case.result.arms[arm].contributions) for case in chosen]


def _teller(evaluation: ClassEvaluation) -> str | None:
    """Return the arm that tells what each feature adds, of the first result where one does."""
    return next(filter(None, map(arm_that_tells, evaluation.results)), None)


def _said(case: ClassCase) -> str:
    if case.is_right:
        return f"{case.called}, right"
    return f"called {case.called}, WRONG: {case.truth}"
