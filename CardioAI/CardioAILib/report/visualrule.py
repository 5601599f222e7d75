"""The visual rule beside truth and network: its table and its matrices."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.report.agreementtable import agreement_rows
from CardioAILib.report.matrixplots import Panel, draw_panels
from CardioAILib.report.tables import Rows
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.visualrule import RULE


def visual_rows(evaluation: ClassEvaluation) -> Rows:
    """Return a row a pair of rule, network and truth, on the scans that all of them graded."""
    found = evaluation.visual
    return [] if found is None else agreement_rows(evaluation.system, found.agreements)


def draw_visual(evaluation: ClassEvaluation, path: Path) -> Path | None:
    """Draw the rule against the truth and against the network; None where it graded nothing."""
    found = evaluation.visual
    if found is None:
        return None
    names = tuple(evaluation.system.task.names)
    against = f"{RULE}\nagainst {found.arm}"
    return draw_panels(
        [
            Panel(f"{RULE}\nagainst truth", found.confusion, True, names, names, RULE),
            Panel(against, found.beside, True, names, names, RULE, found.arm),
        ],
        path,
    )
