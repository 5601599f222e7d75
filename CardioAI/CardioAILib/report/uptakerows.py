"""What was measured on a planar scan, as a nuclear physician reads it beside a network's answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from CardioAILib.measurements.planar.names import PLANAR_DEFINITIONS
from CardioAILib.report.measured import is_known, shown
from CardioAILib.report.tables import Rows
from CardioAILib.results import Result
from CardioAILib.verbs.planar import NO_GRADE, RULE, VISUAL_GRADE

if TYPE_CHECKING:
    from CardioAILib.measurements.planar import Suggestion

PERCENT, SPREAD = "_percent", "_sd"
"""How the name of a share ends, and that of a value's uncertainty."""


def uptake_rows(measurements: Mapping[str, Any]) -> Rows:
    """Return a row a value that was measured, with what chance of decay leaves open.

    Args:
        measurements: Values by name with unit.
    """
    rows = [["measured on the anterior view", "value", "", "what it is"]]
    for one in PLANAR_DEFINITIONS:
        if one.name.endswith(SPREAD) or not is_known(measurements.get(one.name)):
            continue
        value = measurements[one.name]
        spread = measurements.get(one.name + SPREAD)
        text = f"{value:.2f} ± {spread:.2f}" if is_known(spread) else shown(value)
        title = one.name.removesuffix(PERCENT).replace("_", " ")
        rows.append([title, text, one.unit, one.meaning])
    return rows


def suggested(result: Result) -> Suggestion:
    """Return what the visual rule says of a result; without a grade where it was withheld."""
    from CardioAILib.measurements.planar import Suggestion, visual_grade

    values = {n: v if is_known(v) else math.nan for n, v in result.measurements.items()}
    reasons = [one.message for one in result.findings if one.check == RULE]
    if reasons and VISUAL_GRADE not in result.measurements:
        return Suggestion(None, reasons[0].removeprefix(NO_GRADE))
    return visual_grade(values)


def grade_words(result: Result) -> str:
    """Say what the visual rule says: the grade, and why."""
    found = suggested(result)
    grade = NO_GRADE if found.grade is None else f"grade {found.grade}: "
    return f"{grade}{found.reason}"
