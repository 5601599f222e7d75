"""The 20 findings of a reader that Martini 2020 compares its networks with.

Ranges are limits of plausibility in adults, far wider than normal ranges (Kawel-Boehm et al.,
J Cardiovasc Magn Reson 2020; 22:87): beyond them a unit or a digit is wrong.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

from CardioAILib.learning import Item
from CardioAILib.study import Fact


def _number(column: str, label: str, unit: str, low: float, high: float, definition: str) -> Item:
    return Item(column, label, unit, low, high, "number", definition)


def _question(column: str, label: str, definition: str) -> Item:
    return Item(column, label, "", 0.0, 1.0, "yes/no", definition)


BODY = (
    _number("age", "Age", "years", 18.0, 110.0, "Age at the examination."),
    Item("sex", "Sex", "", 0.0, 1.0, "F/M", "Sex as the patient's record has it."),
    _number("BSA_m2", "Body surface area", "m²", 1.0, 3.2, "From height and weight."),
)

LEFT_VENTRICLE = (
    _number(
        "LVEDVI_ml_per_m2",
        "LV end-diastolic volume index",
        "ml/m²",
        15.0,
        400.0,
        "LV volume at end-diastole by body surface area, from the short-axis cine.",
    ),
    _number(
        "LVESVI_ml_per_m2",
        "LV end-systolic volume index",
        "ml/m²",
        2.0,
        380.0,
        "LV volume at end-systole by body surface area, from the short-axis cine.",
    ),
    _number(
        "LVSVI_ml_per_m2",
        "LV stroke volume index",
        "ml/m²",
        5.0,
        150.0,
        "End-diastolic less end-systolic LV volume, by body surface area.",
    ),
    _number(
        "LVEF_percent",
        "LV ejection fraction",
        "%",
        5.0,
        95.0,
        "LV stroke volume as a share of the end-diastolic volume, in percent.",
    ),
    _number(
        "CO_l_per_min",
        "Cardiac output",
        "l/min",
        0.5,
        20.0,
        "LV stroke volume times heart rate, not by body surface area.",
    ),
    _number(
        "LVMI_g_per_m2",
        "LV mass index",
        "g/m²",
        15.0,
        350.0,
        "LV myocardial mass at end-diastole by body surface area.",
    ),
)

ATRIA = (
    _number(
        "LA_area_index_cm2_per_m2",
        "Left atrial area index",
        "cm²/m²",
        2.0,
        60.0,
        "Largest left atrial area in the four-chamber view, by body surface area.",
    ),
    _number(
        "RA_area_index_cm2_per_m2",
        "Right atrial area index",
        "cm²/m²",
        2.0,
        60.0,
        "Largest right atrial area in the four-chamber view, by body surface area.",
    ),
)

RIGHT_VENTRICLE = (
    _number(
        "RVEDVI_ml_per_m2",
        "RV end-diastolic volume index",
        "ml/m²",
        15.0,
        400.0,
        "RV volume at end-diastole by body surface area, from the short-axis cine.",
    ),
    _number(
        "RVESVI_ml_per_m2",
        "RV end-systolic volume index",
        "ml/m²",
        2.0,
        380.0,
        "RV volume at end-systole by body surface area, from the short-axis cine.",
    ),
    _number(
        "RVSVI_ml_per_m2",
        "RV stroke volume index",
        "ml/m²",
        5.0,
        150.0,
        "End-diastolic less end-systolic RV volume, by body surface area.",
    ),
    _number(
        "RVEF_percent",
        "RV ejection fraction",
        "%",
        5.0,
        95.0,
        "RV stroke volume as a share of the end-diastolic volume, in percent.",
    ),
)

ENHANCEMENT = (
    _question(
        "early_darkening",
        "Early blood-pool darkening",
        "The signal of the blood pool falls by more than 50 % in the first 10 minutes after "
        "contrast, at a fixed inversion time.",
    ),
    _question(
        "LGE_present",
        "Late enhancement present",
        "Any late enhancement of the LV myocardium; faint areas at the RV insertions do not count.",
    ),
    _question(
        "LGE_subendocardial_to_transmural",
        "Late enhancement subendocardial to transmural",
        "Subendocardial or transmural in more than 5 contiguous segments, in no coronary "
        "territory's pattern.",
    ),
)

EFFUSIONS = (
    _question("pericardial_effusion", "Pericardial effusion", "Fluid in the pericardial space."),
    _question("pleural_effusion", "Pleural effusion", "Fluid in the pleural space of either side."),
)

ITEMS: tuple[Item, ...] = (
    *BODY,
    *LEFT_VENTRICLE,
    *ATRIA,
    *RIGHT_VENTRICLE,
    *ENHANCEMENT,
    *EFFUSIONS,
)

MEASURED: Mapping[str, str] = MappingProxyType(
    {
        "BSA_m2": "BSA_m2",
        "LVEDVI_ml_per_m2": "LV_EDV_index_ml_per_m2",
        "LVESVI_ml_per_m2": "LV_ESV_index_ml_per_m2",
        "LVSVI_ml_per_m2": "LV_SV_index_ml_per_m2",
        "LVEF_percent": "LV_EF_percent",
        "CO_l_per_min": "LV_CO_l_per_min",
        "LVMI_g_per_m2": "LV_mass_index_g_per_m2",
        "RVEDVI_ml_per_m2": "RV_EDV_index_ml_per_m2",
        "RVESVI_ml_per_m2": "RV_ESV_index_ml_per_m2",
        "RVSVI_ml_per_m2": "RV_SV_index_ml_per_m2",
        "RVEF_percent": "RV_EF_percent",
    }
)
"""For a finding, the measurement on cine segmentations that gives it."""


def prefilled(measurements: Mapping[str, float], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return what a reader's form may start with: entries first, else measurements.

    Args:
        measurements: Measurements on cine segmentations, by name.
        facts: What was entered already; cells as they stand, implausible ones too.

    Returns:
        Entry or measured value by column; without what is unknown, and without measured values
        that are not plausible.
    """
    known: dict[str, Fact] = {}
    for item in ITEMS:
        entered, name = facts.get(item.column), MEASURED.get(item.column, "")
        value = measurements.get(name, math.nan)
        if entered is not None:
            known[item.column] = entered
        elif item.low <= value <= item.high:
            known[item.column] = float(value)
    return known
