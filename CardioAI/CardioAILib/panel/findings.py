"""What a reader found in a study: one answer a finding, and where it comes from. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from CardioAILib.errors import CohortError
from CardioAILib.io.table import fact
from CardioAILib.learning import Item
from CardioAILib.results import Finding
from CardioAILib.study import Fact

ENTERED, PREFILLED, TAKEN = "entered", "prefilled", "suggestion taken"
"""Sources of an answer: the reader, the measurements, a suggestion that the reader took."""

CHECK = "finding"
"""Name of the check that refuses what cannot be an answer."""

WORDS = {"yes/no": ("no", "yes"), "F/M": ("female", "male")}
"""Cells of the answers 0 and 1 by kind of question."""


@dataclass(frozen=True)
class Answer:
    """An answer.

    Args:
        value: Number as `Item.read` gives it.
        source: Where it comes from, as `ENTERED`.
    """

    value: float
    source: str = ENTERED


Answers = Mapping[str, Answer]
"""Answers by column; findings that were not assessed are absent."""


def cell_of(item: Item, value: float) -> Fact:
    """Return an answer as the cell of a cohort table: words for questions."""
    words = WORDS.get(item.kind)
    return value if words is None else words[int(value)]


def facts_of(answers: Answers, items: Sequence[Item]) -> dict[str, Fact]:
    """Return the answers as cells of a cohort table; what was not assessed has none."""
    known = {item.column: item for item in items}
    return {c: cell_of(known[c], one.value) for c, one in answers.items() if c in known}


def read_answers(
    cells: Mapping[str, tuple[Fact, str]], items: Sequence[Item]
) -> tuple[dict[str, Answer], tuple[Finding, ...]]:
    """Read cells, each with its source, by the check that every cohort table goes through.

    Args:
        cells: Cell and source by column; other columns are passed over.
        items: The findings.

    Returns:
        The answers, and what was refused and why; that stays "not assessed".
    """
    answers, refused = {}, []
    for item in items:
        cell, source = cells.get(item.column, ("", ""))
        try:
            value = item.read(fact(str(cell)))
        except CohortError as error:
            refused.append(Finding(CHECK, str(error)))
            continue
        if not math.isnan(value):
            answers[item.column] = Answer(value, source or ENTERED)
    return answers, tuple(refused)


def given_cells(facts: Mapping[str, Any], items: Sequence[Item]) -> dict[str, Fact]:
    """Return what a script gives as cells of a cohort table, without what was not assessed.

    What cannot be an answer stays as it stands: the arm that asks for it gives no result and says
    why, and the others go on.

    Raises:
        CohortError: No finding has that name.
    """
    if unknown := sorted(set(facts) - {item.column for item in items}):
        raise CohortError(
            got=f"the finding {', '.join(unknown)}",
            wanted=f"some of {', '.join(item.column for item in items) or 'none'}",
            fix="correct the names",
        )
    cells = {}
    for item in (item for item in items if item.column in facts):
        given = facts[item.column]
        try:
            value = item.read(given)
        except CohortError:
            cells[item.column] = given
        else:
            cells |= {} if math.isnan(value) else {item.column: cell_of(item, value)}
    return cells


def merged(answers: Answers, new: Answers) -> dict[str, Answer]:
    """Return answers with new ones that a computer gave: what a reader entered stays."""
    kept = {c: one for c, one in answers.items() if one.source != PREFILLED}
    return {**answers, **{column: one for column, one in new.items() if column not in kept}}
