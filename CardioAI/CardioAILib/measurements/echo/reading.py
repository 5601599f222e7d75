"""One view, read: the ventricle of every frame, its beat and its curves."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from CardioAILib.measurements.echo.beat import Phases, beats
from CardioAILib.measurements.echo.curves import (
    PERCENT,
    ViewCurves,
    excursions,
    shortenings,
    thickenings,
)
from CardioAILib.measurements.echo.disks import one_plane_ml
from CardioAILib.measurements.echo.frames import SegmentedView
from CardioAILib.measurements.echo.names import APICAL_VIEWS
from CardioAILib.measurements.echo.outline import DISKS, Outline, outline_of, room_of

MM2_PER_CM2 = 100.0
CM2, PIXELS = "cm²", "pixels"


@dataclass(frozen=True, eq=False)
class ViewReading:
    """What a segmented view shows.

    Args:
        of: The view.
        outlines: The ventricle on each frame; None where it is not segmented.
        beats: Each beat; none where nothing moves.
        phases: The first of them.
        curves: The view along its frames.
    """

    of: SegmentedView
    outlines: tuple[Outline | None, ...]
    beats: tuple[Phases, ...]
    phases: Phases | None
    curves: ViewCurves

    @property
    def ends(self) -> tuple[Outline, Outline] | None:
        """The ventricle at ED and at ES."""
        if self.phases is None:
            return None
        ed, es = self.outlines[self.phases.ed], self.outlines[self.phases.es]
        return None if ed is None or es is None else (ed, es)


def read_view(view: SegmentedView) -> ViewReading:
    """Read every frame of a view.

    Of stills the first is ED and the second ES, whichever is larger.
    """
    room = room_of(view.sector)
    outlines = tuple(outline_of(plane, view.view, room) for plane in view.planes)
    mm2 = np.array([nan if one is None else one.area for one in outlines])
    found = _stills(mm2) if view.stills else tuple(beats(mm2))
    size, unit = (MM2_PER_CM2, CM2) if view.calibrated else (1.0, PIXELS)
    phases = found[0] if found else None
    start = (view.times_ms, mm2 / size, unit)
    ed = None if phases is None else outlines[phases.ed]
    if ed is None:
        unknown = ({}, {}, np.full(len(outlines), nan))
        return ViewReading(view, outlines, found, phases, ViewCurves(*start, *unknown))
    moved, thicker = (read(outlines, ed, view.view) for read in (excursions, thickenings))
    curves = ViewCurves(*start, moved, thicker, shortenings(outlines, ed))
    return ViewReading(view, outlines, found, phases, curves)


def view_values(reading: ViewReading) -> dict[str, float]:
    """Return the values of one view alone, those in mm only where these are known."""
    ends = reading.ends
    if ends is None:
        return {}
    ed, es = ends
    found = {"FAC_percent": loss(ed.area, es.area)}
    sized = {"LV_area_ED_cm2": ed.area / MM2_PER_CM2, "LV_area_ES_cm2": es.area / MM2_PER_CM2}
    if reading.of.view in APICAL_VIEWS:
        volumes = [one_plane_ml(one.widths, one.axis.length) for one in ends]
        sized |= {"length_ED_mm": ed.axis.length, "length_ES_mm": es.axis.length}
        sized |= {"EDV_ml": volumes[0], "ESV_ml": volumes[1]}
        found["EF_percent"] = loss(*volumes)
        found["length_shortening_percent"] = loss(ed.axis.length, es.axis.length)
        found["GLS_percent"] = float(reading.curves.shortening[reading.phases.es])
    else:
        basal = [float(one.widths[: DISKS // 2].mean()) for one in ends]
        found["width_shortening_percent"] = loss(*basal)
    if reading.of.calibrated:
        found |= sized
    return {f"{reading.of.view}_{name}": value for name, value in found.items()}


def loss(ed: float, es: float) -> float:
    """Return what is lost from ED to ES, % of ED."""
    return PERCENT * (ed - es) / ed if ed else nan


def _stills(mm2: np.ndarray) -> tuple[Phases, ...]:
    return (Phases(0, 1),) if np.isfinite(mm2).all() else ()
