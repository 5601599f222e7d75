"""What a study's segmentations and its row of the cohort table give to tabular arms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from CardioAILib.errors import CohortError, InputError
from CardioAILib.examples import Examples
from CardioAILib.learning import Facts, Measurements
from CardioAILib.learning.measured import FACT, MEASURED, READ_AGAIN
from CardioAILib.results import Finding
from CardioAILib.study import Mask, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.cells import with_cells
from CardioAILib.verbs.unitviews import SHORT_AXIS

if TYPE_CHECKING:
    from CardioAILib.measurements import Measured

BODY = ("height_cm", "weight_kg", "heart_rate_per_min")
"""Facts that values by body surface area, and the cardiac output, need."""


@dataclass(frozen=True, eq=False)
class Known:
    """What was measured of one study.

    Args:
        names: Columns of the table, none where no arm asks for any.
        values: Value of each, nan where it could not be measured.
        findings: What is missing or doubtful.
        again: The values of each further reading of the segmentations that an arm asks for.
        table: Name of the table of the examples that holds them.
    """

    names: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    again: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    table: str = MEASURED

    @property
    def known(self) -> dict[str, float]:
        """The values that could be measured, by name."""
        return {name: value for name, value in self.values.items() if math.isfinite(value)}

    def add_to(self, examples: Examples) -> Examples:
        """Return the examples of the study with its measurements, each row the same."""
        if not self.names:
            return examples
        tables = {self.table: self.values}
        tables |= {READ_AGAIN + reading: values for reading, values in self.again.items()}
        for table, values in tables.items():
            row = [values.get(name, math.nan) for name in self.names]
            examples = examples.with_table(table, np.tile(row, (len(examples), 1)))
        return examples


def uses_measurements(system: System) -> bool:
    """Say whether an arm learns from measurements."""
    return any(isinstance(feature, Measurements) for feature in features_of(system, system.arms))


def features_of(system: System, arms: Iterable[str]) -> Iterator[Any]:
    """Yield where the columns of the named arms come from, of those that are tabular."""
    for name in arms:
        yield from getattr(system.arms[name], "features", ())


def measured(system: System, study: Study, arms: Iterable[str]) -> Known:
    """Measure a study's short-axis segmentations, where the system learns from that.

    Segmentations of a view that nobody named are taken as short-axis ones.

    Args:
        system: The declaration.
        study: The study with its images in memory.
        arms: Names of the arms that are asked; only for them are segmentations read again.
    """
    if not uses_measurements(system):
        return Known()
    # Measuring needs scipy, which a panel that only starts a worker does not wait for.
    from CardioAILib.measurements import MEASUREMENTS

    ed, es = (short_axis_mask(study, phase) for phase in ("ED", "ES"))
    readings = further_readings(system, arms)
    if ed is None:
        return Known(MEASUREMENTS, again={reading: {} for reading in readings})
    found = measure_masks(ed, es, study)
    again = {reading: read_values(ed, es, study, reading, found.values) for reading in readings}
    return Known(MEASUREMENTS, found.values, found.findings, again)


def further_readings(system: System, arms: Iterable[str]) -> tuple[str, ...]:
    """Return every further reading of the segmentations that one of the arms asks for, once."""
    asked = (f.readings for f in features_of(system, arms) if isinstance(f, Measurements))
    return tuple(dict.fromkeys(name for readings in asked for name in readings))


def read_values(
    ed: Mask, es: Mask | None, study: Study, reading: str, first: Mapping[str, float]
) -> dict[str, float]:
    """Return the values of a further reading; what it cannot tell stays as it was first read."""
    try:
        values = measure_masks(ed, es, study, reading).values
    except InputError:  # moved outward, a heart may fill its image from edge to edge
        return dict(first)
    return {name: value if math.isfinite(value) else first[name] for name, value in values.items()}


def measure_masks(ed: Mask, es: Mask | None, study: Study, reading: str | None = None) -> Measured:
    """Measure segmentations, or a further reading, with what the table knows of the body."""
    from CardioAILib.measurements import measure, read_again, segmentation_of

    body = {name: number(study, name) for name in BODY}
    phases = [mask and segmentation_of(mask) for mask in (ed, es)]
    if reading is not None:
        phases = [phase and read_again(phase, reading) for phase in phases]
    return measure(phases[0], phases[1], **body)


def short_axis_mask(study: Study, phase: str) -> Mask | None:
    """Return the short-axis segmentation of a phase, or None."""
    for view in (SHORT_AXIS, None):
        found = study.images.get(Role("MR", "mask", view, phase))
        if isinstance(found, Mask):
            return found
    return None


def with_facts(system: System, study: Study, examples: Examples) -> Examples:
    """Return the examples with the columns of the cohort table that an arm asks for.

    Raises:
        CohortError: A cell holds text; those of a reader's findings are judged by their arm.
    """
    for column in fact_columns(system):
        value = number(study, column)
        if value is None and study.facts.get(column) is not None:
            raise CohortError(
                got=f"'{study.facts[column]}' in column '{column}' of subject {study.subject}",
                wanted="a number, since an arm learns from it, or an empty cell",
                fix="write words as numbers, the same way in every table, as in F = 0, M = 1",
            )
        table = np.full((len(examples), 1), math.nan if value is None else value)
        examples = examples.with_table(FACT + column, table)
    return with_cells(system, study, examples)


def fact_columns(system: System) -> tuple[str, ...]:
    """Return every column of the cohort table that an arm asks for, once."""
    asked = (f.columns for f in features_of(system, system.arms) if isinstance(f, Facts))
    return tuple(dict.fromkeys(name for columns in asked for name in columns))


def number(study: Study, name: str) -> float | None:
    """Return a fact as a number, or None where it is absent or text."""
    value = study.facts.get(name)
    return float(value) if isinstance(value, float | int) else None
