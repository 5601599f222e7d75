"""Everything that a reader measures on one planar scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from CardioAILib.measurements.planar.doubts import doubts, hot_regions
from CardioAILib.measurements.planar.limits import Limit, limits_for
from CardioAILib.measurements.planar.perugini import Suggestion, visual_grade
from CardioAILib.measurements.planar.place import regions_at
from CardioAILib.measurements.planar.region import Region
from CardioAILib.measurements.planar.uptake import measure_uptake
from CardioAILib.measurements.planar.withheld import withheld
from CardioAILib.quality.body import is_whole_body
from CardioAILib.quality.landmarks import find_landmarks
from CardioAILib.results import Finding
from CardioAILib.study import HEART, Fact, Image, Mask

SEGMENTED, PLACED, MOVED = "segmentation", "placed automatically", "moved by a reader"
"""Where a region of the heart comes from."""


@dataclass(frozen=True)
class PlanarUptake:
    """What was measured on one planar scan.

    Args:
        values: Values by name with unit, nan where one could not be measured.
        findings: What is missing or doubtful.
        regions: Where it was measured, by name, in pixels of the anterior view.
        suggestion: What the visual rule says, to be confirmed by a reader.
        limits: Published limits of this tracer and time; none where the study states neither.
        heart_from: Where the region of the heart comes from: `SEGMENTED`, `PLACED` or `MOVED`.
    """

    values: Mapping[str, float]
    findings: tuple[Finding, ...]
    regions: Mapping[str, Region]
    suggestion: Suggestion
    limits: tuple[Limit, ...] = ()
    heart_from: str = ""


def planar_of(
    image: Image,
    mask: Mask | None = None,
    facts: Mapping[str, Fact] | None = None,
    *,
    regions: Mapping[str, Region] | None = None,
    posterior: Image | None = None,
) -> PlanarUptake:
    """Measure the uptake of the heart on an anterior view.

    Args:
        image: Anterior view (1, 1, H, W), counts, head up.
        mask: Its segmentation; where it shows the heart, that is the heart's region.
        facts: Facts of the study: radiopharmaceutical, delay_min, organ.
        regions: Regions that a reader moved; else they are placed on the scan.
        posterior: Posterior view of the same acquisition.

    Raises:
        InputError: No patient is seen, or the region of the heart lies outside the scan.
    """
    counts = image.array[0, 0]
    heart = None if mask is None or not mask.of(HEART).any() else mask.of(HEART)[0, 0]
    marks = find_landmarks(counts, image.spacing[1:], is_whole_body(counts.shape))
    placed = regions or regions_at(marks, heart)
    behind = None if posterior is None else posterior.array[0, 0]
    values = measure_uptake(counts, placed, behind)
    hot, known = hot_regions(counts, placed), facts or {}
    told = doubts(counts, placed, values, hot)
    rule = withheld(visual_grade(values), marks, known, hot)
    source = MOVED if regions else PLACED if heart is None else SEGMENTED
    return PlanarUptake(values, told, placed, rule, limits_for(known), source)
