"""Extent of late enhancement as a bull's-eye, with the pattern that each segment suggests."""

from __future__ import annotations

from collections.abc import Sequence

from CardioAILib.measurements.lge import PATTERNS, SUGGESTION, LateEnhancement, SegmentReading
from CardioAILib.measurements.lge.contrast import NO_REMOTE
from CardioAILib.measurements.lge.names import ABOVE_BLOOD
from CardioAILib.report.bullseye import bullseye_svg
from CardioAILib.report.bullseyepng import bullseye_png

LETTERS = dict(zip(PATTERNS, "EMPT", strict=True))
"""E endocardial, M mid-wall, P epicardial, T transmural."""
LEGEND = ", ".join(f"{letter} {pattern}" for pattern, letter in LETTERS.items())
NOTE = f"{LEGEND}: {SUGGESTION}"
LIMITS = (0.0, 100.0)
UNIT = "%"
TITLE = "Late enhancement"


def extent_svg(found: LateEnhancement, title: str = TITLE) -> str:
    """Draw the extent in the 17 segments as an SVG.

    Args:
        found: What was measured; segments that could not be told are hatched.
        title: Line on top.
    """
    values, marks = _percents(found.segments), _marks(found.segments)
    return bullseye_svg(values, title, UNIT, LIMITS, subtitle=_note(found), marks=marks)


def extent_png(found: LateEnhancement, title: str = TITLE) -> bytes:
    """Draw the extent in the 17 segments as a PNG.

    Args:
        found: What was measured; segments that could not be told are hatched.
        title: Line on top.
    """
    values, marks = _percents(found.segments), _marks(found.segments)
    return bullseye_png(values, title, UNIT, LIMITS, marks=marks, note=_note(found))


def _note(found: LateEnhancement) -> str:
    return f"share from {found.above}{_doubt(found)}\n{NOTE}"


def _doubt(found: LateEnhancement) -> str:
    """Return what makes all segments doubtful, where their threshold does not say it itself."""
    told = any(finding.check == NO_REMOTE for finding in found.findings)
    return "; doubt: no remote" if told and found.above != ABOVE_BLOOD else ""


def _percents(segments: Sequence[SegmentReading]) -> dict[int, float]:
    return {one.segment: one.percent for one in segments}


def _marks(segments: Sequence[SegmentReading]) -> dict[int, str]:
    return {one.segment: LETTERS[one.pattern] for one in segments if one.pattern in LETTERS}
