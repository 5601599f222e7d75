"""Wall motion of echo views as a bull's-eye, with the score of each segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from CardioAILib.measurements.echo import (
    MOVING_SEGMENTS,
    SCORES,
    motion_column,
    score_column,
)
from CardioAILib.report.bullseye import bullseye_svg
from CardioAILib.report.bullseyepng import bullseye_png
from CardioAILib.report.measured import is_known

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


def motion_svgs(values: Mapping[str, Any]) -> list[str]:
    """Draw both kinds as SVG, where there are values."""
    return [motion_svg(values, kind) for kind in get_args(Kind) if by_segment(values, kind)]


def motion_svg(values: Mapping[str, Any], kind: Kind = "thickening", title: str = "") -> str:
    """Draw thickening or excursion of the segments as an SVG.

    Args:
        values: What was measured, by name; segments that no view shows are hatched, and the cap.
        kind: What is drawn.
        title: Line on top.
    """
    shown, marks = by_segment(values, kind), _marks(values)
    return bullseye_svg(
        shown, title or TITLES[kind], UNIT, LIMITS[kind], subtitle=_note(kind), marks=marks
    )


def motion_png(values: Mapping[str, Any], kind: Kind = "thickening", title: str = "") -> bytes:
    """Draw thickening or excursion of the segments as a PNG; see `motion_svg`."""
    shown, marks = by_segment(values, kind), _marks(values)
    return bullseye_png(
        shown, title or TITLES[kind], UNIT, LIMITS[kind], marks=marks, note=_note(kind)
    )


def _note(kind: Kind) -> str:
    return f"{WHAT[kind]}\n{NOTE}, suggested by thickening"


def by_segment(values: Mapping[str, Any], kind: Kind) -> dict[int, float]:
    """Return the known values of a kind by segment, 1 to 16."""
    found = {segment: values.get(motion_column(kind, segment)) for segment in MOVING_SEGMENTS}
    return {segment: value for segment, value in found.items() if is_known(value)}


def _marks(values: Mapping[str, Any]) -> dict[int, str]:
    scores = {segment: values.get(score_column(segment)) for segment in MOVING_SEGMENTS}
    known = {segment: int(score) for segment, score in scores.items() if is_known(score)}
    return {segment: LETTERS[score] for segment, score in known.items() if score in LETTERS}
