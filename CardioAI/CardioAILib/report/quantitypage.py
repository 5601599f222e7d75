"""The report on a measured quantity: the page, its pictures, and the tables for machines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CardioAILib.codec import write_json
from CardioAILib.evaluate import QuantityFigures
from CardioAILib.io.table import write_lines
from CardioAILib.report import figures
from CardioAILib.report.byview import is_incomplete, share_rows
from CardioAILib.report.context import Context, honesty
from CardioAILib.report.curves import draw_curves
from CardioAILib.report.machine import described, plain_estimate
from CardioAILib.report.population import by_part, everyone
from CardioAILib.report.populationtable import population_rows
from CardioAILib.report.quantitycases import quantity_cases
from CardioAILib.report.quantityplots import draw_bland_altman, draw_scatter
from CardioAILib.report.quantitytables import (
    quantity_arm_rows,
    quantity_group_rows,
    quantity_study_rows,
    quantity_view_rows,
    task_of,
)
from CardioAILib.report.quantitywords import digits_of
from CardioAILib.report.resultstable import write_results_table
from CardioAILib.report.style import embedded
from CardioAILib.report.tables import Rows
from CardioAILib.report.template import PAGE, render, write_page
from CardioAILib.report.wording import ways_of
from CardioAILib.study import Study
from CardioAILib.verbs.quantities import QuantityEvaluation
from CardioAILib.verbs.units import units

TEMPLATE = "quantity.html"


def write_quantity_report(evaluation: QuantityEvaluation, context: Context, folder: Path) -> Path:
    """Write `report.html`, `evaluation.json`, CSV tables and `figures/`.

    Args:
        evaluation: The evaluation.
        context: What else the page shows.
        folder: Where everything goes.

    Returns:
        The page's path.
    """
    by_key = {study.key: study for study in units(evaluation.system, context.cohort)}
    studies = [by_key[result.subject, result.study] for result in evaluation.results]
    tables = quantity_tables(evaluation, studies)
    if context.parts:
        people = by_part(evaluation.system, context.cohort, context.parts)
        tables["parts"] = population_rows(people)
    pictures = _draw(evaluation, context, studies, folder / "figures")
    origin = evaluation.results[0].provenance
    found = evaluation.arms[evaluation.primary].figures
    text = render(
        TEMPLATE,
        evaluation=evaluation,
        context=context,
        **honesty(evaluation.target_source, context.developed),
        **ways_of(evaluation.system, list(evaluation.arms)),
        developed=context.developed,
        primary=evaluation.primary,
        figures=found,
        digits=digits_of(task_of(evaluation)) + 1,
        beats_the_mean=found.gain.interval.low > 0,
        tables=tables,
        cases=quantity_cases(
            evaluation, by_key, context.results, folder / "figures", context.drawer
        ),
        pictures={name: embedded(path) for name, path in pictures.items()},
        incomplete=sum(map(is_incomplete, evaluation.results)),
        origin=origin,
    )
    _write_tables(evaluation, tables, folder)
    write_json(quantity_machine_readable(evaluation), folder / "evaluation.json")
    return write_page(text, folder / PAGE)


def quantity_tables(evaluation: QuantityEvaluation, studies: list[Study]) -> dict[str, Rows]:
    """Return the tables of the page, by name; what has nothing to show is empty.

    Args:
        evaluation: The evaluation.
        studies: Study of each result.
    """
    known = population_rows(everyone(evaluation, studies), [len(evaluation.results)])
    return {
        "arms": quantity_arm_rows(evaluation),
        "views": quantity_view_rows(evaluation),
        "groups": quantity_group_rows(evaluation),
        # One group has nothing to be compared with: its p is left out.
        "population": [row[:-1] for row in known],
        "shares": share_rows(evaluation.results),
        "studies": quantity_study_rows(evaluation),
    }


def quantity_machine_readable(evaluation: QuantityEvaluation) -> dict[str, Any]:
    """Return the evaluation's numbers in plain values, with their origin."""
    return {
        **described(evaluation),
        "unit": task_of(evaluation).unit,
        "arms": {
            arm: {
                **plain_figures(own.figures),
                "mean absolute error beyond primary": plain_estimate(own.against_primary),
            }
            for arm, own in evaluation.arms.items()
        },
        "views": {
            view: None if own.figures is None else plain_figures(own.figures)
            for view, own in evaluation.views.items()
        },
        "groups": {
            column: {value: plain_figures(own) for value, own in groups.items()}
            for column, groups in evaluation.groups.items()
        },
    }


def plain_figures(own: QuantityFigures) -> dict[str, Any]:
    """Return figures with their intervals in plain values."""
    told = {
        "mean absolute error": own.mae,
        "r2": own.r2,
        "bias": own.bias,
        "lower limit of agreement": own.lower,
        "upper limit of agreement": own.upper,
        "mean absolute error of naming the mean": own.mae_of_mean,
        "gain over naming the mean": own.gain,
    }
    plain = {name: plain_estimate(value) for name, value in told.items()}
    return {"n": own.n, **plain, "correlation": own.correlation}


def _draw(
    evaluation: QuantityEvaluation, context: Context, studies: list[Study], folder: Path
) -> dict[str, Path]:
    drawn = {
        "scatter": draw_scatter(evaluation, studies, folder / "scatter.png"),
        "bland_altman": draw_bland_altman(evaluation, folder / "bland_altman.png"),
        "attention": figures.draw_attention(evaluation, folder / "attention.png"),
        "curves": draw_curves(context.summary.get("curves", {}), folder / "curves.png"),
    }
    return {name: path for name, path in drawn.items() if path is not None}


def _write_tables(evaluation: QuantityEvaluation, tables: Mapping[str, Rows], folder: Path) -> None:
    truth = [f"{value:.6g}" for value in evaluation.labels]
    write_results_table(evaluation.results, folder / "results.csv", truth=truth)
    write_lines(tables["arms"], folder / "arms.csv")
    for name in ("views", "groups"):
        if len(tables[name]) > 1:
            write_lines(tables[name], folder / f"{name}.csv")
