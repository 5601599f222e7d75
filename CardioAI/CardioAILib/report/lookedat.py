"""Where the network looked: counts by zone, and the cases that a reader should see."""

from __future__ import annotations

from CardioAILib.report.classcases import ZONES, judged_by
from CardioAILib.report.tables import Rows
from CardioAILib.verbs.classes import ClassEvaluation

OUTSIDE = "outside"
MOST_CHECKED = 20
"""Cases to check that a page shows: the surest ones."""


def attention_rows(evaluation: ClassEvaluation) -> Rows:
    """Return a row a zone: right and wrong answers whose map lies there, of how many."""
    right = sum(row.right for row in evaluation.attention)
    wrong = sum(row.wrong for row in evaluation.attention)
    rows = [["the map lies", "right answers", "wrong answers"]]
    for row in evaluation.attention:
        cells = (_share(row.right, right), _share(row.wrong, wrong))
        rows.append([ZONES.get(row.zone, row.zone), *cells])
    return rows


def audited_cases(evaluation: ClassEvaluation) -> Rows:
    """Return the cases whose map lies outside the heart and those called wrong, surest first."""
    header = ["subject", "study", "truth", "called", "probability", "the map lies"]
    stacks = any(needed.stack for needed in evaluation.system.inputs.values())
    rows = [[*header, "on or near the heart", *(["slices"] if stacks else [])]]
    if evaluation.system.explain is None:
        return rows
    arm = evaluation.system.explain.arm
    for case in judged_by(evaluation, arm):
        attention = case.result.attention
        if attention is None or (case.is_right and attention.zone != OUTSIDE):
            continue
        inside = "no evidence" if attention.inside is None else f"{attention.inside:.0%}"
        called = case.called if case.is_right else f"{case.called} (wrong)"
        own = [case.result.subject, case.result.study, case.truth, called]
        zone = ZONES.get(attention.zone, attention.zone)
        score = f"{case.result.arms[arm].score:.2f}"
        slices = [", ".join(map(str, attention.slices))] if stacks else []
        rows.append([*own, score, zone, inside, *slices])
    return rows


def _share(count: int, total: int) -> str:
    return f"{count}/{total}" + (f" ({count / total:.1%})" if total else "")
