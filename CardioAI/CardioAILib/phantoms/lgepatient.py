"""Patients of a simulated late-enhancement cohort: what chance decides by their diagnosis.

Ranges of the diagnoses overlap: early amyloid is faint, walls of hypertension are as thick,
infarcts occur beside amyloid, and effusions with everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.lgecontrast import Contrast, random_contrast
from CardioAILib.phantoms.lgewall import Amyloid, Infarct, Wall
from CardioAILib.phantoms.planning import Patient, random_axes
from CardioAILib.phantoms.solid import Solid
from CardioAILib.phantoms.thorax import random_thorax
from CardioAILib.phantoms.waves import Waves, random_waves

Span = tuple[float, float]
"""Least and greatest value of a measure that is evenly spread."""


@dataclass(frozen=True)
class Habit:
    """What is usual with a diagnosis.

    Args:
        age: Mean and standard deviation, years.
        men: Share of men.
        cavity_mm: Inner radius of the left ventricle.
        wall_mm: Thickness of its wall.
        ejection: Share of its volume that systole expels.
        rv_ejection: Share of the right ventricle's width lost in systole.
        left_mm: Radius of the left atrium.
        right_mm: Radius of the right atrium.
        infarcts: Share of patients with an old infarct.
        insertions: Share with faint enhancement at the insertions of the right ventricle.
        pericardial: Share with fluid around the heart.
        pleural: Share with fluid beside the lung.
    """

    age: Span
    men: float
    cavity_mm: Span
    wall_mm: Span
    ejection: Span
    rv_ejection: Span
    left_mm: Span
    right_mm: Span
    infarcts: float = 0.0
    insertions: float = 0.0
    pericardial: float = 0.08
    pleural: float = 0.05


HABITS: Mapping[str, Habit] = {
    "normal": Habit(
        (50, 14), 0.5, (23, 28), (6.5, 9.5), (0.55, 0.7), (0.4, 0.52), (19, 24), (19, 24)
    ),
    "hypertension": Habit(
        (69, 10), 0.65, (20, 27), (10, 17), (0.45, 0.7), (0.3, 0.5), (22, 29), (21, 28),
        infarcts=0.13, insertions=0.35, pericardial=0.2, pleural=0.15,
    ),
    "amyloidosis": Habit(
        (73, 9), 0.7, (19.5, 26.5), (11, 18.5), (0.4, 0.68), (0.24, 0.47), (22.5, 30), (22, 29),
        infarcts=0.06, insertions=0.1, pericardial=0.45, pleural=0.4,
    ),
    "infarct": Habit(
        (63, 11), 0.75, (24, 34), (7, 11), (0.3, 0.6), (0.32, 0.5), (20, 27), (20, 26),
        infarcts=1.0, pericardial=0.12, pleural=0.12,
    ),
}  # fmt: skip

DIAGNOSES = tuple(HABITS)
"""Every diagnosis that can be simulated."""

TERRITORIES = np.radians([115.0, 10.0, -90.0])
"""Middles of the territories of the three coronary arteries."""


@dataclass(frozen=True, eq=False)
class Fluids:
    """Effusions: greatest thickness, mm, 0 for none, and where the pericardial one is thicker."""

    pericardial_mm: float
    pleural_mm: float
    uneven: Waves


@dataclass(frozen=True)
class Person:
    """Who it is: years, "F" or "M", square meters, beats a minute."""

    age: float
    sex: str
    surface_m2: float
    heart_rate: float


@dataclass(frozen=True, eq=False)
class Case:
    """One patient, before any image is drawn."""

    person: Person
    patient: Patient
    wall: Wall
    contrast: Contrast
    fluids: Fluids


def random_case(diagnosis: str, clear: bool, rng: np.random.Generator) -> Case:
    """Return a patient with a diagnosis of `DIAGNOSES`; a clear case has no early disease."""
    habit = HABITS[diagnosis]
    person = _person(habit, rng)
    solid = _solid(habit, person, rng)
    patient = Patient(solid, random_thorax(rng), random_axes(rng))
    wall = _wall(habit, diagnosis == "amyloidosis", clear, rng)
    burden = wall.amyloid.burden if wall.amyloid else 0.0
    return Case(person, patient, wall, random_contrast(burden, rng), _fluids(habit, rng))


def _person(habit: Habit, rng: np.random.Generator) -> Person:
    sex = "M" if rng.random() < habit.men else "F"
    height = np.clip(rng.normal(176 if sex == "M" else 163, 7), 145, 200)
    weight = max(rng.normal(25.5, 3.2), 17) * (height / 100) ** 2
    # Mosteller, N Engl J Med 317:1098, 1987.
    surface = float(np.sqrt(height * weight / 3600))
    age = float(np.clip(rng.normal(*habit.age), 20, 92).round())
    return Person(age, sex, surface, float(np.clip(rng.normal(70, 10), 48, 105)))


def _solid(habit: Habit, person: Person, rng: np.random.Generator) -> Solid:
    grown = np.sqrt(person.surface_m2 / 1.85)
    cavity = grown * rng.uniform(*habit.cavity_mm)
    return Solid(
        cavity_mm=cavity,
        length_mm=rng.uniform(78, 92) + 0.5 * (cavity - 24),
        wall_mm=rng.uniform(*habit.wall_mm),
        ejection=rng.uniform(*habit.ejection),
        rv_mm=grown * rng.uniform(25, 31),
        rv_ejection=rng.uniform(*habit.rv_ejection),
        atria_mm=(grown * rng.uniform(*habit.left_mm), grown * rng.uniform(*habit.right_mm)),
        fat_mm=rng.uniform(3, 7),
    )


def _wall(habit: Habit, amyloid: bool, clear: bool, rng: np.random.Generator) -> Wall:
    burden = rng.uniform(0.7, 1) if clear else 0.2 + 0.8 * rng.beta(2.2, 1.3)
    deposit = Amyloid(burden, rng.uniform(0.5, 2.2), random_waves(rng, 45))
    infarct = _infarct(rng)
    infarcted = rng.random() < habit.infarcts
    faint = rng.uniform(0.25, 0.5) if rng.random() < habit.insertions else 0.0
    return Wall(deposit if amyloid else None, infarct if infarcted else None, faint)


def _infarct(rng: np.random.Generator) -> Infarct:
    return Infarct(
        angle=float(rng.choice(TERRITORIES) + np.radians(rng.uniform(-15, 15))),
        level=rng.uniform(0.4, 0.7),
        spread=np.radians(rng.uniform(40, 75)),
        half=rng.uniform(0.25, 0.45),
        depth=rng.uniform(0.35, 1.2),
        thinner=rng.uniform(0.1, 0.45),
    )


def _fluids(habit: Habit, rng: np.random.Generator) -> Fluids:
    around, beside = rng.uniform(3, 10), rng.uniform(15, 45)
    return Fluids(
        around if rng.random() < habit.pericardial else 0.0,
        beside if rng.random() < habit.pleural else 0.0,
        random_waves(rng, 90),
    )
