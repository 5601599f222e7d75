"""The measurements by name, each with its unit, what it means, and where that is defined."""

from __future__ import annotations

from dataclasses import dataclass

from CardioAILib.measurements.segments import SEGMENTS
from CardioAILib.measurements.wallvalues import (
    POOR_SHORTENING,
    POOR_THICKENING,
    THICK_MM,
    segment_names,
)

SCMR = "Schulz-Menger et al., JCMR 22:19, 2020"
KHENED = "Khened et al., Med Image Anal 51:21, 2019"
ESC = "Elliott et al., Eur Heart J 35:2733, 2014"
AHA = "Cerqueira et al., Circulation 105:539, 2002"
DIMENSIONLESS = ""


@dataclass(frozen=True)
class Definition:
    """One measurement.

    Args:
        name: Its name, with the unit at the end.
        unit: Unit as shown, empty for a plain number.
        meaning: What it is, in a line.
        source: Who defines it so; empty where this house does.
    """

    name: str
    unit: str
    meaning: str
    source: str = ""


def _ventricle(side: str, name: str) -> tuple[Definition, ...]:
    return (
        Definition(f"{side}_EDV_ml", "ml", f"{name} end-diastolic volume, sum of slices", SCMR),
        Definition(f"{side}_ESV_ml", "ml", f"{name} end-systolic volume, sum of slices", SCMR),
        Definition(f"{side}_SV_ml", "ml", f"{name} stroke volume, EDV - ESV", SCMR),
        Definition(f"{side}_EF_percent", "%", f"{name} ejection fraction, SV / EDV", SCMR),
    )


def _indexed(side: str, name: str) -> tuple[Definition, ...]:
    parts = {"EDV": "end-diastolic", "ESV": "end-systolic", "SV": "stroke"}
    return tuple(
        Definition(
            f"{side}_{short}_index_ml_per_m2",
            "ml/m²",
            f"{name} {word} volume by body surface area",
            SCMR,
        )
        for short, word in parts.items()
    )


GLOBAL = (
    *_ventricle("LV", "left ventricular"),
    *_ventricle("RV", "right ventricular"),
    Definition("LV_CO_l_per_min", "l/min", "cardiac output, SV x heart rate", SCMR),
    Definition("LV_mass_g", "g", "myocardial mass at ED, 1.05 g/ml", SCMR),
    Definition("LV_mass_ES_g", "g", "myocardial mass at ES, 1.05 g/ml", SCMR),
    Definition("BSA_m2", "m²", "body surface area", "Mosteller, N Engl J Med 317:1098, 1987"),
    *_indexed("LV", "left ventricular"),
    *_indexed("RV", "right ventricular"),
    Definition(
        "LV_mass_index_g_per_m2", "g/m²", "myocardial mass at ED by body surface area", SCMR
    ),
    Definition(
        "LV_CO_index_l_per_min_per_m2", "l/min/m²", "cardiac output by body surface area", SCMR
    ),
)

RATIOS = (
    Definition("RV_LV_EDV_ratio", DIMENSIONLESS, "right over left ventricular volume at ED"),
    Definition("RV_LV_ESV_ratio", DIMENSIONLESS, "right over left ventricular volume at ES"),
    Definition("RV_LV_SV_ratio", DIMENSIONLESS, "right over left ventricular stroke volume"),
    Definition("LV_mass_EDV_ratio_g_per_ml", "g/ml", "mass over volume at ED: concentricity"),
    Definition("LV_mass_ESV_ratio_g_per_ml", "g/ml", "mass over volume at ES"),
)


def _shape(phase: str) -> tuple[Definition, ...]:
    return (
        Definition(f"LV_length_{phase}_mm", "mm", f"slices with LV cavity at {phase} x distance"),
        Definition(
            f"LV_diameter_{phase}_mm", "mm", f"circle as large as the largest LV cavity at {phase}"
        ),
        Definition(
            f"sphericity_{phase}", DIMENSIONLESS, f"LV volume at {phase} over a ball of its length"
        ),
        Definition(
            f"LV_eccentricity_{phase}",
            DIMENSIONLESS,
            f"long over short diameter of the LV in its middle third at {phase}",
        ),
    )


SHAPES = (
    *_shape("ED"),
    *_shape("ES"),
    Definition("LV_diameter_length_ratio_ED", DIMENSIONLESS, "LV diameter over length at ED"),
    Definition(
        "LV_diameter_index_ED_mm_per_m", "mm/m", "LV diameter at ED by the root of body surface"
    ),
    Definition("LV_diameter_shortening_percent", "%", "loss of LV diameter from ED to ES"),
    Definition("LV_length_shortening_percent", "%", "loss of LV length from ED to ES"),
)


