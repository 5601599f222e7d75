"""Columns that come from a study's segmentations and from its row of the cohort table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.added import added
from CardioAILib.errors import ArmUnavailable, InputError
from CardioAILib.examples import Examples
from CardioAILib.learning.run import Run

MEASURED = "measurements"
"""Name of the table (N, F) of all `measurements.MEASUREMENTS`, in their order."""

READ_AGAIN = "measurements, "
"""What the name of the same table starts with, of a further reading of the segmentations."""

LEAST_KNOWN = 0.5
"""Share of the columns of which more must be known: without a right ventricle more are, without
end-systole not."""

WHOLE = ("LV_EDV_ml", "LV_ESV_ml", "LV_mass_g")
"""Known of every heart whose LV cavity and myocardium are segmented at ED and ES, in two slices or
more."""

FACT = "fact "
"""What the name of a table (N, 1) starts with that holds one column of the cohort table."""


@dataclass(frozen=True)
class Measurements:
    """Measurements on the segmentations of a study, the same for each of its examples.

    Args:
        columns: Some of `measurements.MEASUREMENTS`.
        readings: Some of `measurements.READINGS`: how the segmentations are read again. A
            classifier learns from every reading, and its predictions are means over them, so
            that it does not hang on a pixel or a slice.
    """

    columns: tuple[str, ...]
    readings: tuple[str, ...] = added(())

    def names(self, arms: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the feature names in column order."""
        return self.columns

    def training_table(self, examples: Examples, run: Run) -> np.ndarray:
        """Return the features (N, F) that a classifier is trained on."""
        return self.table(examples, {})

    def table(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the features (N, F), nan where one could not be measured.

        Raises:
            InputError: A column is no measurement.
            ArmUnavailable: A study lacks a phase, the LV cavity, the myocardium or half of the
                columns: medians in their place would speak louder than the heart. Or its phases
                are swapped.
        """
        table = self.read(examples, MEASURED)
        known = np.isfinite(table).sum(axis=1)
        lacks = np.isnan(Measurements(WHOLE).read(examples, MEASURED))
        poor = np.flatnonzero(lacks.any(axis=1) | (known <= LEAST_KNOWN * len(self.columns)))
        if len(poor):
            worst = int(poor[known[poor].argmin()])
            without = ", ".join(np.array(WHOLE)[lacks[worst]])
            raise ArmUnavailable(
                got=f"{known[worst]} of {len(self.columns)} measurements of subject "
                f"{examples.subjects[worst]}" + (f", without {without}" if without else ""),
                wanted="segmentations of the short axis, whichever view is judged: several slices "
                "with LV cavity and myocardium, at ED and ES",
                fix="segment the short-axis cine (of a DICOM folder: load it into 3D Slicer, "
                "segment both phases, then judge them in the panel, or save images and "
                "segmentations and name them in a cohort table, columns mask_SAX_ED and "
                "mask_SAX_ES), or take a model with an arm that reads images alone",
            )
        _refuse_swapped(examples)
        return table

    def again(self, examples: Examples) -> list[np.ndarray]:
        """Return the features (N, F) of each further reading."""
        return [self.read(examples, READ_AGAIN + reading) for reading in self.readings]

    def read(self, examples: Examples, name: str) -> np.ndarray:
        """Return its columns (N, F) of a table of all measurements.

        Raises:
            InputError: A column is no measurement, or there is no such table.
        """
        from CardioAILib.measurements import MEASUREMENTS

        return columns_of(examples, name, self.columns, MEASUREMENTS)


@dataclass(frozen=True)
class Facts:
    """Columns of the cohort table, the same for each example of a study.

    Args:
        columns: Names of columns that hold numbers, as in "age".
    """

    columns: tuple[str, ...]

    def names(self, arms: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the feature names in column order."""
        return self.columns

    def training_table(self, examples: Examples, run: Run) -> np.ndarray:
        """Return the features (N, F) that a classifier is trained on."""
        return self.table(examples, {})

    def table(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
        """Return the features (N, F), nan where a cell is empty.

        Raises:
            InputError: A column was not read.
        """
        parts = [require_table(examples, FACT + column) for column in self.columns]
        return np.concatenate(parts, axis=1)


def _refuse_swapped(examples: Examples) -> None:
    fraction = Measurements(("LV_EF_percent",)).read(examples, MEASURED)[:, 0]
    swapped = np.flatnonzero(fraction < 0)
    if len(swapped):
        raise ArmUnavailable(
            got=f"an ejection fraction of {fraction[swapped[0]]:.0f} % of subject "
            f"{examples.subjects[swapped[0]]}",
            wanted="a cavity that is larger at ED than at ES",
            fix="exchange the images and segmentations of ED and ES, or choose the frames again",
        )


def columns_of(
    examples: Examples, name: str, columns: Sequence[str], known: Sequence[str]
) -> np.ndarray:
    """Return some columns (N, F) of a table of everything that is measured.

    Args:
        examples: Examples that have the table.
        name: Name of the table.
        columns: The columns wanted.
        known: All columns of the table, in their order.

    Raises:
        InputError: A column is none of these, or there is no such table.
    """
    unknown = [column for column in columns if column not in known]
    if unknown:
        raise InputError(
            got=f"the measurement {', '.join(unknown)}",
            wanted=f"names of the table '{name}', as {known[0]}",
            fix="correct the declaration, or install the version that wrote the model",
        )
    whole = require_table(examples, name)
    return whole[:, [known.index(column) for column in columns]]


def require_table(examples: Examples, name: str) -> np.ndarray:
    """Return a table of the examples.

    Raises:
        InputError: They have none of that name.
    """
    if name not in examples.tables:
        raise InputError(
            got=f"examples without the table '{name}'",
            wanted="examples that `verbs` prepared for this system",
            fix="prepare the studies with the system that is fitted or asked",
        )
    return examples.tables[name]


def require_known(
    table: np.ndarray, subjects: np.ndarray, what: str, wanted: str, fix: str
) -> None:
    """Refuse a study of whose columns no more than half are known.

    Args:
        table: Columns (N, F), nan where one is not known.
        subjects: Subject of each row (N,).
        what: What the columns are, for people.
        wanted: What would make them known.
        fix: How to come by that.

    Raises:
        ArmUnavailable: Medians in their place would speak louder than the heart.
    """
    known = np.isfinite(table).sum(axis=1)
    poor = np.flatnonzero(known <= LEAST_KNOWN * table.shape[1])
    if len(poor):
        worst = poor[known[poor].argmin()]
        got = f"{known[worst]} of {table.shape[1]} values of {what} of subject {subjects[worst]}"
        raise ArmUnavailable(got=got, wanted=wanted, fix=fix)
