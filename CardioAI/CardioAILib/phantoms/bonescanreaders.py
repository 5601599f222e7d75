"""Simulated readers of bone scans: they see the uptake of the heart, each a little differently."""

from __future__ import annotations

import numpy as np

from CardioAILib.phantoms.bonescanpatient import RATIOS
from CardioAILib.study import Fact

HABIT, MOOD = 0.16, 0.12
"""Deviation of the logarithm of uptake that a reader has in a patient, and in one reading."""

READERS = ("reader1", "reader2")


def readings_of(heart_to_bone: float, rng: np.random.Generator) -> dict[str, Fact]:
    """Return the facts `grade_reader1`, `grade_reader1_again` and `grade_reader2`.

    Args:
        heart_to_bone: True ratio of uptake.
        rng: Source of chance.
    """
    habits = {reader: rng.normal(0, HABIT) for reader in READERS}
    moods = rng.normal(0, MOOD, 3)
    seen = {
        "grade_reader1": habits["reader1"] + moods[0],
        "grade_reader1_again": habits["reader1"] + moods[1],
        "grade_reader2": habits["reader2"] + moods[2],
    }
    return {name: float(_grade(np.log(heart_to_bone) + error)) for name, error in seen.items()}


def _grade(log_ratio: float) -> int:
    """Return the grade between whose borders, half way between medians, a ratio lies."""
    medians = np.log([median for median, _ in RATIOS.values()])
    return int(np.searchsorted((medians[1:] + medians[:-1]) / 2, log_ratio))
