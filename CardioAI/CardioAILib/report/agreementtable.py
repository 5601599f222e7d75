"""Tables of how well readers agree, and of the yes or no asked of several classes."""

from __future__ import annotations

from collections.abc import Sequence

from CardioAILib.evaluate import Estimate
from CardioAILib.report.tables import Rows
from CardioAILib.system import System
from CardioAILib.verbs.classes import ReaderAgreement
from CardioAILib.verbs.positives import is_graded

ABSENT = "-"
KINDS = {
    "same reader": "a reader with himself",
    "two readers": "two readers",
    "reader and model": "a reader with the model",
    "rule and truth": "the visual rule with the truth",
    "network and truth": "the network with the truth",
    "rule and network": "the visual rule with the network",
}


def agreement_rows(system: System, agreements: Sequence[ReaderAgreement]) -> Rows:
    """Return a row a pair of readings: on how many studies, share alike, kappa."""
    task = system.task
    several = task.several and bool(task.positive)
    classes = f"kappa, {len(task.names)} classes (95 %)"
    header = ["", "readings", "n", "alike (95 % Wilson)", classes]
    graded = is_graded(task)
    header += ["kappa, quadratic weights (95 %)"] if graded else []
    rows = [[*header, *([f"kappa, {positive_words(system)} (95 %)"] if several else [])]]
    for found in agreements:
        who = f"{_said(found.one)} and {_said(found.other)}"
        row = [KINDS[found.kind], who, str(found.n), str(found.agreement), _text(found.kappa)]
        row += [_text(found.kappa_weighted)] if graded else []
        rows.append([*row, *([_text(found.kappa_positive)] if several else [])])
    return rows


def positive_words(system: System) -> str:
    """Say what counts as positive, as in `grade 2 or grade 3`."""
    return " or ".join(system.task.positive)


def _said(name: str) -> str:
    return name.replace("_", " ")


def _text(estimate: Estimate | None) -> str:
    return ABSENT if estimate is None else str(estimate)
