"""Wall motion of echo views as a bull's-eye, with the score of each segment."""

from __future__ import annotations

from math import isfinite
from typing import Literal

from CardioAILib.measurements.echo import (
    MOVING_SEGMENTS,
    SCORES,
    EchoMeasured,
    motion_column,
    score_column,
)
from CardioAILib.report.bullseye import bullseye_svg
from CardioAILib.report.bullseyepng import bullseye_png

Kind = Literal["thickening", "excursion"]

TITLES: dict[Kind, str] = {
    "thickening": "Systolic thickening",
    "excursion": "Systolic excursion of the endocardium",
}
LIMITS: dict[Kind, tuple[float, float]] = {"thickening": (-20.0, 60.0), "excursion": (-20.0, 60.0)}
LETTERS = {2: "H", 3: "A", 4: "D"}
NOTE = ", ".join(f"{letter} {SCORES[score]}" for score, letter in LETTERS.items())
WHAT = {
    "thickening": "gain of wall thickness from ED to ES",
    "excursion": "inward motion from ED to ES, share of the ED radius",
}
UNIT = "%"


def motion_svg(found: EchoMeasured, kind: Kind = "thickening", title: str = "") -> str:
    """Draw thickening or excursion of the segments as an SVG.

    Args:
        found: What was measured; segments that no view shows are hatched, and the cap.
        kind: What is drawn.
        title: Line on top.
    """
    values, marks = _values(found, kind), _marks(found)
    return bullseye_svg(
        values, title or TITLES[kind], UNIT, LIMITS[kind], subtitle=_note(kind), marks=marks
    )


def motion_png(found: EchoMeasured, kind: Kind = "thickening", title: str = "") -> bytes:
    """Draw thickening or excursion of the segments as a PNG; see `motion_svg`."""
    values, marks = _values(found, kind), _marks(found)
    return bullseye_png(
        values, title or TITLES[kind], UNIT, LIMITS[kind], marks=marks, note=_note(kind)
    )


def _note(kind: Kind) -> str:
    return f"{WHAT[kind]}\n{NOTE}, suggested by thickening"


def _values(found: EchoMeasured, kind: Kind) -> dict[int, float]:
    return {segment: found.values[motion_column(kind, segment)] for segment in MOVING_SEGMENTS}


def _marks(found: EchoMeasured) -> dict[int, str]:
    scores = {segment: found.values[score_column(segment)] for segment in MOVING_SEGMENTS}
    known = {segment: int(score) for segment, score in scores.items() if isfinite(score)}
    return {segment: LETTERS[score] for segment, score in known.items() if score in LETTERS}
