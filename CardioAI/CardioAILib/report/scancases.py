"""Chosen planar scans: pictures, ratios, and the visual rule beside the network's answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CardioAILib.errors import CardioAIError
from CardioAILib.report.classcases import ClassCase, choose, looks_at
from CardioAILib.report.drawing import Drawer
from CardioAILib.report.scans import case_of, heat_of, read_scan
from CardioAILib.report.scanviews import scan_png
from CardioAILib.report.style import address
from CardioAILib.report.uptakerows import grade_words, uptake_rows
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation

logger = logging.getLogger(__name__)

Studies = Mapping[tuple[str, str], Study]


def scan_cases(
    evaluation: Evaluation | ClassEvaluation,
    studies: Studies,
    results: Path,
    drawer: Drawer | None = None,
) -> list[dict[str, Any]]:
    """Return the surest right answer of each class and the surest wrong ones, as pages show them.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
        results: Folder that the results' file names are relative to.
        drawer: Draws Slicer's slice views; plain plots where None.

    Returns:
        `title`, `said`, `visual`, `picture`, `uptake` and `findings` of each case.
    """
    system = evaluation.system
    arm = shown_arm(evaluation)
    chosen = choose(sure_first(evaluation, arm), system.task.names)
    shown = ((case, studies.get((case.result.subject, case.result.study))) for case in chosen)
    return [_case(system, case, study, arm, results, drawer) for case, study in shown if study]


def shown_arm(evaluation: Evaluation | ClassEvaluation) -> str:
    """Return the arm whose answers are shown: the explained one, else the primary one."""
    explain = evaluation.system.explain
    if explain is not None and explain.arm in evaluation.arms:
        return explain.arm
    return next(iter(evaluation.arms))


def sure_first(evaluation: Evaluation | ClassEvaluation, arm: str) -> list[ClassCase]:
    """Return what an arm said of each result in which it decided, surest first."""
    names = evaluation.system.task.names
    pairs = zip(evaluation.results, evaluation.labels, strict=True)
    said = [
        ClassCase(result, names[label], str(result.arms[arm].decision))
        for result, label in pairs
        if arm in result.arms and result.arms[arm].decision in names
    ]
    return sorted(said, key=lambda case: -sureness(evaluation.system, case.result, arm))


def sureness(system: System, result: Result, arm: str) -> float:
    """Return the probability of the class that an arm called."""
    found = result.arms[arm]
    positive = system.task.several or found.decision == system.task.names[1]
    return found.score if positive else 1.0 - found.score


def _case(
    system: System,
    case: ClassCase,
    study: Study,
    arm: str,
    results: Path,
    drawer: Drawer | None,
) -> dict[str, Any]:
    result = case.result
    called = f"{case.called} ({sureness(system, result, arm):.2f})"
    verdict = "right" if case.is_right else "WRONG"
    known = any(name.startswith("heart_") for name in result.measurements)
    return {
        "title": f"{result.subject}, study {result.study}: truth {case.truth}",
        "said": f"{arm} calls it {called}: {verdict}. Heatmap: {looks_at(result.attention)}.",
        "visual": grade_words(result) if known else "",
        "picture": picture_of(system, result, study, results, drawer),
        "uptake": [row[:3] for row in uptake_rows(result.measurements)],
        "findings": [f"{own.check}: {own.message}" for own in result.findings],
    }


def picture_of(
    system: System, result: Result, study: Study, results: Path, drawer: Drawer | None
) -> str:
    """Return a scan's pictures as a data address; empty where it cannot be read."""
    try:
        scan = read_scan(system, study)
    except CardioAIError as error:
        logger.warning("scan of subject %s not drawn: %s", study.subject, error)
        return ""
    heat = heat_of(result, results, scan.name)
    return address(scan_png(case_of(scan, system, result, heat), heat is not None, drawer))
