"""Cohort tables as text: CSV of any spreadsheet in, plain CSV out."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from CardioAILib.errors import CohortError
from CardioAILib.io.atomic import whole_file
from CardioAILib.study import Fact

DELIMITERS = ",;\t"

SAVE_AS = "save it from the spreadsheet as 'CSV UTF-8 (comma delimited)'"


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Args:
        number: Line as a spreadsheet counts it, the header being 1.
        cells: Text of each column, empty cells left out.
    """

    number: int
    cells: Mapping[str, str]


def read_rows(path: Path) -> list[Row]:
    """Read a CSV table with a header line.

    Commas, semicolons or tabs divide it, whichever the header holds most of; a decimal
    comma is turned into a point where commas do not divide. Empty lines are left out.

    Args:
        path: The table, in UTF-8 with or without byte order mark.

    Raises:
        CohortError: The file is missing, is no CSV text, names a column twice, or has a
            line with more cells than the header.
    """
    text = _text(path)
    header_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header_line.count)
    try:
        lines = list(csv.reader(StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _no_csv(path, f"a table with broken quotes ({error})") from error
    header = [name.strip() for name in lines[0]] if lines else []
    _require_unique(header, path)
    rows = [_row(number, header, line, delimiter) for number, line in enumerate(lines[1:], 2)]
    return [row for row in rows if row.cells]


def write_rows(rows: Iterable[Mapping[str, Fact]], path: Path) -> None:
    """Write a table whose columns are all that any row has, in order of appearance."""
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = ([_cell(row.get(column, "")) for column in columns] for row in rows)
    write_lines([columns, *cells], path)


def write_lines(lines: Iterable[Sequence[object]], path: Path) -> None:
    """Write lines of cells, the header first, so that the file is whole or absent."""
    with whole_file(path, ".csv") as draft, draft.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def fact(text: str) -> Fact:
    """Return a cell as a number where it reads as a finite one, else as it stands."""
    try:
        number = float(text)
    except ValueError:
        return text
    # Python alone reads 1_000 as a number.
    return number if math.isfinite(number) and "_" not in text else text


def _text(path: Path) -> str:
    if path.is_dir():
        raise CohortError(
            got=f"the folder '{path}'",
            wanted="a cohort table in CSV",
            fix="write a table with a row a study, which names its files and what is known of it",
        )
    if not path.is_file():
        raise CohortError(
            got=f"no file at '{path}'", wanted="a cohort table in CSV", fix="check the path"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _no_csv(path, "bytes that are not UTF-8 text") from error
    if "\0" in text:
        raise _no_csv(path, "binary data")
    return text


def _no_csv(path: Path, got: str) -> CohortError:
    return CohortError(
        got=f"{got} in '{path.name}'", wanted="a cohort table as CSV in UTF-8", fix=SAVE_AS
    )


def _require_unique(header: list[str], path: Path) -> None:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise CohortError(
            got=f"the column '{twice[0]}' twice in '{path.name}'",
            wanted="each column once",
            fix="rename or remove one of them",
        )


def _row(number: int, header: list[str], line: list[str], delimiter: str) -> Row:
    if any(cell.strip() for cell in line[len(header) :]):
        raise CohortError(
            got=f"{len(line)} cells in row {number} under a header of {len(header)}",
            wanted="one cell a column",
            fix="put quotes around a cell that holds the delimiter itself",
        )
    pairs = zip(header, (cell.strip() for cell in line), strict=False)
    point = _with_point if delimiter != "," else str
    return Row(number, {name: point(cell) for name, cell in pairs if name and _filled(cell)})


def _filled(cell: str) -> bool:
    # Numeric programs write an absent number as nan.
    return cell.lower() not in ("", "nan")


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if re.fullmatch(r"[-+]?\d+,\d+", cell) else cell


def _cell(value: Fact) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if float(value).is_integer() else repr(float(value))
