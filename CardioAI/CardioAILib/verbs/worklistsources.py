"""The scans of a worklist before they are read: found by their headers, named without a patient."""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from CardioAILib.codec import sha256
from CardioAILib.errors import CardioAIError, CohortError, MissingInputError
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.io.dicomframes import quiet
from CardioAILib.study import Fact, Image, Role, Study
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.prepared import INPUT_NOTE

ANTERIOR = "anterior"
MAGIC = 128, b"DICM"
"""Where a DICOM file (PS3.10) says that it is one."""
TABLES = (".csv", ".tsv", ".txt")
PICTURES = (".png", ".jpg", ".jpeg")
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
NUCLEAR = "NM"
LETTERS = 10
"""Characters of a pseudonym that tell examinations apart."""


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
        return tuple(Path(os.path.relpath(file, self.root)).as_posix() for file in self.files)

    def reason(self, error: CardioAIError) -> str:
        """Return an error in words, without the files' names, which may be a patient's."""
        told = str(error)
        for name in sorted({file.name for file in self.files}, key=len, reverse=True):
            told = told.replace(f"'{name}'", "the file").replace(name, "the file")
        return told


def sources_of(path: Path | str) -> tuple[list[Source], int]:
    """Find the examinations of a folder, of a cohort table, or of one file.

    Of a folder only headers are read, and in them no name. Each examination is a source, in the
    order of its first file; files that are neither nuclear medicine nor a picture are passed over,
    those that say they are DICOM and cannot be read are a source that fails.

    Args:
        path: A folder of any depth, a cohort table, a DICOM file or a picture.

    Returns:
        The examinations, and how many files were passed over.

    Raises:
        CohortError: There is nothing, or the table cannot be read.
    """
    path = Path(path)
    if path.is_file() and path.suffix.lower() in TABLES:
        return [_of_table(study, path.parent) for study in cohort_of(path)], 0
    if not path.exists():
        raise _nothing(f"nothing at '{path.name}'")
    root = path.parent if path.is_file() else path
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
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
    if file.suffix.lower() in PICTURES:
        return alone
    if not _says_dicom(file):
        return None
    from pydicom import dcmread

    tags = ["StudyInstanceUID", "SOPClassUID", "Modality"]
    try:
        header = dcmread(file, stop_before_pixels=True, specific_tags=tags)
        kind, modality = header.get("SOPClassUID", ""), header.get("Modality", "")
        study = str(header.get("StudyInstanceUID") or "")
    # What pydicom raises of a damaged element depends on its kind.
    except Exception:
        return alone
    if modality != NUCLEAR and kind != SECONDARY_CAPTURE:
        return None
    return study or alone


def pseudonym(examination: str) -> str:
    """Return what an examination is called in a worklist."""
    return f"scan-{sha256(examination.encode())[:LETTERS]}"


def _says_dicom(file: Path) -> bool:
    offset, word = MAGIC
    try:
        with file.open("rb") as opened:
            opened.seek(offset)
            return opened.read(len(word)) == word
    except OSError:
        return False


def _of_files(name: str, files: list[Path], root: Path) -> Source:
    subject = pseudonym(name)
    return Source(subject, ONLY_STUDY, tuple(files), root, lambda: read_files(files, subject))


def read_files(files: Iterable[Path], subject: str) -> Study:
    """Read the views of one examination, which may lie in one file or in several.

    Args:
        files: Its files.
        subject: Its pseudonym.

    Raises:
        CardioAIError: No file shows an anterior view; the first reason is told.
    """
    images: list[Mapping[Role, Image]] = []
    facts: dict[str, Fact] = {}
    notes, refused = [], []
    for file in files:
        try:
            for study in cohort_of(file):
                images.append(study.images)
                facts = {**study.facts, **facts}
                notes += [str(study.facts[INPUT_NOTE])] if INPUT_NOTE in study.facts else []
        except CardioAIError as error:
            refused.append(error)
    together = ChainMap(*images)
    if refused and not any(role.view == ANTERIOR for role in together):
        raise refused[0]
    notes += [f"a file of the examination was left out: {error.got}" for error in refused]
    told = {INPUT_NOTE: "; ".join(dict.fromkeys(notes))} if notes else {}
    return Study(subject, ONLY_STUDY, together, {**facts, **told})


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
