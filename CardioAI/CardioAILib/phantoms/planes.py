"""Simulated cines of four planes, all cut from one heart in three dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.spatial.transform import Rotation

from CardioAILib.phantoms.drawn import DrawnImages
from CardioAILib.phantoms.examination import GAINS
from CardioAILib.phantoms.fields import smooth_field
from CardioAILib.phantoms.grid import SMALL, Grid, ijk_to_ras
from CardioAILib.phantoms.scanner import Scanner, acquire
from CardioAILib.phantoms.shortaxis import PHASES
from CardioAILib.phantoms.solid import Solid, draw_solid, random_solid
from CardioAILib.phantoms.thorax import Thorax, draw_thorax, random_thorax
from CardioAILib.study import Cohort, Fact, Image, Role, Study

VIEWS = ("2C", "RV2C", "4C", "SAX")
"""Vertical long axes through the left and the right ventricle, four chambers, short axis."""

SHORT_AXIS_SLICES = 3
HEART_RAS = np.array([-30.0, 20.0, -10.0])
"""Middle of the left ventricle."""

LEFT, BACK, FEET = np.array([-1.0, 0, 0]), np.array([0, -1.0, 0]), np.array([0, 0, -1.0])


@dataclass(frozen=True)
class Planned:
    """All that decides a study of several planes: the numbers that seed chance, and the grid."""

    seed: tuple[int, ...]
    size: Grid | None = None


@dataclass(frozen=True, eq=False)
class Patient:
    """What chance decided about one patient: heart, chest, and the heart's axes in rows, RAS."""

    heart: Solid
    chest: Thorax
    axes: np.ndarray


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
    axes = ijk_to_ras(SMALL, chance)[:3, :3]
    patient = Patient(
        random_solid(chance), random_thorax(chance), (axes / np.linalg.norm(axes, axis=0)).T
    )
    gain = GAINS[str(_facts(planned)["centre"])]
    images: dict[Role, Image] = {}
    for view in VIEWS:
        grid = _grid(planned.size, view, chance)
        matrix = _plan(view, patient, grid, chance)
        for phase, image in _acquired(patient, grid, matrix, gain, chance).items():
            images[Role("MR", "cine", view, phase)] = image
    return images


def _grid(size: Grid | None, view: str, rng: np.random.Generator) -> Grid:
    pixels, pixel_mm = int(rng.choice([192, 208, 224])), round(float(rng.uniform(1.4, 1.6)), 3)
    if size is not None:
        pixels, pixel_mm = size.pixels, size.pixel_mm
    return Grid(SHORT_AXIS_SLICES if view == "SAX" else 1, pixels, pixel_mm)


def _plan(view: str, patient: Patient, grid: Grid, rng: np.random.Generator) -> np.ndarray:
    """Return the matrix (4, 4) of a plane, not quite where it was meant to be."""
    lateral, inferior, apex = patient.axes
    outer = patient.heart.cavity_mm + patient.heart.wall_mm
    right, down, place = {
        "SAX": (lateral, inferior, -10 * lateral + rng.uniform(-5, 12) * apex),
        "4C": (*_shown(apex, lateral, LEFT, BACK), -14 * lateral - 10 * apex),
        "2C": (*_shown(apex, inferior, BACK, FEET), -12 * apex),
        "RV2C": (
            *_shown(apex, inferior, BACK, FEET),
            -(outer + 0.3 * patient.heart.rv_mm) * lateral - 20 * apex,
        ),
    }[view]
    normal = np.cross(right, down)
    tilts = np.radians(rng.uniform(-7, 7, 3))
    turned = Rotation.from_rotvec(tilts @ np.array([right, down, normal]))
    axes = turned.apply(np.array([right, down, normal])).T
    wide = rng.uniform(-15, 15, 2)
    place = place + axes @ np.array([*wide, rng.uniform(-3, 3)])
    matrix = np.eye(4)
    matrix[:3, :3] = axes * [grid.pixel_mm, grid.pixel_mm, grid.step_mm]
    middle = (np.array([grid.pixels, grid.pixels, grid.slices]) - 1) / 2
    matrix[:3, 3] = HEART_RAS + place - matrix[:3, :3] @ middle
    return matrix


def _shown(
    one: np.ndarray, other: np.ndarray, right: np.ndarray, down: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the image axes of the plane of two unit vectors, as close to these as they can be."""
    across = (right @ one) * one + (right @ other) * other
    across /= np.linalg.norm(across)
    below = np.cross(np.cross(one, other), across)
    return across, below * np.sign(below @ down)


def _acquired(
    patient: Patient, grid: Grid, matrix: np.ndarray, gain: float, rng: np.random.Generator
) -> dict[str, Image]:
    """Return the image of each phase, whose chest is the same."""
    layer, row, column = np.meshgrid(*(np.arange(length) for length in grid.shape), indexing="ij")
    indices = np.stack([column, row, layer], axis=-1).astype(np.float32)
    places = indices @ matrix[:3, :3].T.astype(np.float32) + np.float32(matrix[:3, 3] - HEART_RAS)
    inside = places @ patient.axes.T.astype(np.float32)
    chest = draw_thorax(patient.chest, places, grid.pixel_mm, rng)
    scanner = _scanner(grid, places, gain, rng)
    images = {}
    for phase, contraction in PHASES.items():
        signal = chest.copy()
        draw_solid(signal, patient.heart, inside, contraction, grid.pixel_mm, rng)
        images[phase] = Image(acquire(signal, scanner, rng)[None], matrix)
    return images


def _scanner(grid: Grid, places: np.ndarray, gain: float, rng: np.random.Generator) -> Scanner:
    """Return a scanner whose coil array sees the front of the chest best."""
    front = 1 / (1 + ((110 - places[..., 1]) / rng.uniform(240, 320)) ** 2)
    uneven = 1 + 0.06 * smooth_field(rng, (1, *grid.shape[1:]), 80 / grid.pixel_mm)
    return Scanner(gain, rng.uniform(22, 32), (front * uneven).astype(np.float32))
