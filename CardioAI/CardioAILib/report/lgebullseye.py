"""Extent of late enhancement as a bull's-eye, with the pattern that each segment suggests."""

from __future__ import annotations

from collections.abc import Sequence

from CardioAILib.measurements.lge import PATTERNS, SUGGESTION, SegmentReading
from CardioAILib.report.bullseye import bullseye_svg
from CardioAILib.report.bullseyepng import bullseye_png

LETTERS = dict(zip(PATTERNS, "EMPT", strict=True))
"""E endocardial, M mid-wall, P epicardial, T transmural."""
LEGEND = ", ".join(f"{letter} {pattern}" for pattern, letter in LETTERS.items())
NOTE = f"{LEGEND}: {SUGGESTION}"
LIMITS = (0.0, 100.0)
UNIT = "%"
TITLE = "Late enhancement, share of the segment"


def extent_svg(segments: Sequence[SegmentReading], subtitle: str = "") -> str:
    """Draw the extent in the 17 segments as an SVG.

    Args:
        segments: What was read of each.
        subtitle: From which signal on a pixel counts as enhanced, for example.
    """
    marks = _marks(segments)
    return bullseye_svg(
        _percents(segments), TITLE, UNIT, LIMITS, subtitle=subtitle, note=NOTE, marks=marks
    )


def extent_png(segments: Sequence[SegmentReading], title: str = TITLE) -> bytes:
    """Draw the extent in the 17 segments as a PNG.

    Args:
        segments: What was read of each.
        title: Line on top.
    """
    return bullseye_png(_percents(segments), title, UNIT, LIMITS, marks=_marks(segments), note=NOTE)


def _percents(segments: Sequence[SegmentReading]) -> dict[int, float]:
    return {one.segment: one.percent for one in segments}


def _marks(segments: Sequence[SegmentReading]) -> dict[int, str]:
    return {one.segment: LETTERS[one.pattern] for one in segments if one.pattern in LETTERS}
