"""Findings of a reader in the cohort table: handed to the arms that ask, and checked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.examples import Examples
from CardioAILib.learning import Findings, Item
from CardioAILib.learning.findings import CELL
from CardioAILib.results import Finding
from CardioAILib.study import Study
from CardioAILib.system import System


def with_cells(system: System, study: Study, examples: Examples) -> Examples:
    """Return the examples with the cells of every finding that an arm asks for, as they stand."""
    for item in items_of(system):
        cell = np.full((len(examples), 1), study.facts.get(item.column), dtype=object)
        examples = examples.with_table(CELL + item.column, cell)
    return examples


def doubtful_cells(system: System, study: Study) -> Iterator[Finding]:
    """Yield a warning of each cell that holds no plausible value, with its remedy."""
    for item in items_of(system):
        try:
            item.read(study.facts.get(item.column))
        except CohortError as error:
            message = f"{error.got}; wanted {error.wanted}: {error.fix}"
            yield Finding("reader's findings", message)


def items_of(system: System) -> tuple[Item, ...]:
    """Return every finding that an arm asks for, once."""
    features = (f for arm in system.arms.values() for f in getattr(arm, "features", ()))
    asked = (f.items for f in features if isinstance(f, Findings))
    return tuple(dict.fromkeys(item for items in asked for item in items))
