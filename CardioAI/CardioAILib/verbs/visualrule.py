"""The grade of the visual rule beside the truth and beside the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.verbs.agreements import agreement_of
from CardioAILib.verbs.classes import VisualRule
from CardioAILib.verbs.planar import VISUAL_GRADE, is_planar
from CardioAILib.verbs.positives import calls_of, is_graded, positive_labels
from CardioAILib.verbs.readers import UNSAID

RULE, TRUTH = "visual rule", "truth"
RANKED_BY = "heart_to_ribs_net"
"""The ratio that the rule grades."""


def visual_rule(
    system: System,
    results: Sequence[Result],
    labels: np.ndarray,
    called: np.ndarray,
    arm: str,
) -> VisualRule | None:
    """Set the grades of the visual rule beside truth and network; None where it gave none.

    Args:
        system: The declaration.
        results: The results.
        labels: Truth of each (N,).
        called: Grade that the network called (N,), -1 where it did not.
        arm: The network's arm.
    """
    task = system.task
    if not (is_planar(system) and is_graded(task) and task.positive):
        return None
    rule = rule_grades(results, len(task.names))
    both = np.flatnonzero((rule != UNSAID) & (called != UNSAID))
    if not len(both):
        return None
    subjects = np.array([results[index].subject for index in both])
    own, truth, network = rule[both], labels[both], called[both]
    pairs = (
        ((RULE, TRUTH, "rule and truth"), (own, truth)),
        ((arm, TRUTH, "network and truth"), (network, truth)),
        ((RULE, arm, "rule and network"), (own, network)),
    )
    among = positive_labels(task)
    ratios = np.array([results[index].measurements.get(RANKED_BY, np.nan) for index in both])
    # The rule gives no grade without that ratio; results of other versions may lack it.
    ranks = ratios if np.isfinite(ratios).all() else own.astype(float)
    return VisualRule(
        arm=arm,
        agreements=tuple(agreement_of(task, who, read, subjects) for who, read in pairs),
        confusion=_counts(truth, own, len(task.names)),
        beside=_counts(network, own, len(task.names)),
        positive=calls_of(np.isin(truth, among), np.isin(own, among), ranks),
    )


def rule_grades(results: Sequence[Result], grades: int) -> np.ndarray:
    """Return the grade that the rule suggests of each result (N,), -1 where it gives none."""
    told = [result.measurements.get(VISUAL_GRADE) for result in results]
    return np.array([int(g) if g is not None and g in range(grades) else UNSAID for g in told], int)


def _counts(rows: np.ndarray, columns: np.ndarray, grades: int) -> np.ndarray:
    counts = np.zeros((grades, grades), int)
    np.add.at(counts, (rows, columns), 1)
    return counts
