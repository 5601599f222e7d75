"""What was measured on a planar scan, as a nuclear physician reads it beside a network's answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from CardioAILib.measurements.planar.names import PLANAR_DEFINITIONS
from CardioAILib.report.measured import is_known, shown
from CardioAILib.report.tables import Rows

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


def suggested(measurements: Mapping[str, Any]) -> Suggestion:
    """Return what the visual rule says of these values."""
    from CardioAILib.measurements.planar import visual_grade

    return visual_grade({n: v if is_known(v) else math.nan for n, v in measurements.items()})


def grade_words(measurements: Mapping[str, Any]) -> str:
    """Say what the visual rule says: the grade, and why."""
    found = suggested(measurements)
    grade = "no grade" if found.grade is None else f"grade {found.grade}"
    return f"{grade}: {found.reason}"
