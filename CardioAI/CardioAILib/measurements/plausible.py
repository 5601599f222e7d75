"""What makes a measured heart doubtful: values that no heart has, phases that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isnan

import numpy as np

from CardioAILib.measurements.ends import cut_ends
from CardioAILib.measurements.indexed import Body, is_plausible
from CardioAILib.measurements.order import slice_order
from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.results import Finding

HUMAN = {
    "LV_EDV_ml": (40.0, 600.0),
    "LV_ESV_ml": (5.0, 550.0),
    "RV_EDV_ml": (40.0, 600.0),
    "LV_mass_g": (30.0, 500.0),
    "wall_thickness_ED_mean_mm": (3.0, 25.0),
    "wall_thickness_ED_max_mm": (5.0, 50.0),
    "LV_diameter_ED_mm": (25.0, 110.0),
    "LV_length_ED_mm": (40.0, 160.0),
}
"""Wider than any disease of an adult: beyond it a mask, a label or the geometry is wrong."""
MASS_KEPT = (0.9, 1.4)
"""The wall keeps its mass through the beat, but readers draw it larger at ES: over ACDC's 100
patients the volume at ES is 1.15 of that at ED (median; 0.94 to 1.41 in 98 of them)."""
CLOSE_MM = 0.01
HEADER_SHARE = 0.01
"""Stated and measured spacing that differ by more than this share contradict each other."""
WIDEST_DISTANCE_MM = 10.0
"""Distance of slices, thickness and gap together, that SCMR's protocol does not exceed
(Kramer et al., JCMR 22:17, 2020)."""


def doubts(
    ed: Segmentation, es: Segmentation | None, values: Mapping[str, float], body: Body
) -> tuple[Finding, ...]:
    """Return what speaks against the measurements, one finding a reason."""
    found = [*_of_phases(values), *_of_size(values), *_of_body(body), *_of_spacing("ED", ed)]
    if es is not None:
        found += [*_of_spacing("ES", es), *_of_grids(ed, es)]
    return (*found, *slice_order(ed, es), *cut_ends(ed, es))


def _of_phases(values: Mapping[str, float]) -> Iterator[Finding]:
    """Doubt the order of the phases, and masks between which the wall gains or loses mass."""
    fraction = values["LV_EF_percent"]
    if fraction < 0:
        message = (
            f"the ejection fraction is negative ({fraction:.0f} %): ED and ES seem swapped; "
            "exchange them, or choose the frames again"
        )
        yield Finding("phases", message)
    kept = values["LV_mass_ES_g"] / values["LV_mass_g"]
    if kept < MASS_KEPT[0] or kept > MASS_KEPT[1]:
        message = (
            f"the myocardium has {kept:.0%} of its volume at ED in ES, though its mass does not "
            "change: a phase lacks slices, or its mask or spacing is wrong"
        )
        yield Finding("myocardium", message)


def _of_size(values: Mapping[str, float]) -> Iterator[Finding]:
    for name, (low, high) in HUMAN.items():
        value = values[name]
        if not isnan(value) and not low <= value <= high:
            message = (
                f"{name} is {value:.1f}, outside of {low:g} to {high:g}, which hold every adult "
                "heart: check labels and spacing"
            )
            yield Finding("implausible", message)


def _of_body(body: Body) -> Iterator[Finding]:
    given = (body.height_cm, body.weight_kg)
    if None in given:
        message = "height or weight unknown: no value by body surface area"
        yield Finding("body size", message)
    elif not is_plausible(body):
        message = (
            f"a height of {body.height_cm:g} cm and a weight of {body.weight_kg:g} kg are no "
            "adult's: no value by body surface area; check the units"
        )
        yield Finding("body size", message)


def _of_spacing(phase: str, place: Segmentation) -> Iterator[Finding]:
    """Doubt a spacing that contradicts the matrix, and slices too far apart."""
    lengths = np.linalg.norm(place.ijk_to_ras[:3, 2::-1], axis=0)
    if (np.abs(lengths / np.asarray(place.spacing) - 1) > HEADER_SHARE).any():
        stated, found = (_size(sizes) for sizes in (place.spacing, lengths))
        message = f"{phase}: voxels are stated as {stated} and lie {found} apart by their positions"
        yield Finding("spacing", message)
    if place.slice_distance > WIDEST_DISTANCE_MM + CLOSE_MM:
        message = (
            f"{phase}: slices {place.slice_distance:.1f} mm apart, more than the "
            f"{WIDEST_DISTANCE_MM:g} mm of a standard stack: check the spacing; volumes are coarse"
        )
        yield Finding("spacing", message)


def _size(spacing: Iterable[float]) -> str:
    return " x ".join(f"{size:.2f}" for size in spacing) + " mm"


def _of_grids(ed: Segmentation, es: Segmentation) -> Iterator[Finding]:
    pairs = zip(ed.spacing, es.spacing, strict=True)
    if any(abs(one - two) > CLOSE_MM for one, two in pairs):
        message = (
            f"ED has voxels of {_size(ed.spacing)} and ES of {_size(es.spacing)}: one may be wrong"
        )
        yield Finding("grids", message)
    elif len(ed.myocardium) != len(es.myocardium):
        message = (
            f"ED has {len(ed.myocardium)} slices and ES {len(es.myocardium)}: one may lack some"
        )
        yield Finding("grids", message)
