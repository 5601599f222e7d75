"""Where kidneys and bladder lie on a whole-body scan."""

from __future__ import annotations

import numpy as np

from CardioAILib.measurements.planar.region import BLADDER, LEFT_KIDNEY, RIGHT_KIDNEY, Region
from CardioAILib.quality.landmarks import STATURE_MM, Landmarks

KIDNEY_MM = (120.0, 74.0)
KIDNEY_BELOW, KIDNEY_ASIDE_MM = 0.335, 68.0
"""Depth of the kidneys below the top of the head as a share of the height, and their distance from
the midline."""
BLADDER_BELOW = (0.40, 0.52)
"""Where the bladder is looked for, below the top of the head."""
BLADDER_ASIDE_MM = 50.0
BLADDER_MM = (60.0, 150.0)
"""Least and greatest extent of the bladder's region."""
MARGIN = 1.5
"""Size of the bladder's region over the bladder's own: blur spreads its counts."""
SIDE_OF_PEAK = 0.5
"""Share of the bladder's brightest count above which a pixel belongs to it."""


def place_kidneys(marks: Landmarks) -> list[Region]:
    """Return the regions of both kidneys, at their usual place."""
    row = marks.rows[0] + KIDNEY_BELOW * STATURE_MM * marks.per_mm[0]
    aside = KIDNEY_ASIDE_MM * marks.per_mm[1]
    size = (KIDNEY_MM[0] * marks.per_mm[0], KIDNEY_MM[1] * marks.per_mm[1])
    return [
        Region(LEFT_KIDNEY, (row, marks.midline + aside), size),
        Region(RIGHT_KIDNEY, (row, marks.midline - aside), size),
    ]


def place_bladder(marks: Landmarks) -> Region:
    """Return the region of the bladder: around the brightest place of the pelvis's middle."""
    factor = marks.scan.factor
    first, last = (
        round((marks.rows[0] + at * STATURE_MM * marks.per_mm[0]) / factor) for at in BLADDER_BELOW
    )
    reach = BLADDER_ASIDE_MM * marks.per_mm[1]
    left, right = (max(0, round((marks.midline + at) / factor)) for at in (-reach, reach))
    view = marks.scan.counts[first:last, left : right + 1]
    peak = np.unravel_index(int(np.argmax(view)), view.shape)
    bright = view > SIDE_OF_PEAK * view[peak]
    size = tuple(
        float(np.clip(MARGIN * extent * factor, BLADDER_MM[0] * per_mm, BLADDER_MM[1] * per_mm))
        for extent, per_mm in zip(
            (bright[:, peak[1]].sum(), bright[peak[0]].sum()), marks.per_mm, strict=True
        )
    )
    center = (marks.scan.fine(first + int(peak[0])), marks.scan.fine(left + int(peak[1])))
    return Region(BLADDER, center, (size[0], size[1]))
