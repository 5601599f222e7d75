"""Values of the ventricle from all of its views together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite, nan

import numpy as np

from CardioAILib.measurements.echo.disks import biplane_ml
from CardioAILib.measurements.echo.names import (
    APICAL_VIEWS,
    MOVING_SEGMENTS,
    motion_column,
    score_column,
)
from CardioAILib.measurements.echo.outline import Outline
from CardioAILib.measurements.echo.reading import PERCENT, ViewReading, loss
from CardioAILib.measurements.echo.score import score_of

OF_VIEWS = ("FAC_percent", "length_shortening_percent", "GLS_percent")


def biplane_values(readings: Mapping[str, ViewReading]) -> dict[str, float]:
    """Return volumes and ejection fraction from A4C and A2C; none without both."""
    four, two = (readings.get(view) for view in APICAL_VIEWS)
    if four is None or two is None or four.ends is None or two.ends is None:
        return {}
    calibrated = four.of.calibrated and two.of.calibrated
    pairs = zip(four.ends, two.ends, strict=True)
    edv, esv = (_biplane(*pair, calibrated=calibrated) for pair in pairs)
    found = {"biplane_EF_percent": loss(edv, esv)}
    return {**found, "biplane_EDV_ml": edv, "biplane_ESV_ml": esv} if calibrated else found


def _biplane(four: Outline, two: Outline, *, calibrated: bool) -> float:
    """Return the volume from two planes.

    Where mm are unknown, pixels of the planes may differ and so their lengths cannot be compared:
    that of A4C counts, which leaves the ejection fraction free of the pixels' size.
    """
    longer = max(four.axis.length, two.axis.length) if calibrated else four.axis.length
    return biplane_ml(four.widths, two.widths, longer)


def segment_values(readings: Iterable[ViewReading]) -> dict[str, float]:
    """Return excursion, thickening and score of each segment at ES."""
    found = {}
    for reading in readings:
        if reading.phases is None:
            continue
        es = reading.phases.es
        for segment, excursion in reading.curves.excursion.items():
            moved = float(excursion[es])
            thicker = float(reading.curves.thickening[segment][es])
            found[motion_column("excursion", segment)] = moved
            found[motion_column("thickening", segment)] = thicker
            found[score_column(segment)] = score_of(thicker, moved)
    return found


def overall_values(values: Mapping[str, float], views: Iterable[str]) -> dict[str, float]:
    """Return what is known of the ventricle with any view, from the values of views and segments.

    Args:
        values: Values by name.
        views: The views that were read.
    """
    views = tuple(views)
    single = _mean(values.get(f"{view}_EF_percent", nan) for view in views)
    biplane = values.get("biplane_EF_percent", nan)
    found = {"EF_percent": biplane if isfinite(biplane) else single}
    found |= {name: _mean(values.get(f"{view}_{name}", nan) for view in views) for name in OF_VIEWS}
    for kind in ("excursion", "thickening"):
        found |= _spread(kind, values)
    scores = _known(values.get(score_column(n), nan) for n in MOVING_SEGMENTS)
    found["wall_motion_score_index"] = _mean(scores)
    found["segments_abnormal_percent"] = PERCENT * _mean(float(score > 1) for score in scores)
    return found


def _spread(kind: str, values: Mapping[str, float]) -> dict[str, float]:
    known = _known(values.get(motion_column(kind, n), nan) for n in MOVING_SEGMENTS)
    least, deviation = (min(known), float(np.std(known))) if known else (nan, nan)
    return {
        f"{kind}_mean_percent": _mean(known),
        f"{kind}_least_percent": least,
        f"{kind}_sd_percent": deviation,
    }


def _mean(values: Iterable[float]) -> float:
    known = _known(values)
    return float(np.mean(known)) if known else nan


def _known(values: Iterable[float]) -> list[float]:
    return [value for value in values if isfinite(value)]
