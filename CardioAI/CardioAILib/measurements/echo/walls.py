"""Which segment of the ventricle each point of an outline belongs to.

Cerqueira et al., Circulation 105:539, 2002, and Lang et al., J Am Soc Echocardiogr 28:1, 2015, with
views shown the usual way: the septum to the left in A4C, the inferior wall to the left in A2C, the
septum on top in PLAX. No mask tells whether a view was mirrored.
"""

from __future__ import annotations

import numpy as np

from CardioAILib.measurements.echo.outline import POINTS, Outline

WALLS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "A4C": ((3, 9, 14), (6, 12, 16)),
    "A2C": ((4, 10, 15), (1, 7, 13)),
    "PLAX": ((5, 11), (2, 8)),
}
"""Segments of the wall to the negative and to the positive side of the axis, from the base."""

CAP = 0.95
"""Level from which on an apical view shows the cap, which is not scored (Lang 2015)."""
VIEWS = tuple(WALLS)


def segments_of(outline: Outline, view: str) -> np.ndarray:
    """Return the segment of each point (P,) by its level on the long axis; 0 for the cap.

    Apical views show three levels, parasternal ones the basal and the middle one.
    """
    along, _ = outline.axis.seen(outline.endo)
    level = np.clip(along / outline.axis.length, 0, 1)
    numbers = np.zeros(len(level), int)
    for wall, points in zip(WALLS[view], (slice(0, POINTS), slice(POINTS, None)), strict=True):
        third = np.minimum((level[points] * len(wall)).astype(int), len(wall) - 1)
        numbers[points] = np.array(wall)[third]
    numbers[level > CAP] = 0
    return numbers
