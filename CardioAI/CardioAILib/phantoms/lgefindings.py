"""The findings that a reader would note of a simulated heart, true to it but for his error.

Columns are those of `systems.martini2020_findings`; what he did not assess is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from CardioAILib.phantoms.lgepatient import Case, Person
from CardioAILib.phantoms.lgewall import thinner_mm
from CardioAILib.phantoms.solid import ATRIAL_FILLING, Chambers, chambers
from CardioAILib.study import Fact

STEP_MM = 6.0
REACH_MM = (-117.0, 60.0), (-54.0, 54.0), (-60.0, 72.0)
"""Extent of both ventricles in the heart's axes."""

DENSITY = 1.05
"""Grams a milliliter of muscle."""

CONTOUR_ERROR = 0.04
"""Standard deviation of a volume or area over itself, from one reading to the next."""

MISREAD = 0.09
"""Share of readings of enhancement, and of each effusion, that another reader would turn round."""

UNASSESSED = 0.02
"""Share of findings left open."""

EARLY_DARKENING, ENHANCED, PATTERN = (
    "early_darkening",
    "LGE_present",
    "LGE_subendocardial_to_transmural",
)


def findings_of(case: Case, rng: np.random.Generator) -> dict[str, Fact]:
    """Return a reader's findings, by column; one that was not assessed is missing.

    Args:
        case: The patient.
        rng: Decides the reader's errors and what he left open.
    """
    person = case.person
    measured = {**_sizes(case, rng), **_answers(case, rng)}
    assessed = {name: value for name, value in measured.items() if rng.random() >= UNASSESSED}
    return {
        "age": person.age,
        "sex": person.sex,
        "BSA_m2": round(person.surface_m2, 2),
        **assessed,
    }


def volumes_ml(case: Case, contraction: float) -> Mapping[str, float]:
    """Return the volumes of `lv`, `rv` and `muscle` of the left ventricle, ml.

    Args:
        case: The patient.
        contraction: From end diastole (0) to end systole (1).
    """
    axes = [np.arange(low, high, STEP_MM, dtype=np.float32) for low, high in REACH_MM]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    heart = case.patient.heart
    drawn = chambers(heart, points, contraction, thinner_mm(case.wall, heart, points))
    return {
        "lv": _volume(drawn.lv),
        "rv": _volume(drawn.rv),
        "muscle": _wall_volume(drawn),
    }


def _wall_volume(drawn: Chambers) -> float:
    return _volume(drawn.epi) - _volume(drawn.lv)


def _volume(distance: np.ndarray) -> float:
    """Return the volume, ml, within a signed distance, cells on the border by their share."""
    return float(np.clip(0.5 - distance / STEP_MM, 0, 1).sum() * STEP_MM**3 / 1000)


def _sizes(case: Case, rng: np.random.Generator) -> dict[str, float]:
    """Return volumes, mass and areas by body surface, with the error of a reading."""
    diastole, systole = (volumes_ml(case, contraction) for contraction in (0.0, 1.0))
    area = [np.pi * (radius * (1 + ATRIAL_FILLING)) ** 2 / 100 for radius in _atria(case)]
    lv, lv_end, rv, rv_end, mass, left, right = (
        value * rng.normal(1, CONTOUR_ERROR)
        for value in (
            diastole["lv"],
            systole["lv"],
            diastole["rv"],
            systole["rv"],
            DENSITY * diastole["muscle"],
            *area,
        )
    )
    return _indexed(case.person, (lv, lv_end), (rv, rv_end), mass, (left, right))


def _indexed(
    person: Person,
    lv: tuple[float, float],
    rv: tuple[float, float],
    mass: float,
    areas: tuple[float, float],
) -> dict[str, float]:
    """Return a reading by columns, from volumes at end diastole and systole, mass and areas."""
    values = {"CO_l_per_min": (lv[0] - lv[1]) * person.heart_rate / 1000}
    for side, (full, emptied) in {"LV": lv, "RV": rv}.items():
        values[f"{side}EDVI_ml_per_m2"] = full / person.surface_m2
        values[f"{side}ESVI_ml_per_m2"] = emptied / person.surface_m2
        values[f"{side}SVI_ml_per_m2"] = (full - emptied) / person.surface_m2
        values[f"{side}EF_percent"] = 100 * (1 - emptied / full)
    values["LVMI_g_per_m2"] = mass / person.surface_m2
    values["LA_area_index_cm2_per_m2"], values["RA_area_index_cm2_per_m2"] = (
        area / person.surface_m2 for area in areas
    )
    return {name: round(float(value), 1) for name, value in values.items()}


def _atria(case: Case) -> tuple[float, float]:
    return case.patient.heart.atria_mm


def _answers(case: Case, rng: np.random.Generator) -> dict[str, float]:
    """Return the answers to yes/no questions: 1 or 0."""
    deposit, wall = case.wall.amyloid, case.wall
    burden = deposit.burden if deposit else 0.0
    # Early disease is faint: the more there is, the likelier it is seen.
    seen = rng.random() < np.clip((burden - 0.1) / 0.35, 0, 1)
    enhancement = {
        EARLY_DARKENING: rng.random() < np.clip((burden - 0.15) / 0.5, 0, 0.95),
        ENHANCED: seen or wall.infarct is not None,
        PATTERN: seen and rng.random() < np.clip(burden / 0.55, 0, 1),
    }
    fluids = {
        "pericardial_effusion": case.fluids.pericardial_mm > 0,
        "pleural_effusion": case.fluids.pleural_mm > 0,
    }
    # Whoever takes the muscle to be nulled wrongly errs in all of its enhancement.
    misled = rng.random() < MISREAD
    wrong = {**dict.fromkeys(enhancement, misled), **{f: rng.random() < MISREAD for f in fluids}}
    answers = {**enhancement, **fluids}
    return {name: float(bool(yes) != wrong[name]) for name, yes in answers.items()}
