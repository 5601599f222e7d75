"""Germain's systems thin enough to travel with the extension, and the hearts that teach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from CardioAILib.learning import Adam, Network
from CardioAILib.phantoms import cardiomyopathy_cohort, plane_cohort
from CardioAILib.prepare import CropPad, Resample
from CardioAILib.study import Cohort
from CardioAILib.system import CrossValidation, System
from CardioAILib.systems import GERMAIN_2021, GERMAIN_2021_PLANE

HIDDEN = (40, 24, 16)
"""Channels of the hidden layers: as narrow as the width makes the paper's, and with its dropout,
nothing passes them to learn from."""

RATE, BATCH, KEEP = 1e-3, 8, "best validation loss"

SIZE, PIXEL_MM = 160, 1.5
"""The images of the paper's best setting."""

PATHOLOGY_ARMS = ("measurements", "vgg_dual")


def thin_pathology(folds: int = 2, width: float = 0.05) -> System:
    """Return the three-class task with measurements and a thin network of both phases."""
    return thin(GERMAIN_2021, PATHOLOGY_ARMS, folds, width)


def thin_plane(folds: int = 2, width: float = 0.04) -> System:
    """Return the task of view planes with thin networks."""
    return thin(GERMAIN_2021_PLANE, tuple(GERMAIN_2021_PLANE.arms), folds, width)


def thin(system: System, arms: Sequence[str], folds: int, width: float) -> System:
    """Return a system with some arms, its networks thin and quickly trained from random weights.

    Args:
        system: The declaration.
        arms: Arms that are kept.
        folds: Number of members.
        width: Multiplier of network widths.
    """
    return replace(
        system,
        arms={name: _thin(system.arm(name), width) for name in arms},
        protocol=CrossValidation(folds=folds, validation=0.2),
        as_published=None,
    )


def _thin(arm: object, width: float) -> object:
    if not isinstance(arm, Network):
        return arm
    recipe = replace(arm.recipe, optimizer=Adam(RATE), batch=BATCH, keep=KEEP)
    hidden = tuple((round(channels / width), 0.0) for channels in HIDDEN)
    architecture = replace(arm.architecture, width=width, hidden=hidden)
    return replace(arm, architecture=architecture, recipe=recipe)


def hearts_in_planes(subjects: int, seed: int) -> Cohort:
    """Simulate patients in four planes, and half as many more in short axis alone.

    Those are drawn by another hand, as the hearts of the other demonstrations are, so that a
    model knows the short axis of both.
    """
    planes = plane_cohort(subjects, seed=seed)
    stacks = cardiomyopathy_cohort(subjects // 2, seed=seed)
    source = {"plane_source": "simulated"}
    others = (replace(study, facts={**study.facts, **source}) for study in stacks)
    return replace(planes, studies=(*planes.studies, *others))


def at_coarse_pixels(system: System) -> System:
    """Return a system that sees the same field in half as many pixels along each side."""
    arms = {name: _coarse(arm) for name, arm in system.arms.items()}
    prepare = (Resample(2 * PIXEL_MM), CropPad(SIZE // 2, centre="heart"), *system.prepare[2:])
    return replace(system, arms=arms, prepare=prepare)


def _coarse(arm: object) -> object:
    if not isinstance(arm, Network):
        return arm
    return replace(arm, architecture=replace(arm.architecture, size=SIZE // 2))
