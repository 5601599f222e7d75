"""Halme's systems thin enough to travel with the extension, and the scans that teach them."""

from __future__ import annotations

from dataclasses import replace

from CardioAILib.learning import Adam, Network, Plateau
from CardioAILib.phantoms import bone_cohort
from CardioAILib.prepare import CropPad, Resample
from CardioAILib.study import Cohort
from CardioAILib.system import CrossValidation, System

ARM = "residual"

RATE, BATCH = 1e-3, 16
PATIENCE = Plateau(patience=8, factor=0.3, floor=1e-5)
"""The few scans set aside are too noisy to judge an epoch by the next two."""

COARSE_MM, COARSE_SIDE = 4.5, 64
"""Nearly the field of the paper's crop in half as many pixels along each side."""


def thin_grading(system: System, folds: int = 2, width: float = 0.2, copies: int = 3) -> System:
    """Return a system with one narrow network that learns quickly.

    Args:
        system: One of the three of Halme 2022.
        folds: Number of members.
        width: Multiplier of network widths.
        copies: Changed copies of each training image.
    """
    return replace(
        system,
        arms={ARM: _thin(system.arm(ARM), width, copies)},
        protocol=CrossValidation(folds=folds, validation=0.15),
        activations=replace(system.activations, arms=(ARM,)),
        as_published=None,
    )


def _thin(arm: Network, width: float, copies: int) -> Network:
    recipe = replace(arm.recipe, optimizer=Adam(RATE), batch=BATCH, plateau=PATIENCE)
    architecture = replace(arm.architecture, width=width)
    return replace(arm, architecture=architecture, recipe=recipe, copies=copies)


def at_coarse_pixels(system: System) -> System:
    """Return a system that sees the same field in half as many pixels along each side."""
    arms = {
        name: replace(arm, architecture=replace(arm.architecture, size=COARSE_SIDE))
        for name, arm in system.arms.items()
    }
    thorax, *rest = system.prepare
    coarse = Resample(COARSE_MM), CropPad(COARSE_SIDE, centre="image")
    return replace(system, arms=arms, prepare=(thorax, *coarse, *rest))


def bone_scans(subjects: int, seed: int) -> Cohort:
    """Simulate scans of all grades in turn, one in ten with metastases in bone.

    Args:
        subjects: Number of subjects.
        seed: Seed of the cohort.
    """
    return bone_cohort(subjects, seed=seed)
