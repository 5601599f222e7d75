"""What an evaluation of a measured quantity holds, and how it comes about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from CardioAILib.evaluate import Estimate, QuantityFigures, error_difference, quantity_figures
from CardioAILib.results import Result, arm_names
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.byview import ViewQuantity, seen_by_view, view_quantities
from CardioAILib.verbs.origin import target_source
from CardioAILib.verbs.subgroups import grouped

FEWEST_OF_GROUP = 10
"""Studies below which a subgroup is left out."""


@dataclass(frozen=True, eq=False)
class QuantityArm:
    """How one arm did.

    Args:
        figures: Error, explained variance, limits of agreement.
        told: What it said of each of its results (N,), in the quantity's unit.
        truth: True value of each (N,).
        against_primary: Its mean absolute error minus that of the primary arm on the same studies;
            None for that arm itself.
    """

    figures: QuantityFigures
    told: np.ndarray
    truth: np.ndarray
    against_primary: Estimate | None


@dataclass(frozen=True, eq=False)
class QuantityEvaluation:
    """How a system measured a quantity on a cohort.

    Args:
        system: The declaration.
        mode: "sound" or "paper".
        cohort: Name of the cohort.
        subjects: Number of subjects.
        target_source: Where the truth comes from, in words.
        cross_validated: Whether each study was held out of its own model.
        primary: Arm that the others are compared with.
        arms: Evaluation of each arm, on the results in which it and the primary arm spoke.
        views: Evaluation of each view alone, where the views have a truth of their own.
        groups: Figures of the primary arm by column and value of the cohort table.
        seen: Number of studies that took part in training; none should have.
        results: The results, in order.
        labels: True value of each result (N,).
    """

    system: System
    mode: str
    cohort: str
    subjects: int
    target_source: str
    cross_validated: bool
    primary: str
    arms: Mapping[str, QuantityArm]
    views: Mapping[str, ViewQuantity]
    groups: Mapping[str, Mapping[str, QuantityFigures]]
    seen: int
    results: tuple[Result, ...]
    labels: np.ndarray = field(repr=False)


def evaluate_quantity(
    system: System,
    judged: tuple[Result, ...],
    labels: np.ndarray,
    studies: Sequence[Study],
    cohort: str,
    seen: int,
) -> QuantityEvaluation:
    """Evaluate a system that measures.

    Args:
        system: The declaration.
        judged: Results that have a truth.
        labels: True value of each (N,).
        studies: Study of each.
        cohort: Name of the cohort.
        seen: Number of results whose images took part in training.

    Raises:
        CohortError: Fewer than three results, or a truth that does not vary.
    """
    first = judged[0]
    names = arm_names(judged)
    primary = system.primary if system.primary in names else first.primary
    subjects = np.array([result.subject for result in judged])
    arms = {arm: _arm(judged, labels, subjects, arm, primary) for arm in names}
    return QuantityEvaluation(
        system=system,
        mode=first.provenance.mode,
        cohort=cohort,
        subjects=len(np.unique(subjects)),
        target_source=target_source(system, studies),
        cross_validated=first.fold is not None,
        primary=primary,
        arms=arms,
        views=view_quantities(seen_by_view(system, judged, studies, primary)),
        groups=_groups(judged, labels, subjects, studies, primary),
        seen=seen,
        results=judged,
        labels=labels,
    )


def _arm(
    judged: Sequence[Result], labels: np.ndarray, subjects: np.ndarray, arm: str, primary: str
) -> QuantityArm:
    rows = np.flatnonzero([{arm, primary} <= result.arms.keys() for result in judged])
    told, truth = _told([judged[i] for i in rows], arm), labels[rows]
    other = None
    if arm != primary:
        best = _told([judged[i] for i in rows], primary)
        other = error_difference(told, best, truth, subjects[rows])
    return QuantityArm(quantity_figures(told, truth, subjects[rows]), told, truth, other)


def _told(results: Sequence[Result], arm: str) -> np.ndarray:
    return np.array([result.arms[arm].score for result in results])


def _groups(
    judged: Sequence[Result],
    labels: np.ndarray,
    subjects: np.ndarray,
    studies: Sequence[Study],
    primary: str,
) -> dict[str, dict[str, QuantityFigures]]:
    """Return the figures of each value of each column that divides the studies."""
    rows = [i for i, result in enumerate(judged) if primary in result.arms]
    told = _told([judged[i] for i in rows], primary)
    found: dict[str, dict[str, QuantityFigures]] = {}
    for column, words in grouped([studies[i] for i in rows]).items():
        for word in np.unique(words[words != ""]):
            own = words == word
            truth = labels[rows][own]
            if own.sum() >= FEWEST_OF_GROUP and np.ptp(truth) > 0:
                figures = quantity_figures(told[own], truth, subjects[rows][own])
                found.setdefault(column, {})[str(word)] = figures
    return {column: own for column, own in found.items() if len(own) > 1}
