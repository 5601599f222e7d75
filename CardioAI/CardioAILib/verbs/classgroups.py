"""Accuracy in subgroups: sex, age, center, bone metastases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.evaluate import Estimate, macro_auc, wilson
from CardioAILib.study import Study
from CardioAILib.system import Classes, System
from CardioAILib.verbs.classes import ClassGroup
from CardioAILib.verbs.measured import number
from CardioAILib.verbs.positives import positive_calls

COLUMNS = ("sex", "centre", "vendor", "plane", "set", "bone_metastases", "acquisition")
AGE = "age"
MISSING = "missing"
BANDS = ((50.0, "<50"), (65.0, "50-64"), (float("inf"), ">=65"))
"""Upper end of each age band in years, and its name."""


def class_groups(
    system: System, studies: Sequence[Study], labels: np.ndarray, probabilities: np.ndarray
) -> dict[str, tuple[ClassGroup, ...]]:
    """Return how the arm did in each group of every column that divides the studies.

    Args:
        system: The declaration; its own target is no group.
        studies: Study of each result that the arm judged.
        labels: Truth of each (N,).
        probabilities: Probability of each class (N, K).
    """
    columns = {
        c: [_text(study, c) for study in studies] for c in COLUMNS if c != system.task.target
    }
    columns[AGE] = [age_band(study) for study in studies]
    found = {name: np.array(values) for name, values in columns.items()}
    return {
        name: tuple(
            _group(system.task, group, labels[values == group], probabilities[values == group])
            for group in _order(values)
        )
        for name, values in found.items()
        if len(set(values.tolist()) - {MISSING}) > 1
    }


def age_band(study: Study) -> str:
    """Return the age band of a study."""
    age = number(study, AGE)
    return MISSING if age is None else next(name for end, name in BANDS if age < end)


def _text(study: Study, column: str) -> str:
    fact = study.facts.get(column, MISSING)
    return f"{fact:g}" if isinstance(fact, float | int) else str(fact)


def _order(values: np.ndarray) -> list[str]:
    bands = [name for _, name in BANDS]
    place = {name: index for index, name in enumerate(bands)}
    return sorted(
        set(values.tolist()), key=lambda name: (name == MISSING, place.get(name, 0), name)
    )


def _group(task: Classes, name: str, truth: np.ndarray, probabilities: np.ndarray) -> ClassGroup:
    right = probabilities.argmax(axis=1) == truth
    hits, total = int(right.sum()), len(right)
    return ClassGroup(
        name,
        total,
        Estimate(hits / total, wilson(hits, total)),
        positive_calls(task, truth, probabilities),
        _macro_auc(truth, probabilities),
    )


def _macro_auc(truth: np.ndarray, probabilities: np.ndarray) -> float | None:
    try:
        return macro_auc(truth, probabilities)
    except CohortError:
        return None
