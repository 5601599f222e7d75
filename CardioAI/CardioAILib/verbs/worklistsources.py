"""The scans of a worklist before they are read: found by their headers, named without a patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from CardioAILib.errors import CardioAIError, CohortError, MissingInputError
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.io.dicomframes import quiet
from CardioAILib.io.nm import read_planar
from CardioAILib.io.nmfiles import (
    NM_STORAGE,
    SUFFIX,
    files_of,
    is_capture,
    says_dicom,
    storage_class,
)
from CardioAILib.io.nmviews import ANTERIOR
from CardioAILib.io.pictures import are_pictures
from CardioAILib.study import Role, Study
from CardioAILib.verbs.intake import cohort_of, study_of
from CardioAILib.verbs.studyfiles import is_table, pseudonym, relative_names

NUCLEAR = "NM"
IDENTITY = ("StudyInstanceUID", "SOPClassUID", "Modality")


@dataclass(frozen=True, eq=False)
class Source:
    """One examination that is still on disk.

    Args:
        subject: Pseudonym: of a cohort table its own, else `scan-` and the start of a SHA-256 of
            the examination's UID, which stays the same when other scans come to the folder.
        study: Study within the subject.
        files: Its files.
        root: The folder that their names are told relative to.
        read: Finds its views; their pixels are read when they are asked for, from any thread.
    """

    subject: str
    study: str
    files: tuple[Path, ...]
    root: Path
    read: Callable[[], Study]

    @property
    def names(self) -> tuple[str, ...]:
        """The files' names relative to what was given, with forward slashes."""
        return relative_names(self.files, self.root)

    def reason(self, error: CardioAIError) -> str:
        """Return an error in words, without the files' names, which may be a patient's."""
        told = str(error)
        for name in sorted({file.name for file in self.files}, key=len, reverse=True):
            told = told.replace(f"'{name}'", "the file").replace(name, "the file")
        return told


def sources_of(path: Path | str, without: Path | None = None) -> tuple[list[Source], int]:
    """Find the examinations of a folder, of a cohort table, or of one file.

    Of a folder only headers are read, and in them no name. Each examination is a source, in the
    order of its first file; files that are neither nuclear medicine nor a picture are passed over,
    those that say they are DICOM, by name or content, and cannot be read are a source that fails.

    Args:
        path: A folder of any depth, a cohort table, a DICOM file or a picture.
        without: A folder that is not looked into: that of the list itself, with its thumbnails.

    Returns:
        The examinations, and how many files were passed over.

    Raises:
        CohortError: There is nothing, or the table cannot be read.
    """
    path = Path(path)
    if is_table(path):
        return [_of_table(study, path.parent) for study in cohort_of(path)], 0
    if not path.exists():
        raise _nothing(f"nothing at '{path.name}'")
    root = path.parent if path.is_file() else path
    files = [file for file in files_of(path) if without is None or without not in file.parents]
    found: dict[str, list[Path]] = {}
    passed = 0
    with quiet():
        for file in files:
            name = examination_of(file, root)
            if name is None:
                passed += 1
            else:
                found.setdefault(name, []).append(file)
    if not found:
        raise _nothing(f"no planar scan among {passed} files")
    return [_of_files(name, own, root) for name, own in found.items()], passed


def examination_of(file: Path, root: Path) -> str | None:
    """Return what tells the examination of a file from others, or None of a file of other kind.

    Args:
        file: The file.
        root: The folder that was given.
    """
    alone = file.relative_to(root).as_posix()
    if are_pictures([file]):
        return alone
    if not says_dicom(file):
        return alone if file.suffix.lower() == SUFFIX else None
    from pydicom import dcmread

    try:
        header = dcmread(file, stop_before_pixels=True, specific_tags=[*IDENTITY])
        study, modality = header.get("StudyInstanceUID"), header.get("Modality")
        told = header.get("SOPClassUID") or storage_class(file)
    # What pydicom raises of a damaged element depends on its kind.
    except Exception:
        return alone
    if told in NM_STORAGE or (modality == NUCLEAR and is_capture(header)):
        return str(study or alone)
    return alone if not told else None


def _of_files(name: str, files: list[Path], root: Path) -> Source:
    subject = pseudonym(name)
    return Source(subject, ONLY_STUDY, tuple(files), root, lambda: read_files(files, subject))


def read_files(files: Sequence[Path], subject: str) -> Study:
    """Find the views of one examination, which may lie in one file or in several.

    Args:
        files: Its files.
        subject: Its pseudonym.

    Raises:
        CardioAIError: It cannot be used.
    """
    if are_pictures(files[:1]):
        return replace(cohort_of(files[0]).studies[0], subject=subject)
    return study_of(read_planar(files), subject, ONLY_STUDY)


def find_study(given: Path, subject: str, study: str, files: Sequence[str]) -> Study:
    """Return an examination of a worklist once more.

    Args:
        given: The folder, cohort table or file that the list was made of.
        subject: Its pseudonym.
        study: Study within the subject.
        files: Names of its files, as the list tells them.

    Raises:
        CohortError: It is not there any more.
        CardioAIError: Its files cannot be read.
    """
    if is_table(given):
        found = [own for own in cohort_of(given) if own.key == (subject, study)]
        if found:
            return found[0]
    root = given.parent if given.is_file() else given
    paths = [root / name for name in files]
    if not paths or not all(path.is_file() for path in paths):
        raise _nothing(f"no file of {subject} any more")
    return read_files(paths, subject)


def _of_table(study: Study, folder: Path) -> Source:
    files: Mapping[Role, tuple[Path, ...]] = getattr(study.images, "files", {})
    shown = next((own for role, own in files.items() if role.view == ANTERIOR), ())
    return Source(*study.key, shown, folder, lambda: study)


def require_anterior(study: Study) -> None:
    """Refuse a study without an anterior view.

    Raises:
        MissingInputError: See above.
    """
    shown = [role.view for role in study.images if role.view]
    if ANTERIOR not in shown:
        raise MissingInputError(
            got=f"{' and '.join(shown) or 'no'} view alone",
            wanted="the anterior view",
            fix="export the anterior view too; the networks know no other",
        )


def _nothing(got: str) -> CohortError:
    return CohortError(
        got=got,
        wanted="a folder of DICOM files of bone scintigraphy, a cohort table, or one scan",
        fix="check the path, and that the scans were exported as NM images",
    )
