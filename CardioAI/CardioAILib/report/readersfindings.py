"""What a reader found in a study, as the columns that a tabular arm declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.errors import CohortError
from CardioAILib.learning import Item
from CardioAILib.report.measured import shown
from CardioAILib.report.tables import Rows
from CardioAILib.system import System
from CardioAILib.verbs.cells import items_of

NOT_ASSESSED = "not assessed"
NOT_READABLE = "not readable"
ANSWERS = {"yes/no": ("no", "yes"), "F/M": ("F", "M")}


def words_by_column(system: System) -> dict[str, str]:
    """Return what each column is called, with its unit."""
    return {item.column: label_with_unit(item) for item in items_of(system)}


def label_with_unit(item: Item) -> str:
    """Return a finding's name with its unit, as in `LV mass index (g/m²)`."""
    return f"{item.label} ({item.unit})" if item.unit else item.label


def finding_rows(system: System, facts: Mapping[str, Any]) -> Rows:
    """Return a row a finding: what a reader found in a study; nothing where no arm reads any.

    Args:
        system: The declaration.
        facts: What the cohort table says of the study.
    """
    items = items_of(system)
    if not items:
        return []
    rows = [(label_with_unit(item), answer(item, facts.get(item.column))) for item in items]
    return [["finding", "reader"], *map(list, rows)]


def told_findings(system: System, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return what a bar says of each finding of a study: its name and the reader's answer."""
    told = {item.column: answer(item, facts.get(item.column)) for item in items_of(system)}
    return {name: f"{words}: {told[name]}" for name, words in words_by_column(system).items()}


def answer(item: Item, cell: Any) -> str:
    """Return a cell in words: a number, an answer, or that there is none."""
    try:
        value = item.read(cell)
    except CohortError:
        return NOT_READABLE
    if value != value:
        return NOT_ASSESSED
    return ANSWERS[item.kind][int(value)] if item.kind in ANSWERS else shown(value)
