"""One finding of a reader, and how its cell of a cohort table is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from CardioAILib.errors import CohortError
from CardioAILib.study import Fact

Kind = Literal["number", "yes/no", "F/M"]

WORDS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "yes/no": MappingProxyType({"no": 0.0, "yes": 1.0, "false": 0.0, "true": 1.0}),
        "F/M": MappingProxyType({"f": 0.0, "m": 1.0, "female": 0.0, "male": 1.0}),
    }
)
"""Words that a cell may hold instead of 0 or 1, whatever their case."""

EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "yes/no": "0 or 1, no or yes, false or true",
        "F/M": "F or M (female or male, 0 or 1)",
    }
)

MISTAKEN: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "%": (("a fraction", 100.0),),
        "l/min": (("ml/min", 0.001),),
        "cm²/m²": (("mm²/m²", 0.01),),
        "m²": (("cm²", 0.0001),),
        "years": (("a number of months", 1 / 12), ("a number of days", 1 / 365.25)),
    }
)
"""For a unit, what a value out of range may have been given in, and the factor that mends it."""


@dataclass(frozen=True)
class Item:
    """One finding: a column of the cohort table, and what may stand in it.

    Args:
        column: Name of the column.
        label: Name for people.
        unit: Unit as shown, empty where there is none.
        low: Least plausible value; 0 of a question.
        high: Largest plausible value; 1 of a question.
        kind: "number", "yes/no" (1 is yes), or "F/M" (1 is M).
        definition: What is meant, in a sentence.
    """

    column: str
    label: str
    unit: str
    low: float
    high: float
    kind: Kind
    definition: str

    def read(self, cell: Fact | None) -> float:
        """Return a cell as a number, nan where the finding was not assessed.

        Args:
            cell: The cell; None, nan or blank text means not assessed.

        Raises:
            CohortError: It is text where a number belongs, no answer to the question, or out of
                range.
        """
        if cell is None or cell != cell or (isinstance(cell, str) and not cell.strip()):
            return math.nan
        if isinstance(cell, str):
            cell = WORDS.get(self.kind, {}).get(cell.strip().lower(), cell)
        if isinstance(cell, str):
            raise self._refusal(cell, "text where a number belongs" if self._counts else "")
        value = float(cell)
        allowed = self.low <= value <= self.high if self._counts else value in (0.0, 1.0)
        if not allowed:
            raise self._refusal(f"{value:g}", self._doubt(value))
        return value

    @property
    def expected(self) -> str:
        """What a cell may hold, for people."""
        if self._counts:
            return f"{self.low:g} to {self.high:g} {self.unit}".strip()
        return EXPECTED[self.kind]

    @property
    def _counts(self) -> bool:
        return self.kind == "number"

    def _doubt(self, value: float) -> str:
        """Say what is wrong with a value out of range, and which unit it may have."""
        if not self._counts:
            return ""
        for told, factor in MISTAKEN.get(self.unit, ()):
            if self.low <= value * factor <= self.high:
                return f"out of range; it looks like {told}: {value * factor:.4g} {self.unit}?"
        return "out of range"

    def _refusal(self, shown: str, doubt: str) -> CohortError:
        return CohortError(
            got=f"'{shown}' in column '{self.column}'" + (f" ({doubt})" if doubt else ""),
            wanted=f"{self.label}: {self.expected}, or an empty cell for 'not assessed'",
            fix="correct the cell, or empty it",
        )
