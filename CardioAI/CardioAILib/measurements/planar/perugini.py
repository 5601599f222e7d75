"""The visual rule of Perugini et al. put into numbers, and published limits of the ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from CardioAILib.measurements.planar.names import PERUGINI

ABSENT = 0.27
"""Net uptake of the heart over that of the ribs below which it is no more than blood pool."""
ALIKE = (0.70, 1.35)
"""Net uptake of the heart over that of the ribs that counts as equal to them."""
DEVIATIONS = 2.0
"""Standard deviations by which uptake must stand out from chance to be seen."""
CONFIRM = "suggestion by a rule, to be confirmed by a reader"


@dataclass(frozen=True)
class Suggestion:
    """What the visual rule says, to be confirmed by a reader.

    Args:
        grade: 0 to 3, or None where the scan does not tell.
        reason: Why, in words with the numbers.
    """

    grade: int | None
    reason: str


def visual_grade(values: Mapping[str, float]) -> Suggestion:
    """Suggest a Perugini grade: the heart against the ribs.

    0 no uptake of the heart, 1 below the ribs, 2 like the ribs, 3 above them. What the chest beside
    the heart shows is taken off the heart, and soft tissue off the ribs, as the eye does.

    Args:
        values: Of `measure_uptake`.

    Source: Perugini et al., J Am Coll Cardiol 2005; 46:1076, who give words; the limits are ours.
    """
    ratio = values.get("heart_to_ribs_net", math.nan)
    spread = values.get("heart_to_ribs_net_sd", math.nan)
    if not (math.isfinite(ratio) and math.isfinite(spread)):
        return Suggestion(None, "the uptake of heart and ribs could not be measured")
    grade, words = _graded(ratio, spread)
    borders = (ABSENT, *ALIKE)
    near = min(abs(ratio - border) for border in borders) < DEVIATIONS * spread
    border = "; near the border of two grades" if near else ""
    told = f"net uptake of heart to ribs {ratio:.2f} +/- {spread:.2f}: {words}{border}"
    return Suggestion(grade, f"{told} ({PERUGINI}; {CONFIRM})")


def _graded(ratio: float, spread: float) -> tuple[int, str]:
    if ratio < ABSENT or ratio < DEVIATIONS * spread:
        return 0, "no uptake of the heart"
    if ratio < ALIKE[0]:
        return 1, "heart below ribs"
    if ratio <= ALIKE[1]:
        return 2, "heart like ribs"
    return 3, "heart above ribs"
