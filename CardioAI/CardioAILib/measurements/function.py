"""Volumes and function of the ventricles, their ratios, and values by body size."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from CardioAILib.measurements.ejection import ejection
from CardioAILib.measurements.indexed import Body, body_surface_m2
from CardioAILib.measurements.mass import mass_g
from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.measurements.volumes import volume_ml


@dataclass(frozen=True)
class Chambers:
    """Volumes of one phase, ml, nan where there is none.

    Args:
        lv: Cavity of the left ventricle.
        rv: Cavity of the right ventricle.
        wall: Myocardium of the left ventricle.
    """

    lv: float = nan
    rv: float = nan
    wall: float = nan


def chambers(place: Segmentation | None) -> Chambers:
    """Return the volumes of one phase."""
    if place is None:
        return Chambers()
    parts = (place.lv_cavity, place.rv_cavity, place.myocardium)
    return Chambers(*(volume_ml(part, place) for part in parts))


def function_values(ed: Chambers, es: Chambers, body: Body) -> dict[str, float]:
    """Return volumes, function, mass, their ratios, and what is indexed by body surface."""
    lv_sv, lv_ef, output = ejection(ed.lv, es.lv, body.heart_rate_per_min)
    rv_sv, rv_ef, _ = ejection(ed.rv, es.rv)
    found = {
        "LV_EDV_ml": ed.lv,
        "LV_ESV_ml": es.lv,
        "LV_SV_ml": lv_sv,
        "LV_EF_percent": lv_ef,
        "LV_CO_l_per_min": output,
        "RV_EDV_ml": ed.rv,
        "RV_ESV_ml": es.rv,
        "RV_SV_ml": rv_sv,
        "RV_EF_percent": rv_ef,
        "LV_mass_g": mass_g(ed.wall),
        "LV_mass_ES_g": mass_g(es.wall),
        "RV_LV_EDV_ratio": ed.rv / ed.lv,
        "RV_LV_ESV_ratio": es.rv / es.lv,
        "RV_LV_SV_ratio": rv_sv / lv_sv if lv_sv else nan,
        "LV_mass_EDV_ratio_g_per_ml": mass_g(ed.wall) / ed.lv,
        "LV_mass_ESV_ratio_g_per_ml": mass_g(es.wall) / es.lv,
    }
    surface = body_surface_m2(body)
    return {**found, "BSA_m2": surface, **_by_surface(found, surface)}


def _by_surface(found: dict[str, float], surface_m2: float) -> dict[str, float]:
    indexed = {
        f"{side}_{part}_index_ml_per_m2": found[f"{side}_{part}_ml"] / surface_m2
        for side in ("LV", "RV")
        for part in ("EDV", "ESV", "SV")
    }
    indexed["LV_mass_index_g_per_m2"] = found["LV_mass_g"] / surface_m2
    indexed["LV_CO_index_l_per_min_per_m2"] = found["LV_CO_l_per_min"] / surface_m2
    return indexed