def _wall(phase: str) -> tuple[Definition, ...]:
    start, when = f"wall_thickness_{phase}", f"at {phase}"
    return (
        Definition(f"{start}_mean_mm", "mm", f"mean wall thickness {when}"),
        Definition(f"{start}_max_mm", "mm", f"thickest 10 degrees of any slice {when}"),
        Definition(f"{start}_sixth_max_mm", "mm", f"thickest sixth of any slice {when}"),
        Definition(f"{start}_sixth_min_mm", "mm", f"thinnest sixth of any slice {when}"),
        Definition(f"{start}_sd_mm", "mm", f"SD of thickness over slices and twelfths {when}"),
        Definition(f"{start}_cv_percent", "%", f"SD of thickness over its mean {when}"),
        Definition(
            f"{start}_slices_max_mm", "mm", f"largest mean thickness of a slice {when}", KHENED
        ),
        Definition(
            f"{start}_slices_sd_mm", "mm", f"SD of the slices' mean thickness {when}", KHENED
        ),
        Definition(
            f"{start}_within_slices_mean_sd_mm",
            "mm",
            f"SD of thickness in a slice {when}, mean",
            KHENED,
        ),
        Definition(
            f"{start}_within_slices_sd_sd_mm",
            "mm",
            f"SD of thickness in a slice {when}, SD",
            KHENED,
        ),
        Definition(
            f"endocardial_radius_cv_{phase}_percent",
            "%",
            f"variation of the endocardial radius around a slice {when}, mean",
        ),
        Definition(
            f"epicardial_radius_cv_{phase}_percent",
            "%",
            f"variation of the epicardial radius around a slice {when}, mean",
        ),
    )


HYPERTROPHY = (
    Definition(
        "wall_thickness_ED_mid_mm", "mm", "mean wall thickness of segments 7 to 12 at ED", AHA
    ),
    Definition(
        "wall_thickness_ED_over_15_mm_percent",
        "%",
        f"share of the wall, by slice and twelfth, thicker than {THICK_MM:g} mm at ED",
        ESC,
    ),
    Definition(
        "wall_thickness_ED_over_15_mm_segments",
        DIMENSIONLESS,
        f"segments with 10 degrees thicker than {THICK_MM:g} mm at ED",
        ESC,
    ),
    Definition(
        "septum_lateral_ratio_ED", DIMENSIONLESS, "septal over lateral wall thickness at ED", AHA
    ),
)


def _gain(unit: str, shown: str) -> tuple[Definition, ...]:
    start = "wall_thickening"
    return (
        Definition(f"{start}_mean_{unit}", shown, "gain of thickness from ED to ES, mean"),
        Definition(f"{start}_sd_{unit}", shown, "gain of thickness, SD over 4 levels and twelfths"),
        Definition(
            f"{start}_lowest_sixth_{unit}", shown, "gain of thickness, mean of the lowest sixth"
        ),
        Definition(
            f"{start}_highest_sixth_{unit}", shown, "gain of thickness, mean of the highest sixth"
        ),
    )


SYSTOLIC = (
    *_gain("percent", "%"),
    *_gain("mm", "mm"),
    Definition(
        "wall_thickening_poor_percent",
        "%",
        f"share of the wall that gains less than {POOR_THICKENING:g} % in systole",
    ),
    Definition(
        "endocardial_shortening_mean_percent", "%", "loss of endocardial radius in systole, mean"
    ),
    Definition(
        "endocardial_shortening_sd_percent",
        "%",
        "loss of endocardial radius, SD over 4 levels and twelfths",
    ),
    Definition(
        "endocardial_shortening_lowest_sixth_percent",
        "%",
        "loss of endocardial radius, mean of the lowest sixth",
    ),
    Definition(
        "endocardial_shortening_poor_percent",
        "%",
        f"share of the wall that loses less than {POOR_SHORTENING:g} % of radius in systole",
    ),
    Definition("area_change_min_percent", "%", "loss of cavity area in systole, least of 4 levels"),
    Definition("area_change_max_percent", "%", "loss of cavity area, greatest of 4 levels"),
    Definition("area_change_range_percent", "%", "loss of cavity area, range over 4 levels"),
)

BY_SEGMENT = {
    ("wall_thickness_ED", "mm"): "mean wall thickness at ED",
    ("wall_thickness_ED_max", "mm"): "greatest wall thickness at ED",
    ("wall_thickness_ES", "mm"): "mean wall thickness at ES",
    ("wall_thickening", "percent"): "systolic wall thickening",
    ("endocardial_shortening", "percent"): "loss of endocardial radius in systole",
}
"""Start and unit of the measurements by segment, and what they are."""

UNITS = {"mm": "mm", "percent": "%"}

SEGMENTAL = tuple(
    Definition(name, UNITS[unit], f"{meaning}, {SEGMENTS[place]}", AHA)
    for (start, unit), meaning in BY_SEGMENT.items()
    for place, name in enumerate(segment_names(start, unit))
)

DEFINITIONS = (
    *GLOBAL,
    *RATIOS,
    *SHAPES,
    *_wall("ED"),
    *_wall("ES"),
    *HYPERTROPHY,
    *SYSTOLIC,
    *SEGMENTAL,
)
MEASUREMENTS = tuple(one.name for one in DEFINITIONS)
"""Names of all measurements, in the order of tables."""
