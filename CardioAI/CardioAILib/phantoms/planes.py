"""Simulated cines of four planes, all cut from one heart in three dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from CardioAILib.phantoms.drawn import DrawnImages
from CardioAILib.phantoms.examination import GAINS
from CardioAILib.phantoms.grid import Grid
from CardioAILib.phantoms.planning import Patient, coil_at, places_of, plan, random_axes
from CardioAILib.phantoms.scanner import Scanner, acquire
from CardioAILib.phantoms.shortaxis import PHASES
from CardioAILib.phantoms.solid import draw_solid, random_solid
from CardioAILib.phantoms.thorax import draw_thorax, random_thorax
from CardioAILib.study import Cohort, Fact, Image, Role, Study

VIEWS = ("2C", "RV2C", "4C", "SAX")
"""Vertical long axes through the left and the right ventricle, four chambers, short axis."""

SHORT_AXIS_SLICES = 3


@dataclass(frozen=True)
class Planned:
    """All that decides a study of several planes: the numbers that seed chance, and the grid."""

    seed: tuple[int, ...]
    size: Grid | None = None


def plane_cohort(n: int, seed: int = 0, size: Grid | None = None) -> Cohort:
    """Simulate patients who were imaged in four planes, at end diastole and end systole.

    Hearts are usual, hypertrophic or dilated; planes are tilted, turned and shifted as planning
    by hand leaves them. Long axes are one slice, the short axis is three.

    Args:
        n: Number of subjects, each with a study of all four planes.
        seed: Seed of the cohort; a subject is the same in a cohort of any size.
        size: Grid in the plane, of which slices are not used; None for 192 to 224 pixels.

    Returns:
        Studies with the roles `cine_2C_ED`, `cine_2C_ES`, and so for RV2C, 4C and SAX, without
        masks, and the facts `plane_source`, `age`, `sex` and `centre`.
    """
    studies = (
        _study(f"PLN{number:04d}", Planned((seed, number), size)) for number in range(1, n + 1)
    )
    return Cohort(tuple(studies), name="simulated planes")


def _study(subject: str, planned: Planned) -> Study:
    roles = tuple(Role("MR", "cine", view, phase) for view in VIEWS for phase in PHASES)
    return Study(subject, "1", DrawnImages(planned, roles, _draw), _facts(planned))


def _facts(planned: Planned) -> dict[str, Fact]:
    person, _ = np.random.default_rng(planned.seed).spawn(2)
    return {
        "plane_source": "simulated",
        "age": float(np.clip(person.normal(52, 15), 18, 88).round()),
        "sex": str(person.choice(["F", "M"])),
        "centre": str(person.choice(list(GAINS))),
    }


@lru_cache(maxsize=4)
def _draw(planned: Planned) -> Mapping[Role, Image]:
    _, chance = np.random.default_rng(planned.seed).spawn(2)
    axes = random_axes(chance)
    patient = Patient(random_solid(chance), random_thorax(chance), axes)
    gain = GAINS[str(_facts(planned)["centre"])]
    images: dict[Role, Image] = {}
    for view in VIEWS:
        grid = _grid(planned.size, view, chance)
        matrix = plan(view, patient, grid, chance)
        for phase, image in _acquired(patient, grid, matrix, gain, chance).items():
            images[Role("MR", "cine", view, phase)] = image
    return images


def _grid(size: Grid | None, view: str, rng: np.random.Generator) -> Grid:
    pixels, pixel_mm = int(rng.choice([192, 208, 224])), round(float(rng.uniform(1.4, 1.6)), 3)
    if size is not None:
        pixels, pixel_mm = size.pixels, size.pixel_mm
    return Grid(SHORT_AXIS_SLICES if view == "SAX" else 1, pixels, pixel_mm)


def _acquired(
    patient: Patient, grid: Grid, matrix: np.ndarray, gain: float, rng: np.random.Generator
) -> dict[str, Image]:
    """Return the image of each phase, whose chest is the same."""
    places = places_of(grid, matrix)
    inside = places @ patient.axes.T.astype(np.float32)
    chest = draw_thorax(patient.chest, places, grid.pixel_mm, rng)
    coil = coil_at(places, grid.pixel_mm, rng)
    scanner = Scanner(gain, rng.uniform(22, 32), coil)
    images = {}
    for phase, contraction in PHASES.items():
        signal = chest.copy()
        draw_solid(signal, patient.heart, inside, contraction, grid.pixel_mm, rng)
        images[phase] = Image(acquire(signal, scanner, rng)[None], matrix)
    return images
