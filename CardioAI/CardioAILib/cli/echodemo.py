"""Echo systems thin enough to travel with the extension, and the clips that teach them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from CardioAILib.learning import AdamW, Clip, Ensemble, Network
from CardioAILib.phantoms import echo_cohort, view_cohort
from CardioAILib.prepare import Downsample
from CardioAILib.study import Cohort
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.systems import ECHO_VIEW
from CardioAILib.verbs.adapt import adapt

SIDE, FRAMES, STRIDE = 56, 8, 4
"""The paper's field and time in half as many pixels along each side and half as many frames."""

RATE, BATCH = 2e-3, 8
CLIP_SIZE = (112, 132)
"""Rows and columns of simulated frames: no more than the networks see."""

FEW_FRAMES, VIEW_SIZE = 4, (120, 144)
"""Frames of clips that teach views, over one heartbeat, and their rows and columns: many clips of
few frames teach more than few of many."""


def thin_echo(
    system: System,
    width: float = 0.05,
    stride: int = STRIDE,
    protocol: HoldOut | CrossValidation | None = None,
) -> System:
    """Return a system of Sahashi 2024 with narrow networks of coarse frames, for a processor.

    Args:
        system: One of the systems.
        width: Multiplier of network widths.
        stride: Steps from one frame that is seen to the next, in frames.
        protocol: How subjects are divided; None for 60/25/15 %, since few subjects need a larger
            share to choose the epoch and to weigh the views.
    """
    arms = {name: _thin(arm, width, stride) for name, arm in system.arms.items()}
    return replace(
        system,
        arms=arms,
        prepare=(*system.prepare[:-1], Downsample(SIDE)),
        examples=replace(system.examples, frames=FRAMES, stride=stride),
        protocol=protocol or HoldOut(train=0.6, validation=0.25, test=0.15),
        as_published=None,
    )


def _thin(arm: Any, width: float, stride: int) -> Any:
    if isinstance(arm, Ensemble):
        return replace(
            arm, parts={name: _thin(own, width, stride) for name, own in arm.parts.items()}
        )
    if not isinstance(arm, Network):
        return arm
    recipe = replace(arm.recipe, optimizer=AdamW(RATE), batch=BATCH)
    architecture = replace(arm.architecture, width=width)
    return replace(arm, architecture=architecture, recipe=recipe, channels=Clip(FRAMES, stride))


def thin_echo_view(width: float = 0.2, folds: int = 3) -> System:
    """Return the task of echo views with thin networks.

    Args:
        width: Multiplier of network widths.
        folds: Number of members.
    """
    return adapt(ECHO_VIEW, folds=folds, width=width)


def echo_clips(subjects: int, seed: int, frames: int = 40) -> Cohort:
    """Simulate studies of three views; half of the ventricles are hypokinetic all over.

    Args:
        subjects: Number of subjects.
        seed: Seed of the cohort.
        frames: Frames of each clip.
    """
    return echo_cohort(subjects, seed=seed, size=CLIP_SIZE, frames=frames, shared=1.0)


def views_of_echo(subjects: int, seed: int) -> Cohort:
    """Simulate clips of A4C, A2C, PLAX and other views in turn.

    Args:
        subjects: Number of clips, of a subject each.
        seed: Seed of the cohort.
    """
    return view_cohort(subjects, seed=seed, frames=FEW_FRAMES, size=VIEW_SIZE)
