"""Accuracy in subgroups: sex, age, center."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.evaluate import Estimate, wilson
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.classes import ClassGroup
from CardioAILib.verbs.measured import number

COLUMNS = ("sex", "centre", "vendor", "plane", "set")
AGE = "age"
MISSING = "missing"
BANDS = ((50.0, "<50"), (65.0, "50-64"), (float("inf"), ">=65"))
"""Upper end of each age band in years, and its name."""


def class_groups(
    system: System, studies: Sequence[Study], right: np.ndarray, spoke: np.ndarray
) -> dict[str, tuple[ClassGroup, ...]]:
    """Return the accuracy in each group of every column that divides the studies.

    Args:
        system: The declaration; its own target is no group.
        studies: Study of each result.
        right: Whether each was called right (N,).
        spoke: Whether the arm judged it at all (N,).
    """
    columns = {
        c: [_text(study, c) for study in studies] for c in COLUMNS if c != system.task.target
    }
    columns[AGE] = [age_band(study) for study in studies]
    found = {name: np.array(values)[spoke] for name, values in columns.items()}
    return {
        name: tuple(_group(group, right[spoke][values == group]) for group in _order(values))
        for name, values in found.items()
        if len(set(values.tolist()) - {MISSING}) > 1
    }


def age_band(study: Study) -> str:
    """Return the age band of a study."""
    age = number(study, AGE)
    return MISSING if age is None else next(name for end, name in BANDS if age < end)


def _text(study: Study, column: str) -> str:
    return str(study.facts.get(column, MISSING))


def _order(values: np.ndarray) -> list[str]:
    bands = [name for _, name in BANDS]
    place = {name: index for index, name in enumerate(bands)}
    return sorted(
        set(values.tolist()), key=lambda name: (name == MISSING, place.get(name, 0), name)
    )


def _group(name: str, right: np.ndarray) -> ClassGroup:
    hits, total = int(right.sum()), len(right)
    return ClassGroup(name, total, Estimate(hits / total, wilson(hits, total)))
