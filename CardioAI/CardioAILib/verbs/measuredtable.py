"""What tables of measurements share: a row a study, the meaning of the columns beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.codec import sha256
from CardioAILib.io.table import write_lines
from CardioAILib.measurements import Definition
from CardioAILib.verbs.features.names import names_beside

PREFIX = "diagnostics_"
"""How the columns begin that tell where a row comes from."""
KEYS = ("subject", "study")
NAMES_HEADER = ("column", "unit", "meaning", "source")


def write_meanings(definitions: Sequence[Definition], out: Path) -> None:
    """Write what the columns of a table mean, beside it."""
    write_lines([NAMES_HEADER, *map(said, definitions)], names_beside(out))


def digest_of(definitions: Sequence[Definition], constants: Mapping[str, Any] | None = None) -> str:
    """Return the SHA-256 of the values' names, units and meanings, and of all constants."""
    told = [said(one) for one in definitions]
    content = told if constants is None else [told, constants]
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


def said(one: Definition) -> tuple[str, str, str, str]:
    """Return a definition as a row of the table of meanings."""
    return one.name, one.unit, one.meaning, one.source


def cell(value: float) -> str:
    """Return a value as it is written, empty where there is none (NaN)."""
    return "" if value != value else repr(value)
