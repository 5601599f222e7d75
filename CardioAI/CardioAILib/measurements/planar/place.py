"""Where the regions of a reader lie, found on the scan alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.measurements.planar.excretion import place_bladder, place_kidneys
from CardioAILib.measurements.planar.region import (
    BACKGROUND,
    CONTRALATERAL,
    HEART,
    RIBS,
    STERNUM,
    WHOLE_BODY,
    Region,
)
from CardioAILib.quality.heartplace import heart_place
from CardioAILib.quality.landmarks import STATURE_MM, Landmarks, find_landmarks

HEART_MM = (78.0, 64.0)
"""Height and width of the heart's region, of a patient of 1.70 m."""
STERNUM_FREE_MM = 17.0
"""Half width of sternum and spine, which the heart's region leaves out."""
LEAST_ASIDE = 0.2
"""Share of a segmented heart beside the sternum below which all of it is taken."""
RIBS_MM, RIBS_RIGHT_MM = (110.0, 56.0), 108.0
"""Size of the ribs' region, and how far to the patient's right of the midline it lies."""
STERNUM_MM, STERNUM_ABOVE_MM = (70.0, 26.0), 52.0
"""Size of the region of the sternum, and how far above the heart's middle it lies."""
THIGH_MM, THIGH_RIGHT_MM, THIGH_BELOW = (70.0, 30.0), 62.0, 0.59
"""Size of the soft tissue's region, its place right of the midline, and its depth below the top of
the head as a share of the height: the medial thigh, which has no bone."""


def place_regions(
    counts: np.ndarray,
    spacing: tuple[float, float],
    whole_body: bool,
    heart: np.ndarray | None = None,
) -> Mapping[str, Region]:
    """Place the regions on an anterior view, head up.

    Args:
        counts: Counts (H, W), not negative.
        spacing: Pixel size along rows and columns, in mm.
        whole_body: Whether the scan shows the whole body and not one field of view.
        heart: The heart's pixels (H, W) where it was segmented; else its place is found.

    Returns:
        Regions by name: those of the chest, and where the patient is seen from head to feet
        those of the body too.

    Raises:
        InputError: No patient is seen.
    """
    return regions_at(find_landmarks(counts, spacing, whole_body), heart)


def regions_at(marks: Landmarks | None, heart: np.ndarray | None = None) -> Mapping[str, Region]:
    """Place the regions about landmarks; see `place_regions`.

    Raises:
        InputError: There are none, since no patient is seen.
    """
    if marks is None:
        raise InputError(
            got="a scan without a count",
            wanted="counts of the patient",
            fix="export the scan again; this one is empty",
        )
    segmented = heart is not None and heart.any()
    own = _segmented(heart, marks) if segmented else _found(marks)
    regions = [own, own.mirrored(marks.midline, CONTRALATERAL), *_bones(marks, own.center[0])]
    if marks.complete:
        regions += _body(marks)
    return {region.name: region for region in regions}


def _found(marks: Landmarks) -> Region:
    """Return the region of the heart beside the sternum, where the heart was found."""
    row, column = heart_place(marks)
    size = _pixels(marks, HEART_MM)
    nearest = marks.midline + STERNUM_FREE_MM * marks.per_mm[1] + size[1] / 2.0
    return Region(HEART, (row, max(column, nearest)), size)


def _segmented(heart: np.ndarray, marks: Landmarks) -> Region:
    """Return the ellipse with the middle and spread of a segmented heart, beside the sternum."""
    places = np.argwhere(heart)
    aside = places[places[:, 1] > marks.midline + STERNUM_FREE_MM * marks.per_mm[1]]
    places = aside if len(aside) >= LEAST_ASIDE * len(places) else places
    middle, spread = places.mean(axis=0), np.maximum(places.std(axis=0), 0.5)
    # The pixels of a full ellipse spread by a quarter of its size.
    row, column = (4.0 * spread).tolist()
    return Region(HEART, tuple(middle.tolist()), (row, column))


def _bones(marks: Landmarks, row: float) -> list[Region]:
    across, along = marks.per_mm[1], marks.per_mm[0]
    right = (row, marks.midline - RIBS_RIGHT_MM * across)
    above = (row - STERNUM_ABOVE_MM * along, marks.midline)
    return [
        Region(RIBS, right, _pixels(marks, RIBS_MM)),
        Region(STERNUM, above, _pixels(marks, STERNUM_MM)),
    ]


def _body(marks: Landmarks) -> list[Region]:
    width = marks.scan.outline.shape[1] * marks.scan.factor
    first, after = marks.rows
    thigh = (
        first + THIGH_BELOW * STATURE_MM * marks.per_mm[0],
        marks.midline - THIGH_RIGHT_MM * marks.per_mm[1],
    )
    middle = ((first + after - 1) / 2.0, (width - 1) / 2.0)
    return [
        Region(BACKGROUND, thigh, _pixels(marks, THIGH_MM)),
        Region(WHOLE_BODY, middle, (after - first, width), "box"),
        *place_kidneys(marks),
        place_bladder(marks),
    ]


def _pixels(marks: Landmarks, size_mm: tuple[float, float]) -> tuple[float, float]:
    return size_mm[0] * marks.per_mm[0], size_mm[1] * marks.per_mm[1]
