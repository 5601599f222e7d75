"""Rows of text or numbers become table nodes."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from CardioAILib.errors import UnreadableFileError
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import (
    Maker,
    all_or_nothing,
    place_beside,
    require_present,
    write_attributes,
)
from CardioAILib.results import RESEARCH_ONLY

NAMES = frozenset({"subject", "study", "input"})
"""Columns that stay text even where all cells read as numbers: 007 is a name."""


def feature_table(scene: Node, csv_path: Path | str, image_node: Node) -> Node:
    """Show a table of features under the study of the image that they were computed from.

    Args:
        scene: The scene.
        csv_path: CSV with a header; columns of numbers become numbers, empty cells NaN.
        image_node: Node of the image.

    Returns:
        The vtkMRMLTableNode.

    Raises:
        UnreadableFileError: The file is no such table.
        MissingInputError: The image was deleted meanwhile.
    """
    rows = read_csv(Path(csv_path))
    require_present(scene, image_node, "the image")
    with all_or_nothing(scene) as maker:
        table = fill(maker.node("vtkMRMLTableNode", "radiomics features"), rows)
        write_attributes(table, {"Role": "features", "Note": RESEARCH_ONLY})
        place_beside(scene, [table], image_node)
    return table


def results_table(scene: Node, csv_path: Path | str) -> Node:
    """Show a table of the results of many studies.

    Args:
        scene: The scene.
        csv_path: CSV with a header, a row a study.

    Returns:
        The vtkMRMLTableNode.

    Raises:
        UnreadableFileError: The file is no such table.
    """
    rows = read_csv(Path(csv_path))
    with all_or_nothing(scene) as maker:
        table = fill(maker.node("vtkMRMLTableNode", "results"), rows)
        write_attributes(table, {"Role": "results of a batch", "Note": RESEARCH_ONLY})
        place_beside(scene, [table], None)
    return table


def read_csv(path: Path) -> list[list[str]]:
    """Return the rows of a CSV, the header first.

    Raises:
        UnreadableFileError: The file is missing, empty, no text, or its rows differ in length.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or {len(row) for row in rows} != {len(rows[0])}:
        raise UnreadableFileError(
            got=f"no table in '{path.name}'",
            wanted="a CSV file with a header and rows of the same length",
            fix="repeat the step that writes it",
        )
    return rows


def fill(table: Node, rows: Sequence[Sequence[str]]) -> Node:
    """Fill a table node with rows of text, the header first; columns of numbers become numbers."""
    header, *body = rows
    for index, name in enumerate(header):
        add_column(table, name, column_of(name, [row[index] for row in body]))
    return locked(table)


def column_of(name: str, cells: Sequence[str]) -> list[str] | list[float]:
    """Return a column as numbers where all of its cells are, with NaN where one is empty."""
    filled = [cell for cell in cells if cell.strip()]
    if name in NAMES or not filled:
        return list(cells)
    try:
        return [float(cell) if cell.strip() else math.nan for cell in cells]
    except ValueError:
        return list(cells)


def add_column(table: Node, name: str, values: Sequence[str] | Sequence[float]) -> Any:
    """Add a column of text or of double precision numbers, and return it."""
    from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkStringArray

    text = any(isinstance(value, str) for value in values) or not values
    column = vtkStringArray() if text else vtkDoubleArray()
    column.SetName(name)
    for value in values:
        column.InsertNextValue(value)
    table.AddColumn(column)
    return column


def locked(table: Node) -> Node:
    """Let a table show its column names and keep it from being typed into."""
    table.SetUseColumnTitleAsColumnHeader(True)
    table.SetLocked(True)
    return table


def new_table(maker: Maker, name: str, columns: dict[str, Sequence[Any]]) -> Node:
    """Make a table node of named columns."""
    table = maker.node("vtkMRMLTableNode", name)
    for column, values in columns.items():
        add_column(table, column, values)
    return locked(table)
