"""What is asked of a study: which of several classes it is, or how large a quantity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from CardioAILib.added import added
from CardioAILib.errors import CohortError
from CardioAILib.study import Fact, Study

SEGMENTS = "_segments"
"""Ending of the column that lists the AHA segments where a finding is, as in `wma_segments`."""

NO_SEGMENT = ("none", "0")
"""Words for no segment at all; an empty cell is not known."""

LAST_SEGMENT = 17

SEGMENTS_OF_VIEW: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "A4C": frozenset({3, 6, 9, 12, 14, 16, 17}),
        "A2C": frozenset({1, 4, 7, 10, 13, 15, 17}),
        "PLAX": frozenset({2, 5, 8, 11}),
    }
)
"""AHA segments that each view shows.

Source: Cerqueira et al., Circulation 2002; 105:539, and the standard planes of Lang et al., J Am
Soc Echocardiogr 2015; 28:1.
"""


@dataclass(frozen=True)
class Classes:
    """A choice between named classes.

    Args:
        target: Column of the cohort table that holds the truth.
        names: One name a class, in the order of the label 0, 1, ...
        also: Other words or numbers of the column, as in "3", and the class that they mean; None
            keeps studies with that word out, as if the cell were empty.
        positive: Those of several classes that count as positive where only yes or no is asked;
            empty where that question makes no sense.
        by_view: Whether each view may have a truth of its own, as in `wma_A4C`, or by the segments
            that it shows, as in `wma_segments`; a network that sees one view learns that one.
        at_least: Number from which on the column means the second of two classes; None where it
            holds classes.
    """

    measures: ClassVar[bool] = False
    """Whether the answer is a measured quantity rather than a class."""

    target: str
    names: tuple[str, ...]
    also: Mapping[str, str | None] | None = added(None)
    positive: tuple[str, ...] = added(())
    by_view: bool = added(False)
    at_least: float | None = added(None)

    @property
    def several(self) -> bool:
        """Whether there are more than two classes, and so a probability of each."""
        return len(self.names) > 2

    def label(self, study: Study) -> int | None:
        """Return the study's label, or None where its cell is empty.

        Raises:
            CohortError: The cell is neither a label's number nor a class name.
        """
        own = self.read(study, self.target)
        listed = self.segments(study) if own is None else None
        return own if listed is None else int(bool(listed))

    def segments(self, study: Study) -> frozenset[int] | None:
        """Return the AHA segments where the finding is, or None where nobody listed them.

        Raises:
            CohortError: The cell is no list of segments.
        """
        column = self.target + SEGMENTS
        listed = study.facts.get(column) if self.by_view and len(self.names) == 2 else None
        return None if listed is None or listed != listed else segments_in(listed, column, study)

    def read(self, study: Study, column: str) -> int | None:
        """Return the label in a column of this question.

        Raises:
            CohortError: See `label`.
        """
        value = study.facts.get(column)
        if self.at_least is not None and isinstance(value, float | int):
            return None if value != value else int(value >= self.at_least)
        word = f"{value:g}" if isinstance(value, float | int) else str(value)
        value = (self.also or {}).get(word, value)
        if value is None:
            return None
        if value in self.names:
            return self.names.index(str(value))
        if isinstance(value, float | int) and value in range(len(self.names)):
            return int(value)
        raise CohortError(
            got=f"'{value}' in column '{column}' of subject {study.subject}",
            wanted=f"0 to {len(self.names) - 1}, or one of {', '.join(self.names)}",
            fix="correct the cell, or leave it empty to keep the study out of training",
        )


@dataclass(frozen=True)
class Quantity:
    """A measured value.

    Args:
        target: Column of the cohort table that holds the truth.
        label_text: Name for people.
        unit: Unit of the column and of the answer.
        low: Least plausible value.
        high: Largest plausible value.
        by_view: As for `Classes`: each view may have a value of its own, as in `t1_ms_A4C`.
    """

    measures: ClassVar[bool] = True
    several: ClassVar[bool] = False
    names: ClassVar[tuple[str, ...]] = ()

    target: str
    label_text: str
    unit: str
    low: float
    high: float
    by_view: bool = False

    def label(self, study: Study) -> float | None:
        """Return the study's value, or None where its cell is empty.

        Raises:
            CohortError: The cell is no number, or none that is plausible in this unit.
        """
        return self.read(study, self.target)

    def read(self, study: Study, column: str) -> float | None:
        """Return the value in a column of this quantity.

        Raises:
            CohortError: See `label`.
        """
        value = study.facts.get(column)
        if value is None or value != value:
            return None
        if isinstance(value, float | int) and self.low <= value <= self.high:
            return float(value)
        raise CohortError(
            got=f"'{value}' in column '{column}' of subject {study.subject}",
            wanted=f"{self.label_text} of {self.low:g} to {self.high:g} {self.unit}",
            fix="correct the cell, its unit too, or leave it empty to keep the study out",
        )


def segments_in(listed: Fact, column: str, study: Study) -> frozenset[int]:
    """Read a list of AHA segments, such as "3;9;14" or "none".

    Raises:
        CohortError: It is none.
    """
    text = f"{listed:g}" if isinstance(listed, float | int) else listed.strip().lower()
    if text in NO_SEGMENT:
        return frozenset()
    parts = [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]
    if all(part.isdecimal() and 1 <= int(part) <= LAST_SEGMENT for part in parts):
        return frozenset(int(part) for part in parts)
    raise CohortError(
        got=f"'{listed}' in column '{column}' of subject {study.subject}",
        wanted=f"AHA segments 1 to {LAST_SEGMENT} separated by ';', or 'none'",
        fix="correct the cell, or leave it empty where the segments are not known",
    )


Task = Classes | Quantity
"""What a system can be asked."""
