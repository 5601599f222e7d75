"""What makes the measures of segmented echo views doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from CardioAILib.measurements.echo.names import APICAL_VIEWS
from CardioAILib.measurements.echo.outline import Outline
from CardioAILib.measurements.echo.reading import ViewReading, loss
from CardioAILib.results import Finding

FORESHORTENED = 0.10
"""Long axes of A4C and A2C that differ by more of the longer one are not the same axis."""
BEATS_DIFFER = 10.0
"""Percentage points of area change between beats of one clip."""
HIDDEN = 0.05
"""Share of the endocardium on the sector's edge above which a part may be hidden."""


def doubts(readings: Mapping[str, ViewReading]) -> tuple[Finding, ...]:
    """Return what a reader should know of the views, by name, and their segmentations."""
    found = [one for reading in readings.values() for one in _of_view(reading)]
    return (*found, *_foreshortened(readings))


def _of_view(reading: ViewReading) -> Iterator[Finding]:
    view, outlines = reading.of.view, reading.outlines
    drawn = [one for one in outlines if one is not None]
    if not drawn:
        yield Finding("gaps", f"{view}: no frame of the segmentation shows an LV cavity")
        return
    if len(drawn) < len(outlines):
        message = f"{view}: {len(drawn)} of {len(outlines)} frames show an LV cavity"
        yield Finding("gaps", f"{message}; ED and ES are the largest and smallest of these")
    if not reading.of.calibrated:
        message = "the size of pixels is unknown: no lengths, areas or volumes, ratios alone"
        yield Finding("calibration", f"{view}: {message}")
    if any(one.axis.guessed for one in drawn):
        message = "neither wall nor atrium shows the mitral ring, which is guessed by shape"
        yield Finding("mitral ring", f"{view}: {message}")
    yield from _hidden(reading)
    yield from _of_beat(reading)


def _of_beat(reading: ViewReading) -> Iterator[Finding]:
    view = reading.of.view
    if reading.ends is None:
        message = "no beat: the LV cavity does not change, or fewer than two frames show it"
        yield Finding("beat", f"{view}: {message}")
        return
    if reading.phases.es < reading.phases.ed:
        message = "the clip begins in systole: ED is the largest area after ES"
        yield Finding("beat", f"{view}: {message}")
    if reading.ends[0].area < reading.ends[1].area:
        message = "the cavity is larger at ES than at ED: exchange the two if they are swapped"
        yield Finding("swapped", f"{view}: {message}")
    areas = reading.curves.area
    changes = [loss(areas[beat.ed], areas[beat.es]) for beat in reading.beats]
    if max(changes) - min(changes) > BEATS_DIFFER:
        told = ", ".join(f"{change:.0f}" for change in changes)
        message = f"the area changes by {told} % in its beats; the first counts"
        yield Finding("beats differ", f"{view}: {message}")


def _hidden(reading: ViewReading) -> Iterator[Finding]:
    """Warn where the endocardium at ED lies on the edge of what was scanned."""
    if reading.ends is None:
        return
    share = 1 - reading.ends[0].seen.mean()
    if share > HIDDEN:
        message = f"{100 * share:.0f} % of the endocardium lie on the edge of the sector"
        yield Finding("sector", f"{reading.of.view}: {message}; a part may be hidden")


def _foreshortened(readings: Mapping[str, ViewReading]) -> list[Finding]:
    four, two = (_ed_of(readings.get(view)) for view in APICAL_VIEWS)
    if four is None or two is None:
        return []
    lengths = {view: one.axis.length for view, one in zip(APICAL_VIEWS, (four, two), strict=True)}
    short, long = sorted(lengths, key=lengths.get)
    lack = 1 - lengths[short] / lengths[long]
    if lack <= FORESHORTENED:
        return []
    told = f"the long axis is {100 * lack:.0f} % shorter in {short} than in {long}"
    message = f"{told}: {short} is foreshortened, and volumes are too small"
    return [Finding("foreshortening", message)]


def _ed_of(reading: ViewReading | None) -> Outline | None:
    if reading is None or reading.ends is None or not reading.of.calibrated:
        return None
    return reading.ends[0]
