"""A paper's table 1: what the cohort table and the segmentations say of subjects by group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from CardioAILib.errors import CardioAIError
from CardioAILib.evaluate import chi_square, kruskal_wallis, mann_whitney, median_iqr
from CardioAILib.learning import Item
from CardioAILib.measurements.echo import ECHO_COLUMNS
from CardioAILib.report.measured import is_known, label_of, shown
from CardioAILib.report.population import Population
from CardioAILib.report.readersfindings import label_with_unit
from CardioAILib.report.tables import Rows, p_text

WORDS = ("sex", "centre", "vendor", "manufacturer")
"""Columns of the cohort table that hold words."""
NUMBERS = {
    "age": "age (years)",
    "height_cm": "height (cm)",
    "weight_kg": "weight (kg)",
    "heart_rate": "heart rate (1/min)",
    "frame_rate_hz": "frame rate (1/s)",
    "ef_percent": "LVEF of the cohort table (%)",
    "t1_ms": "native T1 (ms)",
    "t2_ms": "T2 (ms)",
    "ecv_percent": "extracellular volume (%)",
}
"""Columns of the cohort table that hold numbers, and what they are called."""
QUESTIONS = (
    Item("prior_infarct", "Prior infarct", "", 0.0, 1.0, "yes/no", ""),
    Item("wma", "Wall motion abnormality", "", 0.0, 1.0, "yes/no", ""),
    Item("lge", "Late gadolinium enhancement", "", 0.0, 1.0, "yes/no", ""),
)
"""Columns that hold an answer, beside those of a reader's findings."""
MEASURED = (
    "BSA_m2",
    "LV_EDV_ml",
    "LV_EDV_index_ml_per_m2",
    "LV_ESV_ml",
    "LV_EF_percent",
    "LV_mass_g",
    "LV_mass_index_g_per_m2",
    "wall_thickness_ED_max_mm",
    "RV_EDV_ml",
    "RV_EF_percent",
    "RV_LV_EDV_ratio",
    "LGE_extent_5sd_percent",
    "LGE_extent_fwhm_percent",
    "LGE_CNR_blood_myocardium",
    *ECHO_COLUMNS,
)
"""Measurements of the table, where there are any."""


def population_rows(population: Population, results: Sequence[int] = ()) -> Rows:
    """Return a paper's table 1: facts and measurements by group, with p.

    Args:
        population: The subjects.
        results: Number of results by group; no such row without.
    """
    rows = [["", *population.names, "p"]]
    rows += [["results", *map(str, results), ""]] if len(results) else []
    groups = [group for group, _ in population.known]
    counts = np.bincount(groups, minlength=len(population.names))
    rows.append(["subjects", *map(str, counts), ""])
    numbers, questions = _columns(population.items)
    for column in WORDS:
        rows += _word_rows(population, column)
    for column, title in numbers.items():
        rows += _number_rows(population, column, title)
    for item in questions:
        rows += _question_rows(population, item)
    return rows


def _columns(items: Sequence[Item]) -> tuple[dict[str, str], list[Item]]:
    """Return the columns of numbers with their titles, and the questions."""
    found = {item.column: label_with_unit(item) for item in items if item.kind == "number"}
    measured = {name: label_of(name) for name in MEASURED}
    asked = [item for item in items if item.kind == "yes/no"]
    return {**NUMBERS, **measured, **found}, [*QUESTIONS, *asked]


def _word_rows(population: Population, column: str) -> Rows:
    """Return a row a word: how many of each group have it, and the chi-square p of the column."""
    cells = [[str(cell) for cell in own] for own in population.of(column)]
    words = sorted({word for own in cells for word in own})
    if len(words) < 2:
        return []
    table = [[own.count(word) for own in cells] for word in words]
    p = _p(_yates, table)
    return [
        [f"{column}: {word}", *map(str, counts), p if word == words[0] else ""]
        for word, counts in zip(words, table, strict=True)
    ]


def _number_rows(population: Population, column: str, title: str) -> Rows:
    """Return median and quartiles of each group, with p; nothing if unknown."""
    values = [[float(cell) for cell in own if is_known(cell)] for own in population.of(column)]
    if not any(values):
        return []
    cells = [_quartiles(own) if own else "-" for own in values]
    test = mann_whitney if len(values) == 2 else kruskal_wallis
    return [[_noted(title, population, values), *cells, _p(test, *values)]]


def _question_rows(population: Population, item: Item) -> Rows:
    """Return how many of each group have it, with the chi-square p; nothing if never asked."""
    values = [[_read(item, cell) for cell in own] for own in population.of(item.column)]
    known = [[value for value in own if value == value] for own in values]
    if not any(known):
        return []
    yes = [int(sum(own)) for own in known]
    table = [yes, [len(own) - n for own, n in zip(known, yes, strict=True)]]
    pairs = zip(yes, known, strict=True)
    cells = [f"{n}/{len(own)} ({n / len(own):.0%})" if own else "-" for n, own in pairs]
    return [[_noted(item.label, population, known), *cells, _p(_yates, table)]]


def _read(item: Item, cell: Any) -> float:
    """Return an answer as 0 or 1; nan for what is none, of which the arm itself complains."""
    try:
        return item.read(cell)
    except CardioAIError:
        return math.nan


def _noted(title: str, population: Population, values: Sequence[Sequence[Any]]) -> str:
    missing = len(population.known) - sum(map(len, values))
    return f"{title}, not known of {missing}" if missing else title


def _quartiles(values: Sequence[float]) -> str:
    found = median_iqr(values)
    return f"{shown(found.median)} ({shown(found.lower)} to {shown(found.upper)})"


def _yates(table: Sequence[Sequence[int]]) -> float:
    """Return the chi-square p, with the correction where the table is 2 x 2."""
    return chi_square(table, yates=True)


def _p(test: Any, *samples: Any) -> str:
    """Return a test's p; nothing where a group is empty or all are alike."""
    try:
        return p_text(test(*samples))
    except CardioAIError:
        return ""
