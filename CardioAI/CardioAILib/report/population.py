"""Who was judged: what the cohort table and the segmentations say of each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from CardioAILib.errors import CardioAIError
from CardioAILib.evaluate import chi_square, kruskal_wallis, median_iqr
from CardioAILib.report.measured import is_known, label_of, shown
from CardioAILib.report.tables import Rows, p_text
from CardioAILib.study import Study
from CardioAILib.verbs.classes import ClassEvaluation

WORDS = ("sex", "centre", "vendor")
"""Columns of the cohort table that hold words."""
NUMBERS = {"age": "age (years)", "height_cm": "height (cm)", "weight_kg": "weight (kg)"}
"""Columns of the cohort table that hold numbers, and what they are called."""
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
)
"""Measurements of the table, where there are any."""

Subject = tuple[int, Mapping[str, Any]]
"""Class of a subject, and what is known of him."""


def population_rows(evaluation: ClassEvaluation, studies: Mapping[Any, Study]) -> Rows:
    """Return the paper's table 1: facts and measurements by class, with p.

    A subject counts once a class, by the first result.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
    """
    names = evaluation.system.task.names
    known = _subjects(evaluation, studies)
    rows = [["", *names, "p"], ["results", *map(str, evaluation.counts), ""]]
    counts = [sum(label == index for label, _ in known) for index in range(len(names))]
    rows.append(["subjects", *map(str, counts), ""])
    for column in WORDS:
        rows += _word_rows(known, column, len(names))
    for column, title in {**NUMBERS, **{name: label_of(name) for name in MEASURED}}.items():
        rows += _number_rows(known, column, title, len(names))
    return rows


def _subjects(evaluation: ClassEvaluation, studies: Mapping[Any, Study]) -> list[Subject]:
    found: dict[tuple[str, int], Subject] = {}
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        study = studies.get((result.subject, result.study))
        facts = {} if study is None else study.facts
        known = {**result.measurements, **facts}
        found.setdefault((result.subject, int(label)), (int(label), known))
    return list(found.values())


def _word_rows(known: Sequence[Subject], column: str, classes: int) -> Rows:
    """Return a row a word: how many of each class have it, and the chi-square p of the column."""
    said = [(label, str(facts[column])) for label, facts in known if facts.get(column)]
    words = sorted({word for _, word in said})
    table = [[said.count((index, word)) for index in range(classes)] for word in words]
    if len(words) < 2:
        return []
    p = _p(chi_square, table)
    return [
        [f"{column}: {word}", *map(str, counts), p if word == words[0] else ""]
        for word, counts in zip(words, table, strict=True)
    ]


def _number_rows(known: Sequence[Subject], column: str, title: str, classes: int) -> Rows:
    """Return median and quartiles of each class, with the Kruskal-Wallis p; nothing if unknown."""
    values = [
        [
            float(facts[column])
            for label, facts in known
            if label == index and is_known(facts.get(column))
        ]
        for index in range(classes)
    ]
    if not any(values):
        return []
    missing = sum(not is_known(facts.get(column)) for _, facts in known)
    noted = f"{title}, not known of {missing}" if missing else title
    cells = [_quartiles(own) if own else "-" for own in values]
    return [[noted, *cells, _p(kruskal_wallis, *values)]]


def _quartiles(values: Sequence[float]) -> str:
    found = median_iqr(values)
    return f"{shown(found.median)} ({shown(found.lower)} to {shown(found.upper)})"


def _p(test: Any, *samples: Any) -> str:
    """Return a test's p; nothing where a class is empty or all are alike."""
    try:
        return p_text(test(*samples))
    except CardioAIError:
        return ""
