"""The material of pretraining: series whose type and view headers, or a table's columns, tell."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.io import read_cohort, read_pretext
from CardioAILib.io.cohort import FileImages
from CardioAILib.io.mrtypes import IMAGE_TYPES, ORIENTATIONS
from CardioAILib.progress import Progress, shares, silent
from CardioAILib.study import Cohort, Role, Study


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

    @property
    def fingerprint(self) -> str:
        """What is another where the pixels are, told without reading more than it must."""
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

    @property
    def fingerprint(self) -> str:
        """Study and column, with size and time of the files, or the digest of what has none."""
        images = self.study.images
        if isinstance(images, FileImages):
            states = [path.stat() for path in images.files[self.role] if path.exists()]
            told = str([(state.st_size, state.st_mtime_ns) for state in states])
        else:
            told = hashlib.sha256(images[self.role].array.tobytes()).hexdigest()
        return f"{self.study.key} {self.role.column} {told}"

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


def material_of(sources: Iterable[Path], progress: Progress = silent) -> Material:
    """Read folders of DICOM files and cohort tables.

    Subjects of the same name in several sources are taken for the same.

    Args:
        sources: Folders and tables.
        progress: Told the share done.

    Raises:
        CohortError: A table cannot be read, or shows no image of a known type and view.
        UnreadableFileError: No series of a folder could be placed.
    """
    series: list[Series] = []
    unplaced = Counter[str]()
    for source, own in shares(sources, progress, "source"):
        folder = source.is_dir()
        found = read_pretext(source, own) if folder else material_of_cohort(read_cohort(source))
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


def labels_told(series: Iterable[Series]) -> dict[str, int]:
    """Return the number of series of each type and orientation."""
    return dict(sorted(Counter(f"{own.type}, {own.orientation}" for own in series).items()))
