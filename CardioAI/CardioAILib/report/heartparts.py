"""What was measured in one heart, as the page on its result shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.report.healthy import measurement_rows, sex_of
from CardioAILib.report.style import address
from CardioAILib.report.wall import wall_svgs


def heart_parts(measurements: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return bull's-eyes and tables by the names that the templates know.

    Args:
        measurements: Values by name with unit.
        facts: What the cohort table says of the study; its `sex` decides on healthy ranges.
    """
    sex = sex_of(facts)
    measured, others, sources = measurement_rows(measurements, sex)
    return {
        "walls": [address(svg.encode(), "svg+xml") for svg in wall_svgs(measurements)],
        "measured": measured,
        "others": others,
        "sources": sources,
        "sex": sex,
    }
