"""The names of a table's features in both languages, as a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from CardioAILib.io.table import write_lines
from CardioAILib.radiomics.ibsi.counterparts import counterpart

HEADER = ("column", "IBSI name", "IBSI identifier", "IBSI tag", "pyradiomics 3.0.1 name")


def write_names(columns: Sequence[str], out: Path) -> None:
    """Write what the feature columns of a table are called by IBSI and by pyradiomics.

    A name stands where both define the same quantity; values agree under the same gray levels
    and directions only.

    Args:
        columns: The table's columns; those that hold no feature are left out.
        out: The table of names.
    """
    found = ((column, counterpart(column)) for column in columns)
    lines = [
        (column, own.ibsi_name, own.identifier, own.tag, own.pyradiomics)
        for column, own in found
        if own is not None
    ]
    write_lines([HEADER, *lines], out)


def names_beside(out: Path) -> Path:
    """Return where the names of a feature table's columns are listed."""
    return out.with_name(f"{out.stem}.names.csv")
