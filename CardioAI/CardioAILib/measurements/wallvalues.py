"""Values of the wall from its measurements in two phases."""

from __future__ import annotations

import numpy as np

from CardioAILib.measurements import spread
from CardioAILib.measurements.sectors import closed_rings, in_sectors, on_levels
from CardioAILib.measurements.segments import AROUND_SIX
from CardioAILib.measurements.thickness import MEASURED, Wall

FINE = 12
"""Sectors of 30 degrees, for how values are spread around the heart."""
COARSE = len(AROUND_SIX)
"""Sectors of 60 degrees, as large as a segment."""
THICK_MM = 15.0
"""From here on a wall speaks for hypertrophic cardiomyopathy in an adult (Elliott 2014)."""
POOR_THICKENING, POOR_SHORTENING = 15.0, 10.0
"""Percent; parts that gain or lose less in systole are called poor: a choice of this house."""
MID = slice(6, 12)
"""Places of segments 7 to 12, the mid-cavity."""
SEPTUM, LATERAL = (2, 3, 8, 9), (5, 6, 11, 12)
"""Segments of septum and lateral wall, basal and mid (Cerqueira 2002)."""


def wall_values(ed: Wall, es: Wall | None) -> dict[str, float]:
    """Return thickness, thickening and motion, of the whole wall and by segment."""
    found = {**_of_phase("ED", ed), **_hypertrophy(ed)}
    if es is None:
        return found
    return {**found, **_of_phase("ES", es), **_thickening(ed, es), **_motion(ed, es)}


def segment_names(start: str, unit: str) -> tuple[str, ...]:
    """Return the names of a measurement in the 16 segments, `start`_segment_01_`unit` on."""
    return tuple(f"{start}_segment_{number:02d}_{unit}" for number in range(1, MEASURED + 1))


def gain_percent(ed: np.ndarray, es: np.ndarray) -> np.ndarray:
    """Return what is gained in systole, % of diastole, elementwise."""
    return spread.PERCENT * (es - ed) / ed


def _of_phase(phase: str, wall: Wall) -> dict[str, float]:
    """Return the thickness of one phase's wall, and how round the ventricle is."""
    start = f"wall_thickness_{phase}"
    rings = closed_rings(wall.thickness)
    fine, coarse = in_sectors(rings, FINE), in_sectors(rings, COARSE)
    slices = rings.mean(axis=1)
    within = fine.std(axis=1)
    return {
        f"{start}_mean_mm": spread.mean(fine),
        f"{start}_max_mm": spread.greatest(wall.thickness),
        f"{start}_sixth_max_mm": spread.greatest(coarse),
        f"{start}_sixth_min_mm": spread.least(coarse),
        f"{start}_sd_mm": spread.deviation(fine),
        f"{start}_cv_percent": spread.variation_percent(fine),
        f"{start}_slices_max_mm": spread.greatest(slices),
        f"{start}_slices_sd_mm": spread.deviation(slices),
        f"{start}_within_slices_mean_sd_mm": spread.mean(within),
        f"{start}_within_slices_sd_sd_mm": spread.deviation(within),
        f"endocardial_radius_cv_{phase}_percent": _roundness(wall.radius),
        f"epicardial_radius_cv_{phase}_percent": _roundness(wall.radius + wall.thickness),
        **_by_segment(start, "mm", wall.segment_mean),
    }


def _roundness(radius: np.ndarray) -> float:
    """Return the variation of the radius around a slice, mean of the slices, %."""
    fine = in_sectors(closed_rings(radius), FINE)
    return spread.PERCENT * spread.mean(fine.std(axis=1) / fine.mean(axis=1))


def _hypertrophy(ed: Wall) -> dict[str, float]:
    """Return what speaks for a wall that is too thick, or thick in parts."""
    fine = in_sectors(closed_rings(ed.thickness), FINE)
    thick = np.where(np.isnan(ed.segment_max), np.nan, ed.segment_max > THICK_MM)
    sides = [spread.mean(ed.segment_mean[np.array(own) - 1]) for own in (SEPTUM, LATERAL)]
    return {
        "wall_thickness_ED_mid_mm": spread.mean(ed.segment_mean[MID]),
        "wall_thickness_ED_over_15_mm_percent": spread.share_percent(fine, fine > THICK_MM),
        "wall_thickness_ED_over_15_mm_segments": float(thick.sum()),
        "septum_lateral_ratio_ED": sides[0] / sides[1],
        **_by_segment("wall_thickness_ED_max", "mm", ed.segment_max),
    }


def _levels(wall: np.ndarray) -> np.ndarray:
    """Return values at four levels and in twelve sectors, (4, 12)."""
    return in_sectors(on_levels(closed_rings(wall)), FINE)


def _thickening(ed: Wall, es: Wall) -> dict[str, float]:
    """Return how much the wall thickens in systole, and how evenly."""
    before, after = _levels(ed.thickness), _levels(es.thickness)
    gained, percent = after - before, gain_percent(before, after)
    found = {
        "wall_thickening_poor_percent": spread.share_percent(percent, percent < POOR_THICKENING)
    }
    for unit, values in (("mm", gained), ("percent", percent)):
        found[f"wall_thickening_mean_{unit}"] = spread.mean(values)
        found[f"wall_thickening_sd_{unit}"] = spread.deviation(values)
        found[f"wall_thickening_lowest_sixth_{unit}"] = spread.lowest_sixth(values)
        found[f"wall_thickening_highest_sixth_{unit}"] = spread.highest_sixth(values)
    by_segment = gain_percent(ed.segment_mean, es.segment_mean)
    return {**found, **_by_segment("wall_thickening", "percent", by_segment)}


def _motion(ed: Wall, es: Wall) -> dict[str, float]:
    """Return how far the endocardium moves inward in systole, and how evenly."""
    before, after = _levels(ed.radius), _levels(es.radius)
    lost = -gain_percent(before, after)
    area = -gain_percent(np.square(before).mean(axis=1), np.square(after).mean(axis=1))
    start = "endocardial_shortening"
    return {
        f"{start}_mean_percent": spread.mean(lost),
        f"{start}_sd_percent": spread.deviation(lost),
        f"{start}_lowest_sixth_percent": spread.lowest_sixth(lost),
        f"{start}_poor_percent": spread.share_percent(lost, lost < POOR_SHORTENING),
        "area_change_min_percent": spread.least(area),
        "area_change_max_percent": spread.greatest(area),
        "area_change_range_percent": spread.greatest(area) - spread.least(area),
        **_by_segment(start, "percent", -gain_percent(ed.segment_radius, es.segment_radius)),
    }


def _by_segment(start: str, unit: str, values: np.ndarray) -> dict[str, float]:
    return dict(zip(segment_names(start, unit), values.tolist(), strict=True))
