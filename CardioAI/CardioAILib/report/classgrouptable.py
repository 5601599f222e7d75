"""Subgroups of an evaluation of several classes, as rows of text."""

from __future__ import annotations

from CardioAILib.report.classtables import ABSENT, exact
from CardioAILib.report.tables import ANSWERS, ASKED, Rows
from CardioAILib.verbs.classes import ClassEvaluation, ClassGroup


def group_rows(evaluation: ClassEvaluation) -> Rows:
    """Return a row a subgroup: its size, the primary arm's accuracy, calls of positive classes."""
    positive = bool(evaluation.system.task.positive)
    header = ["group", "value", "n", "accuracy (95 % Wilson)"]
    asked = [
        "positive",
        "sensitivity",
        "specificity",
        "AUC (95 % DeLong)",
        "AUC, mean over classes",
    ]
    rows = [[*header, *(asked if positive else [])]]
    for column, groups in evaluation.groups.items():
        for group in groups:
            value = ANSWERS.get(group.group, group.group) if column in ASKED else group.group
            own = [column.replace("_", " "), value, str(group.n), exact(group.accuracy)]
            rows.append([*own, *(_positive_cells(group) if positive else [])])
    return rows


def _positive_cells(group: ClassGroup) -> list[str]:
    found = group.positive
    if found is None:
        return [ABSENT] * 5
    negatives = group.n - found.positives
    return [
        str(found.positives),
        str(found.sensitivity) if found.positives else ABSENT,
        str(found.specificity) if negatives else ABSENT,
        ABSENT if found.auc is None else str(found.auc),
        ABSENT if group.macro_auc is None else f"{group.macro_auc:.2f}",
    ]
