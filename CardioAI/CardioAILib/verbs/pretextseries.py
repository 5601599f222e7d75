"""The material of pretraining: series whose type and view headers, or a table's columns, tell."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from CardioAILib.errors import CardioAIError, CohortError
from CardioAILib.io import read_cohort, read_pretext
from CardioAILib.io.mrtypes import IMAGE_TYPES, ORIENTATIONS
from CardioAILib.learning.pretext import PretextExamples
from CardioAILib.prepare import Stack, prepare
from CardioAILib.progress import Progress, silent
from CardioAILib.study import Cohort, Role, Study
from CardioAILib.system import System

logger = logging.getLogger(__name__)

MIDDLE = 3
"""Slices around the middle of a series that are taken: neighbors show much the same."""


class Series(Protocol):
    """Parallel slices with the two labels that nobody had to make."""

    type: str
    orientation: str
    told_by: tuple[str, str]
    subject: str

    @property
    def spacing(self) -> tuple[float, float]:
        """Distance between neighbors along (H, W), in mm."""
        ...

    def read(self) -> np.ndarray:
        """Return the pixels (S, H, W)."""
        ...


@dataclass(frozen=True, eq=False)
class CohortSeries:
    """An image of a cohort table, labeled by the name of its column.

    Args:
        study: The examination.
        role: Role of the image.
    """

    study: Study
    role: Role
    told_by: tuple[str, str] = ("column", "column")

    @property
    def type(self) -> str:
        """Image type, as "cine"."""
        return str(self.role.kind)

    @property
    def orientation(self) -> str:
        """Orientation, as "SAX"."""
        return str(self.role.view)

    @property
    def subject(self) -> str:
        """Pseudonym of the subject."""
        return self.study.subject

    @property
    def spacing(self) -> tuple[float, float]:
        """Distance between neighbors along (H, W), in mm."""
        return self.study.images[self.role].spacing[1:]

    def read(self) -> np.ndarray:
        """Return the pixels (S, H, W), of several frames the middle one."""
        array = self.study.images[self.role].array
        return array[len(array) // 2].astype(np.float32)


@dataclass(frozen=True, eq=False)
class Material:
    """Series to learn from, and how many could not be placed, by the reason."""

    series: tuple[Series, ...]
    unplaced: Mapping[str, int]

    @property
    def rules(self) -> dict[str, int]:
        """How many series each rule told the type of, and the orientation of."""
        told = Counter(f"{own.type} by {own.told_by[0]}" for own in self.series)
        told.update(f"{own.orientation} by {own.told_by[1]}" for own in self.series)
        return dict(sorted(told.items()))


def material_of(sources: Iterable[Path]) -> Material:
    """Read folders of DICOM files and cohort tables.

    Subjects of the same name in several sources are taken for the same.

    Raises:
        CohortError: A table cannot be read, or shows no image of a known type and view.
        UnreadableFileError: No series of a folder could be placed.
    """
    series: list[Series] = []
    unplaced = Counter[str]()
    for source in sources:
        found = read_pretext(source) if source.is_dir() else material_of_cohort(read_cohort(source))
        series += found.series
        unplaced.update(found.unplaced)
    return Material(tuple(series), dict(unplaced))


def material_of_cohort(cohort: Cohort) -> Material:
    """Take every image of a cohort whose column names a known type and view.

    Raises:
        CohortError: There is none.
    """
    series, unplaced = [], Counter[str]()
    for study in cohort:
        for role in study.images:
            if role.kind == "mask":
                continue
            if role.kind in IMAGE_TYPES and role.view in ORIENTATIONS:
                series.append(CohortSeries(study, role))
            else:
                unplaced[f"column {role.column}"] += 1
    if not series:
        raise CohortError(
            got=f"no image of a known type and view ({', '.join(unplaced) or 'no image'})",
            wanted=f"columns of {', '.join(IMAGE_TYPES)} in {', '.join(ORIENTATIONS)}, as LGE_SAX",
            fix="name the columns after what the images show, or give a folder of DICOM files",
        )
    return Material(tuple(series), dict(unplaced))


def prepared_examples(
    system: System, series: Sequence[Series], progress: Progress = silent
) -> tuple[PretextExamples, dict[str, int]]:
    """Prepare the middle slices of each series as the system prepares its inputs.

    Args:
        system: The declaration.
        series: The series.
        progress: Told the share done.

    Returns:
        Examples, and how many series could not be read or prepared, by the reason.

    Raises:
        CohortError: None could.
    """
    images, labels, failed = [], [], Counter[str]()
    for index, own in enumerate(series):
        progress(index / len(series), f"series {index + 1}/{len(series)}")
        try:
            found = prepared_slices(system, own)
        except CardioAIError as error:
            failed[error.got] += 1
            continue
        images.append(found)
        labels += [(own.type, own.orientation, own.subject)] * len(found)
    for reason, count in failed.items():
        logger.warning("series that could not be used: %d (%s)", count, reason)
    if not images:
        raise CohortError(
            got=f"no series that can be prepared ({', '.join(failed) or 'none given'})",
            wanted="images with contrast whose files can be read",
            fix="check the files",
        )
    types, views, subjects = (np.array(part) for part in zip(*labels, strict=True))
    return PretextExamples(np.concatenate(images), types, views, subjects), dict(failed)


def prepared_slices(system: System, series: Series) -> np.ndarray:
    """Return the middle slices of a series (s, H, W), prepared."""
    pixels = series.read()
    middle = max(0, (len(pixels) - MIDDLE) // 2)
    few = pixels[middle : middle + MIDDLE]
    stack = Stack(few, np.zeros(few.shape, bool), tuple(series.spacing))
    return prepare(stack, system.prepare).image


def labels_told(series: Iterable[Series]) -> dict[str, int]:
    """Return the number of series of each type and orientation."""
    return dict(sorted(Counter(f"{own.type}, {own.orientation}" for own in series).items()))
