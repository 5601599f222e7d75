"""Martini's system thin enough to travel with the extension, and the hearts that teach it."""

from __future__ import annotations

from dataclasses import replace

from CardioAILib.learning import Adam, Ensemble, Network
from CardioAILib.phantoms import Grid, lge_cohort
from CardioAILib.prepare import CropPad, Resample
from CardioAILib.study import Cohort
from CardioAILib.system import System
from CardioAILib.systems import MARTINI_2020

DIAGNOSES = ("amyloidosis", "hypertension", "amyloidosis", "normal", "amyloidosis", "infarct")
"""Half have amyloidosis, as in the paper; thick walls and infarcts are among the others."""

RATE, BATCH, STEPS = 1e-3, 16, 15
"""As many steps an epoch for a view of one image as for one of a stack."""

COARSE_GRID = Grid(slices=6, pixels=144, pixel_mm=1.5, step_mm=13.0)
NEAR_PIXELS = 128
"""Field of the demonstrations' networks, which leaves out most of the chest wall."""


def thin_amyloidosis(width: float = 0.25, steps: int = STEPS) -> System:
    """Return the system with narrow networks that learn quickly.

    Args:
        width: Multiplier of network widths.
        steps: Steps an epoch of each view's network.
    """
    ensemble = MARTINI_2020.arm("dl")
    parts = {name: _thin(part, width, steps) for name, part in ensemble.parts.items()}
    arms = {**MARTINI_2020.arms, "dl": Ensemble(parts)}
    return replace(MARTINI_2020, arms=arms, as_published=None)


def _thin(part: Network, width: float, steps: int) -> Network:
    recipe = replace(part.recipe, optimizer=Adam(RATE), batch=BATCH, steps=steps)
    return replace(part, architecture=replace(part.architecture, width=width), recipe=recipe)


def near_the_heart(system: System) -> System:
    """Return a system that sees a narrower field."""
    _, _, *gray = system.prepare
    grid = Resample(COARSE_GRID.pixel_mm), CropPad(NEAR_PIXELS, centre="image")
    return replace(system, prepare=(*grid, *gray))


def enhanced_hearts(subjects: int, seed: int, size: Grid | None = None) -> Cohort:
    """Simulate late enhancement, half of it of amyloidosis.

    Args:
        subjects: Number of subjects.
        seed: Seed of the cohort.
        size: Grid of all subjects; None for one of a usual protocol.
    """
    return lge_cohort(subjects, seed=seed, diagnoses=DIAGNOSES, size=size)
