"""Small versions of the systems for bone scintigraphy, and simulated scans for them."""

from dataclasses import replace

from CardioAILib.learning import Network
from CardioAILib.phantoms.bonescan import bone_cohort
from CardioAILib.study import Cohort
from CardioAILib.system import System
from CardioAILib.verbs.adapt import adapt

OWN = ("linear", "residual")
"""The paper's own networks."""

COARSE = (512, 128)
"""Rows and columns of a scan that is quick to draw."""


def small_halme(
    system: System, arms: tuple[str, ...] = OWN, rate: float = 2e-3, copies: int = 1
) -> System:
    """The real declaration with two thin networks, two folds and few copies."""
    system = adapt(system, folds=2, width=0.25, rate=rate)
    few = {name: _quick(system.arms[name], copies) for name in arms}
    return replace(system, arms=few, primary=arms[-1], as_published=None)


def _quick(arm: Network, copies: int) -> Network:
    return replace(arm, copies=copies, recipe=replace(arm.recipe, batch=8))


def scans(n: int, seed: int = 0, **how: object) -> Cohort:
    """Simulated scans, grades in turn."""
    return bone_cohort(n, seed=seed, **how)
