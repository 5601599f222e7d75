"""Why the visual rule gives no grade to a scan."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from CardioAILib.measurements.planar.doubts import HOT_SPOT
from CardioAILib.measurements.planar.perugini import Suggestion
from CardioAILib.measurements.planar.region import HEART, RIBS
from CardioAILib.quality.landmarks import Landmarks
from CardioAILib.quality.planarstated import other_organ
from CardioAILib.quality.skeleton import warn_without_skeleton
from CardioAILib.study import Fact

GRADED = (HEART, RIBS)
"""Regions that the rule compares."""


def withheld(
    suggestion: Suggestion,
    marks: Landmarks | None,
    facts: Mapping[str, Fact],
    hot: Collection[str],
) -> Suggestion:
    """Return what the rule says, without a grade where its regions or the organ are in doubt.

    Args:
        suggestion: What it says of the ratios alone.
        marks: Landmarks of the anterior view; None where no patient is seen.
        facts: Facts of the study: organ.
        hot: Names of the regions in which a hot spot lies.
    """
    reasons = [*_organ(marks, facts), *(f"{HOT_SPOT} {name}" for name in GRADED if name in hot)]
    if suggestion.grade is None or not reasons:
        return suggestion
    return Suggestion(None, f"withheld, since {'; '.join(reasons)}")


def _organ(marks: Landmarks | None, facts: Mapping[str, Fact]) -> Iterator[str]:
    if organ := other_organ(facts):
        yield f"the scan is described as one of {organ}"
    if marks is not None and warn_without_skeleton(marks, ""):
        yield "the scan does not look like one of bone"
