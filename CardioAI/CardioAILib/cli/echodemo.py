"""Echo systems thin enough to travel with the extension, and the clips that teach them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from CardioAILib.learning import AdamW, Clip, Ensemble, Network
from CardioAILib.phantoms import echo_cohort, view_cohort
from CardioAILib.prepare import Downsample
from CardioAILib.study import Cohort
from CardioAILib.system import Clips, CrossValidation, HoldOut, System

SIDE, FRAMES, STRIDE = 56, 8, 4
"""The paper's field and time in half as many pixels along each side and half as many frames."""

RATE, BATCH = 2e-3, 8
CLIP_SIZE = (112, 132)
"""Rows and columns of simulated frames: no more than the networks see."""


def thin_echo(
    system: System, width: float = 0.0625, protocol: HoldOut | CrossValidation | None = None
) -> System:
    """Return a system of Sahashi 2024 with narrow networks of coarse frames, for a processor.

    Args:
        system: One of the systems.
        width: Multiplier of network widths.
        protocol: How subjects are divided; None for 60/25/15 %, since few subjects need a larger
            share to choose the epoch and to weigh the views.
    """
    arms = {name: _thin(arm, width) for name, arm in system.arms.items()}
    return replace(
        system,
        arms=arms,
        prepare=(*system.prepare[:-1], Downsample(SIDE)),
        examples=Clips(frames=FRAMES, stride=STRIDE, kept=system.examples.kept),
        protocol=protocol or HoldOut(train=0.6, validation=0.25, test=0.15),
        as_published=None,
    )


def _thin(arm: Any, width: float) -> Any:
    if isinstance(arm, Ensemble):
        return replace(arm, parts={name: _thin(own, width) for name, own in arm.parts.items()})
    if not isinstance(arm, Network):
        return arm
    recipe = replace(arm.recipe, optimizer=AdamW(RATE), batch=BATCH)
    architecture = replace(arm.architecture, width=width)
    return replace(arm, architecture=architecture, recipe=recipe, channels=Clip(FRAMES, STRIDE))


def echo_clips(subjects: int, seed: int) -> Cohort:
    """Simulate studies of three views, half with a wall motion abnormality.

    Args:
        subjects: Number of subjects.
        seed: Seed of the cohort.
    """
    return echo_cohort(subjects, seed=seed, size=CLIP_SIZE)


def views_of_echo(subjects: int, seed: int) -> Cohort:
    """Simulate clips of A4C, A2C, PLAX and other views in turn.

    Args:
        subjects: Number of clips, of a subject each.
        seed: Seed of the cohort.
    """
    return view_cohort(subjects, seed=seed)
