"""What makes the measures of segmented echo views doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from CardioAILib.measurements.echo.names import APICAL_VIEWS
from CardioAILib.measurements.echo.outline import Outline
from CardioAILib.measurements.echo.reading import ViewReading, loss
from CardioAILib.results import Finding
from CardioAILib.study import Image

FORESHORTENED = 0.10
"""Long axes of A4C and A2C that differ by more of the longer one are not the same axis."""
BEATS_DIFFER = 10.0
"""Percentage points of area change between beats of one clip."""
BLANK_BORDER = 0.03
"""Share of the ventricle's border on the sector's edge from which on a part may be hidden."""


def doubts(readings: Mapping[str, ViewReading], images: Mapping[str, Image]) -> tuple[Finding, ...]:
    """Return what a reader should know of the views and their segmentations.

    Args:
        readings: What was read, by view.
        images: The clip of each view where it is at hand, blank outside the sector.
    """
    found = [one for reading in readings.values() for one in _of_view(reading)]
    for view, image in images.items():
        found += _at_sector(readings[view], image)
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
    if any(one.hidden for one in drawn):
        yield Finding("cut off", f"{view}: the ventricle reaches the edge of the image")
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


def _at_sector(reading: ViewReading, image: Image) -> list[Finding]:
    """Warn where the ventricle's border at ED lies on the edge of what was scanned."""
    from scipy import ndimage

    ends, frames = reading.ends, image.array[:, 0]
    if ends is None or frames.shape[1:] != reading.of.planes[0].cavity.shape:
        return []
    seen = ndimage.binary_fill_holes((frames > 0).any(axis=0))
    plane = reading.of.planes[reading.phases.ed]
    region = plane.cavity | plane.myocardium
    border = region & ~ndimage.binary_erosion(region)
    edge = ~ndimage.binary_erosion(seen, np.ones((3, 3)), border_value=0)
    share = (border & edge).sum() / border.sum()
    if share <= BLANK_BORDER:
        return []
    message = f"{100 * share:.0f} % of the ventricle's border lie on the edge of the sector"
    return [Finding("sector", f"{reading.of.view}: {message}; a part may be hidden")]


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
