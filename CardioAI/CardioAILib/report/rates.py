"""Arms side by side by the figures of their decisions, with the printed ones below each."""

from __future__ import annotations

import numpy as np

from CardioAILib.decide import is_positive
from CardioAILib.errors import CohortError
from CardioAILib.evaluate import f1_by_subject
from CardioAILib.published import PublishedArm
from CardioAILib.report.printed import counts_of, tests_with_counts
from CardioAILib.report.tables import Rows, number, rate_with_interval
from CardioAILib.results import ArmResult
from CardioAILib.verbs.evaluation import Evaluation

HEADER = ["arm", "accuracy", "precision", "recall", "F1", "AUC"]
ABSENT = "-"


def rate_rows(evaluation: Evaluation) -> Rows:
    """Return a row an arm with intervals, and one below it for each printed test of that arm."""
    rows = [list(HEADER)]
    for arm, found in evaluation.arms.items():
        rates = [rate_with_interval(found, name) for name in ("accuracy", "ppv", "sensitivity")]
        rows.append([arm, *rates, f1_with_interval(evaluation, arm), str(found.auc)])
        for test, printed in tests_with_counts(evaluation.system, arm):
            rows.append([f"{arm}, published {test}", *_printed(printed)])
    return rows


def prints_counts(evaluation: Evaluation) -> bool:
    """Say whether the source prints the counts of any of these arms."""
    return any(any(tests_with_counts(evaluation.system, arm)) for arm in evaluation.arms)


def f1_with_interval(evaluation: Evaluation, arm: str) -> str:
    """Return F1 of the decisions with an interval from resampled subjects."""
    own = [index for index, result in enumerate(evaluation.results) if arm in result.arms]
    results = [evaluation.results[index] for index in own]
    subjects = np.array([result.subject for result in results])
    common = evaluation.arms[arm].operating.threshold
    called = np.array([_called(result.arms[arm], common) for result in results], bool)
    try:
        return str(f1_by_subject(evaluation.labels[own], called, subjects))
    except CohortError:
        return ABSENT


def _called(found: ArmResult, common: float) -> bool:
    return is_positive(found.score, common if found.threshold is None else found.threshold)


def _printed(arm: PublishedArm) -> list[str]:
    point = counts_of(arm)
    assert point is not None
    rates = (point.accuracy, point.ppv, point.sensitivity, point.f1)
    return [*map(number, rates), ABSENT if arm.auc is None else f"{arm.auc:g}"]
