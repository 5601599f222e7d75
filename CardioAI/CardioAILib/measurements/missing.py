"""What a segmentation lacks, and which values are therefore missing."""

from __future__ import annotations

from collections.abc import Iterator

from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.measurements.volumes import FEWEST_SLICES
from CardioAILib.results import Finding


def missing(ed: Segmentation, es: Segmentation | None) -> tuple[Finding, ...]:
    """Return what is not there to be measured, with what it costs."""
    found = [*_of_phase("ED", ed)]
    if es is None:
        message = "no segmentation at ES: no ejection fraction, thickening or other systolic value"
        return (*found, Finding("ES missing", message))
    return (*found, *_of_phase("ES", es))


def _of_phase(phase: str, place: Segmentation) -> Iterator[Finding]:
    if len(place.myocardium) < FEWEST_SLICES:
        message = f"{phase} is a single slice: areas and thickness only, no volume, mass or length"
        yield Finding("single slice", message)
    absent = {
        "myocardium": (place.myocardium, "mass or wall thickness"),
        "LV cavity": (place.lv_cavity, "left ventricular volume"),
        "RV cavity": (place.rv_cavity, "right ventricular value, nor any by segment"),
    }
    for name, (region, lost) in absent.items():
        if region is None or not region.any():
            yield Finding(f"{name} missing", f"{phase} shows no {name}: no {lost}")
