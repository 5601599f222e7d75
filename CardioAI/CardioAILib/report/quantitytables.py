"""Tables of a measured quantity, as rows of text."""

from __future__ import annotations

from CardioAILib.evaluate import Estimate, QuantityFigures
from CardioAILib.published import PublishedArm
from CardioAILib.report.byview import is_incomplete, view_scores
from CardioAILib.report.quantitywords import digits_of
from CardioAILib.report.tables import Rows
from CardioAILib.report.viewtable import ABSENT, TOGETHER, printed_arm, text
from CardioAILib.task import Quantity
from CardioAILib.verbs.quantities import QuantityEvaluation

SILENT, MISSING = "no answer", "missing"


def task_of(evaluation: QuantityEvaluation) -> Quantity:
    """Return the quantity that was measured."""
    task = evaluation.system.task
    assert isinstance(task, Quantity)
    return task


def shown(estimate: Estimate | None, digits: int) -> str:
    """Return a value of the unit with its interval."""
    if estimate is None:
        return ABSENT
    low, high = estimate.interval.low, estimate.interval.high
    return f"{estimate.value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def quantity_arm_rows(evaluation: QuantityEvaluation) -> Rows:
    """Return a row an arm, and one of naming the average every time."""
    task = task_of(evaluation)
    digits = digits_of(task) + 1
    rows = [["arm", "n", *_figure_titles(task), f"MAE beyond {evaluation.primary}'s ({task.unit})"]]
    for arm, own in evaluation.arms.items():
        beyond = "reference" if arm == evaluation.primary else shown(own.against_primary, digits)
        rows.append([arm, str(own.figures.n), *_figure_cells(own.figures, digits), beyond])
    mean = evaluation.arms[evaluation.primary].figures
    of_mean = shown(mean.mae_of_mean, digits)
    return [*rows, ["the average, every time", str(mean.n), of_mean, "0", "0", *[ABSENT] * 3]]


def quantity_view_rows(evaluation: QuantityEvaluation) -> Rows:
    """Return a row a view and one of the primary arm, with the printed figures."""
    if not evaluation.views:
        return []
    task, primary = task_of(evaluation), evaluation.primary
    digits = digits_of(task) + 1
    printed = printed_arm(evaluation.system, primary)
    header = ["", "studies", *_figure_titles(task), f"MAE beyond {primary}'s ({task.unit})"]
    rows = [[*header, *(["published"] if printed is not None else [])]]
    for view, own in evaluation.views.items():
        cells = [ABSENT] * 5 if own.figures is None else _figure_cells(own.figures, digits)
        rows.append([view, str(own.n), *cells, shown(own.against_primary, digits)])
        rows[-1] += [ABSENT] if printed is not None else []
    found = evaluation.arms[primary].figures
    whole = [TOGETHER.format(arm=primary), str(found.n), *_figure_cells(found, digits), "reference"]
    return [*rows, [*whole, *([printed_figures(printed, task)] if printed is not None else [])]]


def quantity_group_rows(evaluation: QuantityEvaluation) -> Rows:
    """Return a row a subgroup of the primary arm."""
    task = task_of(evaluation)
    rows = [["group", "value", "n", *_figure_titles(task)]]
    for column, groups in evaluation.groups.items():
        for value, own in groups.items():
            cells = _figure_cells(own, digits_of(task) + 1)
            rows.append([column.replace("_", " "), value, str(own.n), *cells])
    return rows


def quantity_study_rows(evaluation: QuantityEvaluation) -> Rows:
    """Return a row a study: truth, what every arm and view told, and the primary arm's error."""
    task, arms, views = task_of(evaluation), list(evaluation.arms), list(evaluation.views)
    digits = digits_of(task) + 1
    rows = [["subject", "study", f"true ({task.unit})", *arms, *views, "told - true", "views"]]
    for result, truth in zip(evaluation.results, evaluation.labels, strict=True):
        told = {arm: result.arms[arm].score for arm in arms if arm in result.arms}
        seen = view_scores(result)
        error = told.get(evaluation.primary)
        rows.append(
            [
                *(result.subject, result.study, f"{truth:.{digits}f}"),
                *(f"{told[arm]:.{digits}f}" if arm in told else SILENT for arm in arms),
                *(f"{seen[view]:.{digits}f}" if view in seen else MISSING for view in views),
                "" if error is None else f"{error - truth:+.{digits}f}",
                "incomplete" if is_incomplete(result) else "complete",
            ]
        )
    return rows


def printed_figures(printed: PublishedArm | None, task: Quantity) -> str:
    """Return what the source prints of an arm that measures."""
    if printed is None:
        return ABSENT
    told = [
        "" if printed.mae is None else f"MAE {printed.mae:g} {task.unit}",
        "" if printed.r2 is None else f"R2 {printed.r2:g}",
    ]
    return ", ".join(filter(None, told)) or ABSENT


def _figure_titles(task: Quantity) -> list[str]:
    return [
        f"MAE ({task.unit}, 95 %)",
        "R2 (95 %)",
        f"bias ({task.unit}, 95 %)",
        f"limits of agreement ({task.unit})",
        "Pearson's r",
    ]


def _figure_cells(own: QuantityFigures, digits: int) -> list[str]:
    limits = f"{own.lower.value:+.{digits}f} to {own.upper.value:+.{digits}f}"
    r = ABSENT if own.correlation is None else f"{own.correlation:.2f}"
    return [shown(own.mae, digits), text(own.r2), shown(own.bias, digits), limits, r]
