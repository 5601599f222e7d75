"""Why the visual rule gives no grade to a scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from CardioAILib.measurements.planar.doubts import HOT_SPOT
from CardioAILib.measurements.planar.perugini import Suggestion
from CardioAILib.measurements.planar.region import HEART, RIBS
from CardioAILib.quality.landmarks import find_landmarks
from CardioAILib.quality.planarstated import other_organ
from CardioAILib.quality.skeleton import warn_without_skeleton
from CardioAILib.results import Finding
from CardioAILib.study import Fact

GRADED = (HEART, RIBS)
"""Regions that the rule compares."""


def withheld(
    suggestion: Suggestion,
    counts: np.ndarray,
    spacing: tuple[float, float],
    whole_body: bool,
    facts: Mapping[str, Fact],
    doubts: Iterable[Finding],
) -> Suggestion:
    """Return what the rule says, without a grade where its regions or the organ are in doubt.

    Args:
        suggestion: What it says of the ratios alone.
        counts: Counts (H, W) of the anterior view.
        spacing: Pixel size along rows and columns, in mm.
        whole_body: Whether the scan shows the whole body.
        facts: Facts of the study: organ.
        doubts: What is doubtful of the regions.
    """
    reasons = [*_organ(counts, spacing, whole_body, facts), *_spots(doubts)]
    if suggestion.grade is None or not reasons:
        return suggestion
    return Suggestion(None, f"withheld, since {'; '.join(reasons)}")


def _organ(
    counts: np.ndarray, spacing: tuple[float, float], whole_body: bool, facts: Mapping[str, Fact]
) -> Iterator[str]:
    if organ := other_organ(facts):
        yield f"the scan is described as one of {organ}"
    marks = find_landmarks(counts, spacing, whole_body)
    if marks is not None and warn_without_skeleton(marks, ""):
        yield "the scan does not look like one of bone"


def _spots(doubts: Iterable[Finding]) -> Iterator[str]:
    for doubt in doubts:
        for name in GRADED:
            if doubt.message.startswith(f"{HOT_SPOT} {name}:"):
                yield f"{HOT_SPOT} {name}"
