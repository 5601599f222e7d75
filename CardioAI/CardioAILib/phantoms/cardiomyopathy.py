"""Simulated short-axis studies of cardiomyopathies, told apart by their geometry.

Classes follow the rules of ACDC (Bernard et al., IEEE Trans Med Imaging 37:2514, 2018): ejection,
cavity volume, wall thickness, regional contraction and the right ventricle. Ranges of neighboring
classes overlap, so that no single number tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.phantoms.body import draw_body
from CardioAILib.phantoms.drawing import LABELS
from CardioAILib.phantoms.drawn import DrawnImages
from CardioAILib.phantoms.examination import GAINS, heart_in_chest
from CardioAILib.phantoms.grid import Grid, ijk_to_ras, typical_grid
from CardioAILib.phantoms.heart import Heart, Infarct, curves, random_heart
from CardioAILib.phantoms.scanner import acquire, random_scanner
from CardioAILib.phantoms.shortaxis import PHASES, ROLES
from CardioAILib.phantoms.view import view_of
from CardioAILib.study import Cohort, Fact, Image, Mask, Role, Study

Span = tuple[float, float]
"""Least and greatest value of a measure that is evenly spread."""


@dataclass(frozen=True)
class Habit:
    """Measures of a class at end diastole, for a body surface of 1.85 square meters.

    Args:
        cavity_mm: Inner radius of the left ventricle at the base.
        ejection: Share of the left cavity that systole expels.
        wall_mm: Thickness of the lateral wall.
        thicker_mm: By how much the septum is thicker.
        rv_mm: Width of the right ventricle at the base.
        rv_ejection: Share of that width lost in systole.
        infarcted: Whether one territory is thin and still.
    """

    cavity_mm: Span
    ejection: Span
    wall_mm: Span
    thicker_mm: Span
    rv_mm: Span
    rv_ejection: Span
    infarcted: bool = False


HABITS: Mapping[str, Habit] = {
    "normal": Habit((21, 27), (0.5, 0.7), (6, 9.5), (0, 3), (20, 28), (0.4, 0.55)),
    "HCM": Habit((18, 25), (0.55, 0.78), (8, 12), (2.5, 12), (18, 26), (0.4, 0.55)),
    "DCM": Habit((26.5, 37), (0.15, 0.45), (5.5, 8.5), (0, 2), (20, 31), (0.2, 0.5)),
    "MINF": Habit((22, 31), (0.35, 0.6), (6, 9.5), (0, 2.5), (19, 28), (0.35, 0.52), True),
    "RV": Habit((19, 26), (0.48, 0.68), (6, 9.5), (0, 2.5), (28, 44), (0.12, 0.4)),
}

CARDIOMYOPATHIES = tuple(HABITS)
"""Every class that can be simulated, in the order of ACDC's rules."""

USUAL_AREA = 1.85
"""Body surface, square meters, for which the habits are given."""


@dataclass(frozen=True)
class Patient:
    """All that decides a study: its class, the numbers that seed chance, and the grid."""

    pathology: str
    seed: tuple[int, ...]
    size: Grid | None = None


def cardiomyopathy_study(
    subject: str, pathology: str, seed: int | tuple[int, ...], size: Grid | None = None
) -> Study:
    """Simulate one patient's end-diastolic and end-systolic short-axis stacks with masks.

    Args:
        subject: Pseudonym.
        pathology: A class of `CARDIOMYOPATHIES`.
        seed: Decides all chance.
        size: `SMALL` or another grid; None for 8 to 10 slices of 192 to 224 pixels.

    Returns:
        Study with the roles of `hcm_study` and the facts `pathology`, `pathology_source`, `age`,
        `sex`, `height_cm`, `weight_kg` and `centre`.

    Raises:
        InputError: The class is unknown.
    """
    _require_known(pathology)
    seeds = seed if isinstance(seed, tuple) else (seed,)
    patient = Patient(pathology, seeds, size)
    truth = {"pathology": pathology, "pathology_source": "simulated"}
    return Study(subject, "1", DrawnImages(patient, ROLES, _draw), {**truth, **_facts(patient)})


