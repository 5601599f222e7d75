"""Simulated cine short-axis studies of hypertrophic cardiomyopathy, with a known answer.

Subjects labeled 1 have patchy fibrosis in the thickest part of the wall, which brightens it
slightly. Nothing else depends on the label: the anatomy, the coil and the noise of a seed are
the same in both classes, so size and shape alone cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from CardioAILib.phantoms.body import draw_body, liver_center_mm
from CardioAILib.phantoms.drawing import LABELS, contour, draw_heart
from CardioAILib.phantoms.fibrosis import Fibrosis, random_fibrosis, share_of_pixels
from CardioAILib.phantoms.grid import Grid, ijk_to_ras, typical_grid
from CardioAILib.phantoms.heart import Heart, curves, random_heart
from CardioAILib.phantoms.lesion import Plant, contrast, moved, require_plant
from CardioAILib.phantoms.scanner import acquire, random_scanner
from CardioAILib.phantoms.view import Borders, View, borders_of, view_of, wall_depth
from CardioAILib.study import Cohort, Fact, Image, Mask, Role, Study

PHASES = ("ED", "ES")
ROLES = tuple(Role("MR", kind, "SAX", phase) for phase in PHASES for kind in ("cine", "mask"))

GAINS = {"A": 1.0, "B": 1.5}
"""Gain of the scanner at each center."""

CLEAR_OF_HEART_MM = 10.0
"""Least distance of a change planted outside from the ventricles: fat, wall, and blur."""


@dataclass(frozen=True)
class Recipe:
    """All that decides a study.

    Args:
        label: 1 with fibrosis, 0 without.
        seed: Numbers that seed all chance.
        plant: Where the classes differ.
        effect: Strength of the difference; 0 leaves none, 1 is subtle but learnable.
        size: The grid, or None for one of a usual protocol.
    """

    label: int
    seed: tuple[int, ...]
    plant: Plant = "inside"
    effect: float = 1.0
    size: Grid | None = None


@dataclass(frozen=True, eq=False)
class Subject:
    """What chance decided about one subject before the drawing starts."""

    grid: Grid
    heart: Heart
    fibrosis: Fibrosis
    matrix: np.ndarray
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class DrawnImages(Mapping[Role, Image]):
    """Images of a simulated study, drawn when they are asked for."""

    recipe: Recipe

    def __getitem__(self, role: Role) -> Image:
        """Return a copy of one image: (1, S, H, W), float32, or labels as uint8."""
        image = _draw(self.recipe)[role]
        return replace(image, array=image.array.copy(), ijk_to_ras=image.ijk_to_ras.copy())

    def __iter__(self) -> Iterator[Role]:
        return iter(ROLES)

    def __len__(self) -> int:
        return len(ROLES)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would draw the study.
        return role in ROLES


def hcm_study(
    subject: str,
    label: int,
    seed: int | tuple[int, ...],
    plant: Plant = "inside",
    effect: float = 1.0,
    size: Grid | None = None,
) -> Study:
    """Simulate one patient's end-diastolic and end-systolic short-axis stacks with masks.

    Args:
        subject: Pseudonym.
        label: 1 with fibrosis, 0 without; kept as the fact `scar`.
        seed: Decides all chance; the label changes nothing but the planted difference.
        plant: "inside" the wall, "outside" the heart (as many pixels of the liver), or "none".
        effect: Strength of the difference, 1 for that of the tissues' relaxation times.
        size: `SMALL` or another grid; None for 8 to 10 slices of 192 to 224 pixels.

    Returns:
        Study with the roles `cine_SAX_ED`, `mask_SAX_ED`, `cine_SAX_ES`, `mask_SAX_ES` and
        the facts `scar`, `scar_source`, `age`, `sex`, `centre`, and `slices_positive`
        (indices from 0 at the base) where the label is 1.

    Raises:
        InputError: `plant` is unknown.
    """
    require_plant(plant)
    seeds = seed if isinstance(seed, tuple) else (seed,)
    recipe = Recipe(label, seeds, plant, effect, size)
    return Study(subject, "1", DrawnImages(recipe), _facts(recipe))


def hcm_cohort(
    n: int,
    seed: int = 0,
    prevalence: float = 0.4,
    plant: Plant = "inside",
    effect: float = 1.0,
    size: Grid | None = None,
) -> Cohort:
    """Simulate a cohort; images are drawn when they are asked for.

    A subject is the same in a cohort of any size: chance comes from the seed and its number.

    Args:
        n: Number of subjects.
        seed: Seed of the cohort.
        prevalence: Share of subjects with label 1, spread evenly.
        plant: As in `hcm_study`, as are `effect` and `size`.
        effect: Strength of the difference.
        size: Grid of all subjects.

    Raises:
        InputError: `plant` is unknown.
    """
    labels = np.diff(np.floor(np.arange(n + 1) * prevalence + 1e-9)).astype(int)
    studies = (
        hcm_study(f"HCM{number:04d}", int(label), (seed, number), plant, effect, size)
        for number, label in enumerate(labels, start=1)
    )
    return Cohort(tuple(studies), name="simulated HCM")


def _subject(recipe: Recipe, rng: np.random.Generator) -> Subject:
    grid = typical_grid(rng)
    grid = recipe.size or grid
    heart = random_heart(rng)
    facts = {
        "age": float(np.clip(rng.normal(54, 14), 18, 88).round()),
        "sex": str(rng.choice(["F", "M"], p=[0.4, 0.6])),
        "centre": str(rng.choice(list(GAINS))),
    }
    fibrosis = random_fibrosis(heart, grid.levels, rng)
    return Subject(grid, heart, fibrosis, ijk_to_ras(grid, rng), facts)


def _facts(recipe: Recipe) -> Mapping[str, Fact]:
    anatomy, _ = np.random.default_rng(recipe.seed).spawn(2)
    subject = _subject(recipe, anatomy)
    slices = ";".join(str(index) for index in subject.fibrosis.slices)
    positive = {"slices_positive": slices} if recipe.label else {}
    truth = {"scar": float(recipe.label), "scar_source": "simulated"}
    return {**truth, **positive, **subject.facts}


# Four, so that the images of a study and of its neighbors are drawn once, not once a role.
@lru_cache(maxsize=4)
def _draw(recipe: Recipe) -> Mapping[Role, Image]:
    anatomy, chance = np.random.default_rng(recipe.seed).spawn(2)
    subject = _subject(recipe, anatomy)
    chest = draw_body(subject.grid, chance)
    scanner = random_scanner(subject.grid, GAINS[str(subject.facts["centre"])], chance)
    images: dict[Role, Image] = {}
    for phase in PHASES:
        signal, labels = _draw_phase(recipe, subject, chest, phase, chance)
        cine = acquire(signal, scanner, chance)[None]
        images[Role("MR", "cine", "SAX", phase)] = Image(cine, subject.matrix)
        images[Role("MR", "mask", "SAX", phase)] = Mask(
            labels[None], subject.matrix, labels=dict(LABELS)
        )
    return images


def _draw_phase(
    recipe: Recipe, subject: Subject, chest: np.ndarray, phase: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the true signal and the labels of one phase, each (S, H, W)."""
    view = view_of(subject.grid, subject.heart)
    borders_mm = curves(subject.heart, subject.grid.levels, phase)
    borders = borders_of(view, borders_mm)
    signal = chest.copy()
    draw_heart(signal[view.window], subject.heart, borders_mm, view, rng)
    if recipe.label and recipe.plant != "none":
        signal *= contrast(np.float32(recipe.effect) * _share(recipe, subject, view, borders))
    labels = np.zeros(subject.grid.shape, np.uint8)
    labels[view.window] = contour(view, borders)
    return signal, labels


def _share(recipe: Recipe, subject: Subject, view: View, borders: Borders) -> np.ndarray:
    """Return the share of fibrosis in each pixel, (S, H, W)."""
    share = np.zeros(subject.grid.shape, np.float32)
    share[view.window] = share_of_pixels(subject.fibrosis, wall_depth(view, borders), view.angle)
    if recipe.plant == "outside":
        return moved(share, _away_from_heart(subject.grid, view, borders))
    return share


def _away_from_heart(grid: Grid, view: View, borders: Borders) -> np.ndarray:
    """Return distances from a place in the liver, infinite near the heart, (S, H, W)."""
    x, y = grid.axes_mm
    right, down = liver_center_mm(grid)
    away = np.broadcast_to(np.hypot(x - right, y - down), grid.shape).copy()
    away[view.window][view.radius < borders.rv + CLEAR_OF_HEART_MM] = np.inf
    return away
