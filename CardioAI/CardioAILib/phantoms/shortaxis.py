"""Simulated cine short-axis studies of hypertrophic cardiomyopathy, with a known answer.

Subjects labeled 1 have patchy fibrosis in the thickest part of the wall, which brightens it
slightly. Nothing else depends on the label: the anatomy, the coil and the noise of a seed are
the same in both classes, so size and shape alone cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from CardioAILib.phantoms.drawing import LABELS
from CardioAILib.phantoms.drawn import DrawnImages
from CardioAILib.phantoms.examination import Recipe, begin, draw_frame, facts_of
from CardioAILib.phantoms.grid import Grid
from CardioAILib.phantoms.lesion import Plant, require_plant
from CardioAILib.phantoms.scanner import acquire
from CardioAILib.study import Cohort, Image, Mask, Role, Study

PHASES = {"ED": 0.0, "ES": 1.0}
"""Contraction of the heart in each phase that is segmented."""

ROLES = tuple(Role("MR", kind, "SAX", phase) for phase in PHASES for kind in ("cine", "mask"))


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
    return Study(subject, "1", DrawnImages(recipe, ROLES, _draw), facts_of(recipe))


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


# Four, so that the images of a study and of its neighbors are drawn once, not once a role.
@lru_cache(maxsize=4)
def _draw(recipe: Recipe) -> Mapping[Role, Image]:
    exam, chance = begin(recipe)
    matrix = exam.subject.matrix
    images: dict[Role, Image] = {}
    for phase, contraction in PHASES.items():
        signal, labels = draw_frame(exam, contraction, chance)
        cine = acquire(signal, exam.scanner, chance)[None]
        images[Role("MR", "cine", "SAX", phase)] = Image(cine, matrix)
        images[Role("MR", "mask", "SAX", phase)] = Mask(labels[None], matrix, labels=dict(LABELS))
    return images
