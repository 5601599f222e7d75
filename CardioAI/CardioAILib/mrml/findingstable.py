"""A reader's findings as a table node that a saved scene brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import all_or_nothing, place_beside, require_present, write_attributes
from CardioAILib.mrml.tables import add_column, locked
from CardioAILib.results import RESEARCH_ONLY

HEADER = ("name", "value", "unit", "source", "finding")
ROLE = "findings of a reader"
NOT_ASSESSED = "not assessed"

Row = tuple[str, str, str, str, str]


def make_findings(scene: Node, rows: Sequence[Row], neighbor: Node | None = None) -> Node:
    """Make the table of findings.

    Args:
        scene: The scene.
        rows: A row a finding under `HEADER`: column, cell, unit, source, name for people.
        neighbor: Node of the study that the table comes to lie under, or None.

    Returns:
        The vtkMRMLTableNode.
    """
    with all_or_nothing(scene) as maker:
        table = maker.node("vtkMRMLTableNode", "findings")
        write_attributes(table, {"Role": ROLE, "Note": RESEARCH_ONLY})
        _fill(table, rows)
        place_beside(scene, [table], neighbor)
    return table


def change_findings(scene: Node, table: Node, rows: Sequence[Row]) -> None:
    """Write findings into the table that is there.

    Raises:
        MissingInputError: It was deleted.
    """
    require_present(scene, table, "the table of findings")
    table.RemoveAllColumns()
    _fill(table, rows)


def read_findings(table: Node) -> dict[str, tuple[str, str]]:
    """Return cell and source of each finding of a table, by its column in a cohort table.

    Raises:
        InputError: The table has no columns `name` and `value`.
    """
    places = {name: table.GetColumnIndex(name) for name in HEADER}
    if min(places["name"], places["value"]) < 0:
        raise InputError(
            got=f"the table '{table.GetName()}' without the columns 'name' and 'value'",
            wanted="a table of findings, a row each",
            fix="choose the table that the section Findings made, or clear the findings",
        )
    return {
        cells["name"]: ("" if cells["value"] == NOT_ASSESSED else cells["value"], cells["source"])
        for cells in (_cells(table, places, row) for row in range(table.GetNumberOfRows()))
    }


def _cells(table: Node, places: Mapping[str, int], row: int) -> dict[str, str]:
    return {
        name: table.GetCellText(row, place).strip() if place >= 0 else ""
        for name, place in places.items()
    }


def _fill(table: Any, rows: Sequence[Row]) -> None:
    for name, values in zip(HEADER, zip(*rows, strict=True), strict=True):
        add_column(table, name, list(values))
    locked(table)
