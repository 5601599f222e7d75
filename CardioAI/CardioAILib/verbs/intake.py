"""Whatever a user points at becomes a cohort: a table, a folder of DICOM, or one cine file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from CardioAILib.errors import CohortError, InputError
from CardioAILib.io import Series, read_cohort, read_dicom_study, read_image
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.study import Cohort, Fact, Image, Role, Study
from CardioAILib.verbs.prepared import INPUT_NOTE

TABLES = (".csv", ".tsv", ".txt")
VOLUMES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
UNKNOWN_VIEW = Role("MR", "cine")


@dataclass(frozen=True, eq=False)
class SeriesImages(Mapping[Role, Image]):
    """Cines and late enhancement of one study, read from files at each access and never kept.

    Args:
        series: One stack a role.
    """

    series: Mapping[Role, Series]

    def __getitem__(self, role: Role) -> Image:
        """Read the stack of a role.

        Raises:
            KeyError: The study has no such stack.
            InputError: Its slices do not make one stack.
            UnreadableFileError: Pixels cannot be decoded.
        """
        return self.series[role].image

    def __iter__(self) -> Iterator[Role]:
        return iter(self.series)

    def __len__(self) -> int:
        return len(self.series)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would read the files.
        return role in self.series


def cohort_of(path: Path | str) -> Cohort:
    """Read a cohort from what is there.

    Args:
        path: A cohort table (see `io.read_cohort`); a folder of DICOM files of any depth, or one
            such file, with a study for each examination; or one 4-D volume, a cine of unknown
            view.

    Returns:
        The cohort. Without a table its subjects are called study-1, study-2 and so on; a second
        examination of one patient is study 2 of the same subject. Height, weight, sex and age
        come from the DICOM header, and what it says of late enhancement, as in
        `LGE_SAX_inversion_ms`.

    Raises:
        CohortError: There is nothing at the path, or the table cannot be read.
        UnreadableFileError: The folder holds neither cine nor late enhancement, or a file is
            damaged.
        InputError: The images of one examination belong to two patients, or the volume has one
            frame.
    """
    path = Path(path)
    if not path.exists():
        raise CohortError(
            got=f"nothing at '{path}'",
            wanted="a cohort table, a folder of DICOM files, or a 4-D volume",
            fix="check the path",
        )
    if path.is_file() and path.name.lower().endswith(TABLES):
        return read_cohort(path)
    if path.is_file() and path.name.lower().endswith(VOLUMES):
        return Cohort((_study_of_volume(path),), "cine")
    return Cohort(tuple(_studies(read_dicom_study(path))), "DICOM")


def _study_of_volume(path: Path) -> Study:
    image = read_image(path)
    if len(image.array) < 2:
        raise InputError(
            got="a volume with one frame",
            wanted="a 4-D volume with the frames of a heartbeat",
            fix="write a cohort table that names the files of end diastole and end systole as "
            "cine_SAX_ED and cine_SAX_ES",
        )
    return Study("study-1", ONLY_STUDY, {UNKNOWN_VIEW: image})


def _studies(series: Iterable[Series]) -> Iterator[Study]:
    """Yield one study an examination, subjects numbered in the order of their files."""
    subjects: dict[str, list[str]] = {}
    for uid, group in groupby(series, key=lambda own: own.study):
        own = tuple(group)
        patient = own[0].patient or uid
        subject = f"study-{1 + [*subjects, patient].index(patient)}"
        known = subjects.setdefault(patient, [])
        known.append(uid)
        images = SeriesImages({one.role: one for one in own})
        facts = {name: value for one in reversed(own) for name, value in one.facts.items()}
        yield Study(subject, str(len(known)), images, {**facts, **_note(own)})


def _note(series: Iterable[Series]) -> dict[str, Fact]:
    """Return what a reader should know of the series, as the fact that results repeat."""
    notes = [f"{one.role.column}, {f.check}: {f.message}" for one in series for f in one.findings]
    return {INPUT_NOTE: "; ".join(notes)} if notes else {}
