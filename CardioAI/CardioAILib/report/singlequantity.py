"""What the page on one result shows of a measured quantity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.report.byview import lacking, view_rows
from CardioAILib.report.heartparts import heart_parts
from CardioAILib.report.quantitytables import printed_figures
from CardioAILib.report.quantitywords import with_unit
from CardioAILib.report.tables import Rows
from CardioAILib.report.wording import joins_views
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.task import Quantity
from CardioAILib.verbs.development import EXPLAINED
from CardioAILib.verbs.judge import ERROR

COLUMNS = ["arm", "value", "range over members"]


def quantity_parts(
    result: Result, system: System, developed: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the page on a result of a measured quantity shows of its own.

    Args:
        result: The result.
        system: The declaration.
        developed: What the model card says of the development data.
        facts: What the cohort table says of the study.
    """
    task = system.task
    assert isinstance(task, Quantity)
    told = dict(zip(COLUMNS, _arm_row(result, result.primary, task), strict=True))
    return {
        "main": told,
        "error": error_text(task, developed, result.primary),
        "average": average_text(task, developed),
        "arms": [COLUMNS, *(_arm_row(result, arm, task) for arm in result.arms)],
        "published": quantity_published_rows(result, system, developed),
        "incomplete": lacking(result),
        "by_view": view_rows(result, system),
        "joined": joins_views(system, result.primary),
        **heart_parts(result.measurements, facts),
    }


def error_text(task: Quantity, developed: Mapping[str, Any], arm: str) -> str:
    """Return the mean absolute error of an arm on development data, or that it is not known."""
    if arm not in developed.get(ERROR, {}):
        return "not known"
    return f"± {developed[ERROR][arm]:.3g} {task.unit}"


def average_text(task: Quantity, developed: Mapping[str, Any]) -> str:
    """Return mean and deviation of the development data; empty where they are not known."""
    known = developed.get("values")
    if known is None:
        return ""
    spread = f"{known['standard deviation']:.3g}"
    return f"{with_unit(task, known['mean'])}, standard deviation {spread} {task.unit}"


def quantity_published_rows(result: Result, system: System, developed: Mapping[str, Any]) -> Rows:
    """Return the printed figures of each arm, after this model's own on its development data."""
    task = system.task
    assert isinstance(task, Quantity)
    tests = system.published.tests
    header = ["arm", f"this model, out of fold: MAE ({task.unit}, 95 %)", "R2 (95 %)"]
    rows = [[*header, *(f"published {test}" for test in tests)]]
    for arm in result.arms:
        own = [_developed(developed, name, arm) for name in (ERROR, EXPLAINED)]
        printed = [printed_figures(arms.get(arm), task) for arms in tests.values()]
        rows.append([arm, *own, *printed])
    return rows


def _developed(developed: Mapping[str, Any], name: str, arm: str) -> str:
    if arm not in developed.get(name, {}):
        return "not known"
    low, high = developed[f"{name} interval"][arm]
    return f"{developed[name][arm]:.3g} ({low:.3g} to {high:.3g})"


def _arm_row(result: Result, arm: str, task: Quantity) -> list[str]:
    """Return what one arm tells, as text in the order of `COLUMNS`."""
    found = result.arms[arm]
    low, high = (with_unit(task, value) for value in (min(found.members), max(found.members)))
    span = f"{low} to {high}" if len(found.members) > 1 else "one member"
    return [arm, with_unit(task, found.score), span]
