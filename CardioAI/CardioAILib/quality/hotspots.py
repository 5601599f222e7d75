"""Hot spots of a planar scan: lesions near the heart, the injection site, urine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.quality.heartplace import heart_place
from CardioAILib.quality.landmarks import STATURE_MM, Landmarks
from CardioAILib.results import Finding

BROAD_MM, APART_MM = 38.0, 40.0
"""Standard deviation of a spot's surroundings, and distance between two spots."""
FOCAL = 1.7
"""Brightness of a spot over its surroundings."""
MIDLINE_MM, BRIGHT_STERNUM = 35.0, 1.9
"""Distance from the midline within which sternum and spine lie, and how far above the brightest
tenth of the chest a lesion there stands out: the manubrium is bright by itself."""
BRIGHT_ASIDE, BRIGHTER_SIDE = 1.0, 1.25
"""Brightness of a lesion elsewhere, over that tenth and over the same place on the other side."""
OPPOSITE_PIXELS = 7
"""Coarse pixels across the place that is compared on the other side."""
CHEST_MM = (105.0, 130.0)
"""How far above or below the heart, and aside of the midline, the chest reaches."""
ARM_MM = 165.0
"""Distance from the midline beyond which there are arms alone."""
PELVIS = (0.38, 0.52)
"""Where the bladder lies, and urine beside it from here on to the knees."""
KNEES = 0.68
LARGE_SHARE = 0.01
"""Share of all counts from which on a spot takes counts from the rest, and hides what is near."""


@dataclass(frozen=True)
class Spot:
    """A hot spot.

    Args:
        row: Row on the original scan.
        column: Column.
        peak: Counts of a smoothed pixel.
        share: Share of all counts that it has above its surroundings.
    """

    row: float
    column: float
    peak: float
    share: float


def hot_spots(marks: Landmarks) -> list[Spot]:
    """Return all places far brighter than their surroundings."""
    from scipy.ndimage import gaussian_filter, maximum_filter

    values, factor = marks.scan.counts, marks.scan.factor
    per_mm = marks.per_mm[0] / factor
    broad = gaussian_filter(values, BROAD_MM * per_mm, truncate=2.5)
    size = 2 * round(APART_MM * per_mm / 2) + 1
    peaks = (values == maximum_filter(values, size)) & (values > FOCAL * broad)
    total = float(values.sum()) or 1.0
    spots = []
    for row, column in np.argwhere(peaks & marks.scan.outline):
        part = _around(row, column, size)
        above = np.clip(values[part] - broad[part], 0, None).sum()
        place = (marks.scan.fine(row), marks.scan.fine(column))
        spots.append(Spot(*place, float(values[row, column]), float(above / total)))
    return spots


def warn_of_hot_spots(marks: Landmarks, shape: tuple[int, int]) -> list[Finding]:
    """Warn of lesions near the heart, tracer beside the vein, and urine on skin or clothes.

    Args:
        marks: Landmarks of the scan.
        shape: Its rows and columns.
    """
    heart = heart_place(marks)
    level = _bone_level(marks, heart)
    findings = []
    for spot in hot_spots(marks):
        if _in_chest(marks, heart, spot) and _is_lesion(marks, spot, level):
            message = f"a hot lesion {_place(marks, heart, spot)} outshines the bones around it"
            findings.append(
                Finding("hot lesion", f"{message}: it may pass for uptake of the heart")
            )
        elif spot.share > LARGE_SHARE and (named := _named(marks, spot, shape)):
            findings.append(named)
    return findings


def _bone_level(marks: Landmarks, heart: tuple[float, float]) -> float:
    """Return the brightness of the brightest tenth of the chest."""
    factor = marks.scan.factor
    reach = [at * per_mm for at, per_mm in zip(CHEST_MM, marks.per_mm, strict=True)]
    ends = ((heart[0], reach[0]), (marks.midline, reach[1]))
    rows, columns = (
        slice(max(0, round((at - far) / factor)), max(1, round((at + far) / factor)))
        for at, far in ends
    )
    return float(np.percentile(marks.scan.counts[rows, columns], 90))


def _in_chest(marks: Landmarks, heart: tuple[float, float], spot: Spot) -> bool:
    apart = (abs(spot.row - heart[0]), abs(spot.column - marks.midline))
    return all(
        own < far * per_mm for own, far, per_mm in zip(apart, CHEST_MM, marks.per_mm, strict=True)
    )


def _is_lesion(marks: Landmarks, spot: Spot, level: float) -> bool:
    if abs(spot.column - marks.midline) < MIDLINE_MM * marks.per_mm[1]:
        return spot.peak > BRIGHT_STERNUM * level
    return spot.peak > max(BRIGHT_ASIDE * level, BRIGHTER_SIDE * _opposite(marks, spot))


def _opposite(marks: Landmarks, spot: Spot) -> float:
    """Return the brightest pixel around the same place on the other side; 0 outside the scan."""
    factor = marks.scan.factor
    column = round((2.0 * marks.midline - spot.column) / factor)
    part = marks.scan.counts[_around(round(spot.row / factor), max(0, column), OPPOSITE_PIXELS)]
    return float(part.max()) if part.size else 0.0


def _place(marks: Landmarks, heart: tuple[float, float], spot: Spot) -> str:
    """Say where a spot lies, in mm from the heart and the midline."""
    aside = (spot.column - marks.midline) / marks.per_mm[1]
    above = (heart[0] - spot.row) / marks.per_mm[0]
    side = "left" if aside > 0 else "right"
    height = "above" if above > 0 else "below"
    return f"{abs(aside):.0f} mm {side} of the midline, {abs(above):.0f} mm {height} the heart,"


def _named(marks: Landmarks, spot: Spot, shape: tuple[int, int]) -> Finding | None:
    """Name a spot with much of the counts by its place; None for bladder and other organs."""
    percent = f"{100 * spot.share:.1f} % of all counts"
    below_top = (spot.row - marks.rows[0]) / marks.per_mm[0] / STATURE_MM
    aside = abs(spot.column - marks.midline) / marks.per_mm[1]
    if aside > ARM_MM or (not marks.complete and aside > CHEST_MM[1]):
        message = f"a hot spot on an arm has {percent}: tracer beside the vein (extravasation)"
        return Finding("injection site", f"{message} lowers all uptake and heart to whole body")
    if marks.complete and PELVIS[1] < below_top < KNEES:
        message = f"a hot spot between pelvis and knees has {percent}: urine on skin or clothes"
        return Finding("urine", f"{message} lowers heart to whole body")
    return None


def _around(row: int, column: int, size: int) -> tuple[slice, slice]:
    half = size // 2
    return slice(max(0, row - half), row + half + 1), slice(
        max(0, column - half), column + half + 1
    )
