"""One simulated examination: all that chance decides before, and the drawing of a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.body import draw_body, liver_center_mm
from CardioAILib.phantoms.drawing import contour, draw_heart
from CardioAILib.phantoms.fibrosis import Fibrosis, random_fibrosis, share_of_pixels
from CardioAILib.phantoms.fields import Chance
from CardioAILib.phantoms.grid import Grid, ijk_to_ras, typical_grid
from CardioAILib.phantoms.heart import Curves, Heart, curves, random_heart
from CardioAILib.phantoms.lesion import Plant, contrast, moved
from CardioAILib.phantoms.scanner import Scanner, random_scanner
from CardioAILib.phantoms.view import Borders, View, borders_of, view_of, wall_depth
from CardioAILib.study import Fact

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


@dataclass(frozen=True, eq=False)
class Examination:
    """What stays the same from frame to frame.

    Args:
        recipe: What was asked for.
        subject: Whose heart it is.
        chest: True signal around the heart, (S, H, W).
        scanner: The acquisition.
    """

    recipe: Recipe
    subject: Subject
    chest: np.ndarray
    scanner: Scanner


def subject_of(recipe: Recipe) -> Subject:
    """Return the subject of a recipe."""
    anatomy, _ = np.random.default_rng(recipe.seed).spawn(2)
    grid = typical_grid(anatomy)
    grid = recipe.size or grid
    heart = random_heart(anatomy)
    facts = {
        "age": float(np.clip(anatomy.normal(54, 14), 18, 88).round()),
        "sex": str(anatomy.choice(["F", "M"], p=[0.4, 0.6])),
        "centre": str(anatomy.choice(list(GAINS))),
    }
    fibrosis = random_fibrosis(heart, grid.levels, anatomy)
    return Subject(grid, heart, fibrosis, ijk_to_ras(grid, anatomy), facts)


def facts_of(recipe: Recipe) -> Mapping[str, Fact]:
    """Return the truth, its source, and what is known of the subject."""
    subject = subject_of(recipe)
    slices = ";".join(str(index) for index in subject.fibrosis.slices)
    positive = {"slices_positive": slices} if recipe.label else {}
    truth = {"scar": float(recipe.label), "scar_source": "simulated"}
    return {**truth, **positive, **subject.facts}


def begin(recipe: Recipe) -> tuple[Examination, np.random.Generator]:
    """Return the examination before its first frame, and the chance that its frames take."""
    _, chance = np.random.default_rng(recipe.seed).spawn(2)
    subject = subject_of(recipe)
    chest = draw_body(subject.grid, chance)
    scanner = random_scanner(subject.grid, GAINS[str(subject.facts["centre"])], chance)
    return Examination(recipe, subject, chest, scanner), chance


def draw_frame(
    exam: Examination, contraction: float, chance: Chance
) -> tuple[np.ndarray, np.ndarray]:
    """Return the true signal, float32, and the labels, uint8, of one frame, each (S, H, W).

    Args:
        exam: The examination.
        contraction: From end diastole (0) to end systole (1).
        chance: Source of trabeculae, flow and the shape of fat.
    """
    recipe, subject = exam.recipe, exam.subject
    view = view_of(subject.grid, subject.heart)
    borders_mm = curves(subject.heart, subject.grid.levels, contraction)
    signal, labels = heart_in_chest(exam.chest, subject.heart, borders_mm, view, chance)
    if recipe.label and recipe.plant != "none":
        share = _share(recipe, subject, view, borders_of(view, borders_mm))
        signal *= contrast(np.float32(recipe.effect) * share)
    return signal, labels


def heart_in_chest(
    chest: np.ndarray, heart: Heart, borders_mm: Curves, view: View, chance: Chance
) -> tuple[np.ndarray, np.ndarray]:
    """Return a chest's signal with a heart in it, float32, and its labels, uint8, (S, H, W)."""
    signal = chest.copy()
    draw_heart(signal[view.window], heart, borders_mm, view, chance)
    labels = np.zeros(chest.shape, np.uint8)
    labels[view.window] = contour(view, borders_of(view, borders_mm))
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
