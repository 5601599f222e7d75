"""Patients of a simulated bone scan: what chance decides, by the grade that is ordered.

Ranges of neighboring grades overlap, as readers' grades do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.bonescanbody import Build
from CardioAILib.phantoms.bonescancamera import CAMERAS

RATIOS = {0: (0.14, 0.5), 1: (0.45, 0.36), 2: (1.1, 0.24), 3: (2.4, 0.26)}
"""Median of heart to ribs and deviation of its logarithm, by grade."""

HALF_LIFE_MIN = 360.6
"""Of 99mTc."""

SECONDS = 1000.0
"""A whole body at 0.15 to 0.2 cm a second past the middle of a detector."""

AGES = {0: (71, 12), 1: (76, 9), 2: (80, 7), 3: (81, 6)}


@dataclass(frozen=True)
class Person:
    """What is known of a patient beside the images.

    Args:
        age: Years.
        sex: "F" or "M".
        build: How the body differs from the one that was drawn.
        dose: Injected activity, MBq.
        delay_min: From injection to imaging.
        camera: Name of the camera.
        static: Whether the thorax alone was imaged.
        metastases: Whether there are metastases in bone.
        counts: Expected in the anterior view.
    """

    age: float
    sex: str
    build: Build
    dose: float
    delay_min: float
    camera: str
    static: bool
    metastases: bool
    counts: float


@dataclass(frozen=True)
class Uptake:
    """How much is taken up where.

    Args:
        heart_to_bone: Counts a pixel from the heart's walls over those from the ribs.
        bone: Of the skeleton, as a factor.
        soft: Of soft tissue, as a factor.
        blood: Of blood, relative to soft tissue.
        kidneys: As a factor ...
        bladder: ... as is urine in the bladder.
        spine: Of the spine, relative to other bone.
    """

    heart_to_bone: float
    bone: float
    soft: float
    blood: float
    kidneys: float
    bladder: float
    spine: float


def random_person(grade: int, static: float, metastases: float, rng: np.random.Generator) -> Person:
    """Return a patient.

    Args:
        grade: Perugini grade.
        static: Chance of a view of the thorax alone.
        metastases: Chance of metastases in bone.
        rng: Source of chance.
    """
    drawn = rng.random(3)
    sex = "M" if drawn[0] < (0.5 if grade < 2 else 0.7) else "F"
    height = np.clip(rng.normal(174 if sex == "M" else 161, 7), 145, 198) / 170
    girth = float(np.clip(rng.lognormal(0, 0.11), 0.8, 1.3)) * height**0.5
    frame = height**0.7 * rng.normal(1.0, 0.035)
    camera = str(rng.choice(list(CAMERAS)))
    dose, delay = rng.uniform(500, 700), np.clip(rng.normal(182, 12), 150, 240)
    is_static = bool(drawn[1] < static)
    return Person(
        age=float(np.clip(rng.normal(*AGES[grade]), 30, 96).round()),
        sex=sex,
        build=Build(float(height), float(frame), girth, rng.uniform(-0.04, 0.1)),
        dose=float(round(dose)),
        delay_min=float(round(delay)),
        camera=camera,
        static=is_static,
        metastases=bool(drawn[2] < metastases),
        counts=_counts(CAMERAS[camera].sensitivity, float(dose), float(delay), is_static, rng),
    )


def _counts(
    sensitivity: float, dose: float, delay: float, static: bool, rng: np.random.Generator
) -> float:
    """Return the counts of an anterior view: 1.5 to 3.5 million of a whole body."""
    left = dose * 2 ** (-delay / HALF_LIFE_MIN)
    counts = SECONDS * sensitivity * left
    counts *= np.exp(0.15 * rng.standard_normal())
    least, most = (5e5, 1.2e6) if static else (1.5e6, 3.5e6)
    return float(np.clip(counts * (0.3 if static else 1.0), least, most).round())


def random_uptake(grade: int, rng: np.random.Generator) -> Uptake:
    """Return uptake as a grade has it; grade 3 draws from the bones into soft tissue."""
    median, spread = RATIOS[grade]
    ratio = median * np.exp(spread * rng.standard_normal())
    drained = {2: 0.88, 3: 0.62}.get(grade, 1.0) * np.exp(0.12 * rng.standard_normal())
    return Uptake(
        heart_to_bone=float(ratio),
        bone=float(np.exp(0.22 * rng.standard_normal()) * drained),
        soft=float(np.exp(0.16 * rng.standard_normal()) / np.sqrt(min(drained, 1.0))),
        blood=float(np.clip(rng.normal(1.25, 0.3), 0.6, 2.2)),
        kidneys=float(rng.lognormal(0, 0.4)),
        bladder=float(rng.lognormal(0, 0.6)),
        spine=float(np.exp(0.2 * rng.standard_normal())),
    )
