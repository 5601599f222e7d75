"""Whatever a user points at becomes a cohort: a table, a folder of DICOM, or one file."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import numpy as np

from CardioAILib.errors import CohortError, InputError
from CardioAILib.io import (
    FileImages,
    PlanarSeries,
    Series,
    read_cohort,
    read_dicom_study,
    read_image,
    role_column,
)
from CardioAILib.io.cohort import ONLY_STUDY, listing
from CardioAILib.io.dicomframes import ENHANCED, MR_IMAGE_STORAGE
from CardioAILib.io.nm import find_planar, require_usable
from CardioAILib.io.nmfiles import SUFFIX, files_of, says_dicom, storage_class
from CardioAILib.io.nmviews import ANTERIOR, POSTERIOR, named
from CardioAILib.io.pictures import are_pictures
from CardioAILib.io.usstudy import ClipSeries, find_clips
from CardioAILib.io.usvideo import VIDEOS
from CardioAILib.study import Cohort, Fact, Image, Role, Study
from CardioAILib.verbs.prepared import INPUT_NOTE
from CardioAILib.verbs.studyfiles import SAME_PATIENT, is_table, pseudonym, relative_names

logger = logging.getLogger(__name__)

VOLUMES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
UNKNOWN_VIEW = Role("MR", "cine")
UNKNOWN_CLIP = Role("US", "echo")
MR_STORAGE = {MR_IMAGE_STORAGE, *ENHANCED}


OfExamination = PlanarSeries | ClipSeries
"""What is found by examinations, which carry the name of their pseudonym."""
AnySeries = Series | OfExamination


@dataclass(frozen=True, eq=False)
class SeriesImages(Mapping[Role, Image]):
    """Images of one study, read from DICOM files at each access and never kept.

    Args:
        series: One stack, one planar view, or one echo clip, a role.
    """

    series: Mapping[Role, AnySeries]

    @property
    def sources(self) -> tuple[Path, ...]:
        """Every file of the study."""
        return tuple(dict.fromkeys(file for own in self.series.values() for file in own.files))

    @property
    def views(self) -> dict[Role, Path]:
        """The file of each planar view and echo clip that can be named in a cohort table."""
        return {
            role: own.path if isinstance(own, ClipSeries) else own.stored.path
            for role, own in self.series.items()
            if isinstance(own, OfExamination) and own.error is None
        }

    def __getitem__(self, role: Role) -> Image:
        """Read the stack of a role.

        Raises:
            KeyError: The study has no such stack.
            InputError: Its slices do not make one stack, or it is no planar scan.
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
            such file, with a study for each examination; one 4-D volume, a cine of unknown view,
            or with one slice of 8 bits an echo clip of unknown view; one video of echo; or one
            gray picture of a planar scan.

    Returns:
        The cohort. Without a table a planar examination is called `scan-`, one of echo `echo-`, and
        the start of a SHA-256 of its UID, whatever lies beside it; the fact `same_patient_as` names
        the first one of the same patient. Subjects of other images are called study-1, study-2 and
        so on; a second examination of one patient is study 2 of the same subject. Height, weight,
        sex and age come from the DICOM header, and what it says of late enhancement, as in
        `LGE_SAX_inversion_ms`, of a planar scan, as in `dose_MBq` and `delay_min`, or of echo, as
        in `heart_rate` and `frame_rate_hz`. A planar or echo examination that cannot be used is
        there too, unless it is the only one: asking for its images tells why.

    Raises:
        CohortError: There is nothing at the path, or the table cannot be read.
        UnreadableFileError: The folder holds neither cine nor late enhancement nor a planar scan
            nor an echo clip, or a file is damaged.
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
    if is_table(path):
        return read_cohort(path)
    if path.is_file() and path.name.lower().endswith(VOLUMES):
        return Cohort((_study_of_volume(path),), "cine")
    if path.is_file() and are_pictures([path]):
        return Cohort((_study_of_picture(path),), "picture")
    if path.is_file() and path.suffix.lower() in VIDEOS:
        return Cohort((_study_of_clip(path),), "echo")
    root = path.parent if path.is_file() else path
    return Cohort(tuple(_studies(_dicom(path), root)), "DICOM")


