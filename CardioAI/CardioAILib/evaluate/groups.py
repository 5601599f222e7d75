"""The same numbers, group by group: sex, center, scanner, infarct yes or no."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import CohortError
from CardioAILib.evaluate._checks import FloatArray, LabelArray, labeled, same_length
from CardioAILib.evaluate.delong import delong_interval
from CardioAILib.evaluate.intervals import Estimate
from CardioAILib.evaluate.operating import OperatingPoint, operating_point

MISSING = "missing"
"""Name of the group of rows whose group is None, NaN or empty."""


@dataclass(frozen=True)
class GroupResult:
    """One row of a subgroup table.

    Attributes:
        group: Name of the group.
        n: Rows in it.
        positives: Rows with label 1.
        auc: Area under the ROC curve with its DeLong interval, None where it cannot be had.
        reason: Why there is no area; empty where there is one.
        operating: Counts and rates at the common threshold.
    """

    group: str
    n: int
    positives: int
    auc: Estimate | None
    reason: str
    operating: OperatingPoint


def by_group(
    labels: ArrayLike,
    scores: ArrayLike,
    groups: Iterable[object],
    threshold: float,
    level: float = 0.95,
) -> tuple[GroupResult, ...]:
    """Return one result a group, sorted by name, `MISSING` last.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        scores: Higher means more likely positive, shape ``(N,)``, one row a subject.
        groups: Group of each row, shape ``(N,)``, of any type.
        threshold: At or above it a row is called positive, the same in all groups.
        level: Confidence level of the areas.

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, or nothing was passed.
    """
    y, s = labeled(labels, scores)
    names = np.array([_name(group) for group in groups], dtype=np.str_)
    same_length(labels=y.size, groups=names.size)
    order = sorted(set(names.tolist()), key=lambda name: (name == MISSING, name))
    return tuple(_result(name, names == name, y, s, threshold, level) for name in order)


def _result(
    name: str,
    rows: NDArray[np.bool_],
    labels: LabelArray,
    scores: FloatArray,
    threshold: float,
    level: float,
) -> GroupResult:
    y, s = labels[rows], scores[rows]
    auc, reason = _auc(y, s, level)
    positives = int(np.count_nonzero(y))
    return GroupResult(name, y.size, positives, auc, reason, operating_point(y, s, threshold))


def _auc(y: LabelArray, s: FloatArray, level: float) -> tuple[Estimate | None, str]:
    try:
        return delong_interval(y, s, level), ""
    except CohortError as error:
        return None, f"{error.got}; needs {error.wanted}"


def _name(group: object) -> str:
    # NaN is the one value that differs from itself.
    absent = group is None or group != group or group == ""
    return MISSING if absent else str(group)
