"""One column that a tabular arm uses, and what was learned of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Column:
    """One selected feature and what was learned of it.

    Args:
        name: Feature name.
        index: Its column among the arm's features.
        fill: Development median, taken where the feature has no finite value.
        low: What is subtracted from it: the development minimum, or mean; 0 for trees.
        span: What it is divided by then: the development range, or standard deviation, guarded
            against zero; 1 for trees.
        icc: Its ICC on the development examples, None where none was measured.
    """

    name: str
    index: int
    fill: float
    low: float
    span: float
    icc: float | None = None

    def plain(self) -> dict[str, Any]:
        """Return what a file holds of it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Column:
        """Return the column of a file, whose further entries are the classifier's."""
        return cls(**{f.name: stored[f.name] for f in fields(cls) if f.name in stored})


def measured(icc: float) -> float | None:
    """Return an ICC as a plain number, None for nan."""
    return None if np.isnan(icc) else float(icc)