def _dicom(path: Path) -> list[AnySeries]:
    """Read planar scans and echo where there are some, and MR where there is MR or nothing else."""
    files = files_of(path)
    kinds = {file: storage_class(file) for file in files if says_dicom(file)}
    others = [file for file, kind in kinds.items() if kind not in MR_STORAGE]
    examined = (*find_planar(others), *find_clips(others))
    if not examined or MR_STORAGE & {*kinds.values()}:
        return [*examined, *read_dicom_study(path)]
    # Beside examinations, what only its name calls DICOM is a scan that fails.
    broken = [file for file in files if file not in kinds and file.suffix.lower() == SUFFIX]
    found = (*examined, *find_planar(broken))
    _tell_passed(files, found, path)
    return [*require_usable(found)]


def _tell_passed(files: Sequence[Path], taken: Sequence[OfExamination], root: Path) -> None:
    """Tell, in one line, which files are in no examination, and why."""
    known = {file for own in taken for file in own.files}
    passed: dict[str, list[str]] = {}
    for file in files:
        if file not in known:
            passed.setdefault(_why_passed(file), []).append(*relative_names([file], root))
    if passed:
        told = "; ".join(f"{why}: {listing(names)}" for why, names in passed.items())
        logger.info("files passed over: %d (%s)", sum(map(len, passed.values())), told)


def _why_passed(file: Path) -> str:
    if are_pictures([file]):
        return "pictures, to be given one by one or in a cohort table"
    return "neither nuclear medicine nor ultrasound" if says_dicom(file) else "no DICOM"


def _study_of_picture(path: Path) -> Study:
    view = named(path.stem)
    role = Role("NM", "planar", POSTERIOR if view == POSTERIOR else ANTERIOR)
    return Study(pseudonym(path.name), ONLY_STUDY, FileImages({role: (path,)}))


def _study_of_clip(path: Path) -> Study:
    return Study(pseudonym(path.name, "echo"), ONLY_STUDY, FileImages({UNKNOWN_CLIP: (path,)}))


def _study_of_volume(path: Path) -> Study:
    image = read_image(path)
    if image.array.dtype == np.uint8 and image.array.shape[1] == 1 < len(image.array):
        return _study_of_clip(path)
    if len(image.array) < 2:
        raise InputError(
            got="a volume with one frame",
            wanted="a 4-D volume with the frames of a heartbeat",
            fix="write a cohort table that names the files of end diastole and end systole as "
            "cine_SAX_ED and cine_SAX_ES",
        )
    return Study("study-1", ONLY_STUDY, {UNKNOWN_VIEW: image})


def _studies(series: Iterable[AnySeries], root: Path) -> Iterator[Study]:
    """Yield one study an examination, subjects of MR numbered in the order of their files."""
    subjects: dict[str, list[str]] = {}
    scans: dict[str, str] = {}
    for uid, group in groupby(series, key=lambda own: own.study):
        own = tuple(group)
        patient = own[0].patient or uid
        if isinstance(own[0], OfExamination):
            yield _scan(own, patient, scans, root)
            continue
        subject = f"study-{1 + [*subjects, patient].index(patient)}"
        known = subjects.setdefault(patient, [])
        known.append(uid)
        yield study_of(own, subject, str(len(known)))


def _scan(views: Sequence[OfExamination], patient: str, scans: dict[str, str], root: Path) -> Study:
    """Return one planar or echo examination; the first of each patient is kept in `scans`."""
    uid, files = views[0].study, views[0].files
    # What tells no UID is known by its file.
    (name,) = relative_names(files[:1], root) if uid == str(files[0]) else (uid,)
    subject = pseudonym(name, "echo" if isinstance(views[0], ClipSeries) else "scan")
    study = study_of(views, subject, ONLY_STUDY)
    first = scans.setdefault(patient, subject)
    same = {} if first == subject else {SAME_PATIENT: first}
    return replace(study, facts={**study.facts, **same})


def study_of(series: Sequence[AnySeries], subject: str, study: str) -> Study:
    """Return one examination as a study, with what headers said and with doubts as facts.

    Args:
        series: Its stacks, planar views, or echo clips.
        subject: Pseudonym.
        study: Study within the subject.
    """
    images = SeriesImages({one.role: one for one in series})
    facts = {name: value for one in reversed(series) for name, value in one.facts.items()}
    return Study(subject, study, images, {**facts, **_note(series)})


def _note(series: Iterable[AnySeries]) -> dict[str, Fact]:
    """Return what a reader should know of the series, as the fact that results repeat.

    What holds of several, as of both views in one file, is said once.
    """
    told: dict[str, str] = {}
    for one in series:
        for found in one.findings:
            told.setdefault(f"{found.check}: {found.message}", role_column(one.role))
    notes = [f"{column}, {message}" for message, column in told.items()]
    return {INPUT_NOTE: "; ".join(notes)} if notes else {}