def cardiomyopathy_cohort(
    n: int,
    seed: int = 0,
    classes: tuple[str, ...] = ("normal", "HCM", "DCM"),
    size: Grid | None = None,
) -> Cohort:
    """Simulate a cohort with classes in turn; images are drawn when they are asked for.

    A subject is the same in a cohort of any size: chance comes from the seed and its number.

    Args:
        n: Number of subjects.
        seed: Seed of the cohort.
        classes: Classes of `CARDIOMYOPATHIES`.
        size: Grid of all subjects.

    Raises:
        InputError: A class is unknown.
    """
    studies = (
        cardiomyopathy_study(
            f"CMP{number:04d}", classes[(number - 1) % len(classes)], (seed, number), size
        )
        for number in range(1, n + 1)
    )
    return Cohort(tuple(studies), name="simulated cardiomyopathies")


def _facts(patient: Patient) -> dict[str, Fact]:
    person, _, _ = _chances(patient)
    sex = str(person.choice(["F", "M"]))
    height = np.clip(person.normal(164 if sex == "F" else 177, 7), 145, 200)
    weight = max(person.normal(25, 3.2), 17) * (height / 100) ** 2
    return {
        "age": float(np.clip(person.normal(52, 15), 18, 88).round()),
        "sex": sex,
        "height_cm": float(np.round(height)),
        "weight_kg": float(np.round(weight)),
        "centre": str(person.choice(list(GAINS))),
    }


def _heart(patient: Patient, rng: np.random.Generator, area: float) -> Heart:
    """Return the measures of a patient's heart, whose cavities grow with the body."""
    habit = HABITS[patient.pathology]
    grown = np.sqrt(area / USUAL_AREA)
    wall = rng.uniform(*habit.wall_mm)
    return replace(
        random_heart(rng),
        cavity_mm=grown * rng.uniform(*habit.cavity_mm),
        ejection=rng.uniform(*habit.ejection),
        wall_mm=wall,
        septum_mm=wall + rng.uniform(*habit.thicker_mm),
        rv_mm=grown * rng.uniform(*habit.rv_mm),
        rv_ejection=rng.uniform(*habit.rv_ejection),
        infarct=_infarct(rng) if habit.infarcted else None,
    )


def _infarct(rng: np.random.Generator) -> Infarct:
    """Return the territory of one coronary artery: in front, at the side, or below."""
    return Infarct(
        angle=np.radians(rng.choice([115, 10, -90]) + rng.uniform(-15, 15)),
        level=rng.uniform(0.4, 0.7),
        spread=np.radians(rng.uniform(45, 75)),
        reach=rng.uniform(0.35, 0.6),
        motion=rng.uniform(-0.15, 0.3),
        thickness=rng.uniform(0.5, 0.85),
    )


# As many as of hypertrophic hearts: a study and its neighbors are drawn once, not once a role.
@lru_cache(maxsize=4)
def _draw(patient: Patient) -> Mapping[Role, Image]:
    _, anatomy, chance = _chances(patient)
    facts = _facts(patient)
    grid = typical_grid(anatomy)
    grid = patient.size or grid
    heart = _heart(patient, anatomy, body_surface(facts))
    matrix, view = ijk_to_ras(grid, anatomy), view_of(grid, heart)
    chest = draw_body(grid, chance)
    scanner = random_scanner(grid, GAINS[str(facts["centre"])], chance)
    images: dict[Role, Image] = {}
    for phase, contraction in PHASES.items():
        borders = curves(heart, grid.levels, contraction)
        signal, labels = heart_in_chest(chest, heart, borders, view, chance)
        cine = acquire(signal, scanner, chance)[None]
        images[Role("MR", "cine", "SAX", phase)] = Image(cine, matrix)
        images[Role("MR", "mask", "SAX", phase)] = Mask(labels[None], matrix, labels=dict(LABELS))
    return images


def body_surface(facts: Mapping[str, Fact]) -> float:
    """Return the body surface, square meters (Mosteller, N Engl J Med 317:1098, 1987)."""
    return float(np.sqrt(float(facts["height_cm"]) * float(facts["weight_kg"]) / 3600))


def _chances(patient: Patient) -> list[np.random.Generator]:
    """Return one source each for the person, the anatomy and the pixels."""
    return np.random.default_rng(patient.seed).spawn(3)


def _require_known(pathology: str) -> None:
    if pathology not in HABITS:
        raise InputError(
            got=f"the class '{pathology}'",
            wanted=f"one of {', '.join(HABITS)}",
            fix="choose a class that can be simulated",
        )
