"""Late enhancement of drawn rings, small enough for tests of what happens to views."""

from dataclasses import replace
from typing import Any

import numpy as np
from CardioAILib.learning import GradientBoosting, Tabular
from CardioAILib.prepare import ClipPercentile, CropPad, Resample, ZScore
from CardioAILib.study import Cohort, Image, Mask, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.adapt import adapt

SIDE = 48
SLICES = {"2C": 1, "4C": 1, "SAX": 5}


ALIKE = {
    "age": 60.0,
    "sex": "F",
    "BSA_m2": 1.8,
    "LVEDVI_ml_per_m2": 70.0,
    "LVESVI_ml_per_m2": 28.0,
    "LVSVI_ml_per_m2": 42.0,
    "RVEDVI_ml_per_m2": 75.0,
    "RVEF_percent": 55.0,
}
"""Findings that tell no one apart, so that half of all are known."""
FEW_TREES = GradientBoosting(trees=(10,), depths=(1,), rates=(0.1,), leaves=(1,), folds=2)


def small_views(system: System) -> System:
    """The system with thin networks on small images, and nothing to search among trees."""
    prepare = (Resample(1.5), CropPad(SIDE, centre="image"), ClipPercentile(1, 99), ZScore())
    arms = {
        name: replace(arm, classify=FEW_TREES) if _boosts(arm) else arm
        for name, arm in system.arms.items()
    }
    return adapt(replace(system, prepare=prepare, arms=arms), width=0.1, rate=3e-3)


def _boosts(arm: Any) -> bool:
    return isinstance(arm, Tabular) and isinstance(arm.classify, GradientBoosting)


def ring_cohort(n: int, seed: int = 0, views: tuple[str, ...] = tuple(SLICES)) -> Cohort:
    """Studies of which every second has amyloidosis: a ring brighter than the cavity."""
    return Cohort(tuple(ring_study(index, seed, views) for index in range(n)))


def ring_study(index: int, seed: int, views: tuple[str, ...]) -> Study:
    """One study, its findings among its facts."""
    rng = np.random.default_rng((seed, index))
    label = index % 2
    images = {}
    for view in views:
        role = Role("MR", "LGE", view)
        images[role], images[replace(role, kind="mask", phase="LGE")] = _ring(rng, view, label)
    facts = {
        "amyloidosis": float(label),
        "pathology": ("normal", "infarct")[label],
        "early_darkening": float(rng.random() < (0.1, 0.9)[label]),
        "LVEF_percent": float(rng.normal(60 - 5 * label, 6)),
        **ALIKE,
    }
    return Study(f"ring{index:03d}", "1", images, facts)


def _ring(rng: np.random.Generator, view: str, label: int) -> tuple[Image, Mask]:
    down, across = np.indices((SIDE, SIDE)) - SIDE / 2
    radius = np.hypot(down, across)
    ring, cavity = (radius >= 8) & (radius < 13), radius < 8
    wall, blood = (60.0, 140.0) if label == 0 else (140.0, 60.0)
    picture = 20.0 + ring * wall + cavity * blood
    shape = (1, SLICES[view], SIDE, SIDE)
    matrix = np.diag([1.5, 1.5, 8.0, 1.0])
    pixels = picture + rng.normal(0, 10, shape)
    labels = np.broadcast_to(ring + 2 * cavity, shape).astype(np.uint8)
    mask = Mask(labels, matrix, labels={"myocardium": 1, "lv_cavity": 2})
    return Image(pixels.astype(np.float32), matrix), mask
