"""Findings of a human reader as columns of a tabular arm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.errors import ArmUnavailable, CohortError
from CardioAILib.examples import Examples
from CardioAILib.learning.items import Item
from CardioAILib.learning.measured import require_table
from CardioAILib.learning.run import Run
from CardioAILib.study import Fact

CELL = "cell "
"""What the name of a table (N, 1) starts with that holds a cell of the cohort table as it stands,
None where it is empty: whether it makes sense is for the arm to judge that asks for it."""


LEAST_KNOWN = 0.5
"""Share of the findings that must be known."""


@dataclass(frozen=True)
class Findings:
    """Findings of a reader, the same for each example of a study.

    Args:
        items: The findings, in column order.
    """

    items: tuple[Item, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the cohort table that hold them."""
        return tuple(item.column for item in self.items)

    def names(self, arms: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the feature names in column order."""
        return self.columns

    def training_table(self, examples: Examples, run: Run) -> np.ndarray:
        """Return the features (N, F) that a classifier is trained on."""
        return self.table(examples, {})

    def table(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the features (N, F), nan where a finding was not assessed.

        Raises:
            ArmUnavailable: A cell holds no plausible value, or fewer than half of the findings of
                a study are known: medians in their place would speak louder than the reader.
            InputError: A column was not read.
        """
        cells = [require_table(examples, CELL + name)[:, 0] for name in self.columns]
        pairs = zip(examples.subjects, zip(*cells, strict=True), strict=True)
        return np.array([self.row(str(subject), row) for subject, row in pairs])

    def row(self, subject: str, cells: Sequence[Fact | None]) -> list[float]:
        """Return the findings (F,) of one subject from its cells.

        Raises:
            ArmUnavailable: See `table`.
        """
        values, refused = [], []
        for item, cell in zip(self.items, cells, strict=True):
            try:
                values.append(item.read(cell))
            except CohortError as error:
                refused.append(error)
        if refused:
            got = ", ".join(error.got for error in refused) + f" of subject {subject}"
            wanted = "; ".join(error.wanted for error in refused)
            raise ArmUnavailable(got=got, wanted=wanted, fix=refused[0].fix) from refused[0]
        known = int(np.isfinite(values).sum())
        least = math.ceil(LEAST_KNOWN * len(values))
        if known < least:
            some = f"{known} of {len(values)} findings of subject {subject}"
            raise ArmUnavailable(
                got=some if known else "no finding was given",
                wanted=f"at least {least} of the columns {', '.join(self.columns)}",
                fix="fill in what was assessed, or take an arm that reads images alone",
            )
        return values
