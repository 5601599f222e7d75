"""Which files a pseudonym stands for: told to whoever has the files, and kept out of results."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from CardioAILib.codec import sha256
from CardioAILib.errors import CohortError
from CardioAILib.io.cohort import FILE_SEPARATOR
from CardioAILib.io.nm import VIEWS
from CardioAILib.io.roles import is_echo, role_column
from CardioAILib.io.table import read_rows, write_lines
from CardioAILib.study import Cohort, Role, Study

logger = logging.getLogger(__name__)

TABLES = (".csv", ".tsv", ".txt")
"""Endings of cohort tables."""
STUDIES = "studies.csv"
"""Name of the table of files, beside results."""
SAME_PATIENT = "same_patient_as"
"""Fact of a planar examination that another one of the folder is of the same patient."""
MANY = 10
"""Most files that are told by name."""
LETTERS = 10
"""Characters of a pseudonym that tell examinations apart."""

Key = tuple[str, str]
"""Subject and study."""


def pseudonym(examination: str, kind: str = "scan") -> str:
    """Return what a planar or echo examination is called, whatever else lies in its folder.

    Args:
        examination: Its Study Instance UID, or where it has none its file's relative name.
        kind: "scan" or "echo".
    """
    return f"{kind}-{sha256(examination.encode())[:LETTERS]}"


def is_table(path: Path) -> bool:
    """Say whether a path is of a cohort table, by its ending."""
    return path.is_file() and path.name.lower().endswith(TABLES)


def relative_names(files: Iterable[Path], given: Path) -> tuple[str, ...]:
    """Return names of files relative to the folder that was given, with forward slashes.

    Args:
        files: The files.
        given: That folder, or one file in it.
    """
    root = given.parent if given.is_file() else given
    return tuple(Path(os.path.relpath(file, root)).as_posix() for file in files)


def files_of_study(study: Study) -> tuple[Path, ...]:
    """Return every file of a study that was found in DICOM or pictures; none where unknown."""
    images = study.images
    if hasattr(images, "sources"):
        return images.sources
    named = getattr(images, "files", {}).values()
    return tuple(dict.fromkeys(file for files in named for file in files))


def study_rows(
    cohort: Cohort, given: Path, keys: Iterable[Key] | None = None
) -> list[tuple[str, ...]]:
    """Return subject, study, files and the subject of the same patient's first examination.

    Args:
        cohort: Examinations that were found in what was given.
        given: The folder or file that was given; of a cohort table nothing is returned.
        keys: Subject and study of results, which may speak of parts of an examination; None for
            all examinations.
    """
    if is_table(given):
        return []
    known = {study.key: study for study in cohort if files_of_study(study)}
    return [
        (*key, FILE_SEPARATOR.join(_names(own, given)), _patient(own))
        for key in (known if keys is None else keys)
        if (own := _examination(key, known))
    ]


def write_studies(
    cohort: Cohort, given: Path, path: Path, keys: Iterable[Key] | None = None
) -> None:
    """Write which files each study is: a table to which the truth can be added, to evaluate.

    Args:
        cohort: Examinations that were found in what was given.
        given: The folder or file that was given; beside a cohort table nothing is written.
        path: The table, a cohort table, with the columns subject, study, files, same_patient_as
            (where an examination is of the same patient as another), and of planar scans anterior
            and posterior, of echo a column a clip (A4C, A4C_2, echo, ...), relative to the table.
        keys: As for `study_rows`.

    Columns that were added to a table that is there already, as `grade`, are kept.
    """
    rows = study_rows(cohort, given, keys)
    if not rows:
        return
    columns = _columns(cohort)
    views = {study.key: _cells(study, path.parent, columns) for study in cohort}
    cells = [views.get((subject, study), ("",) * len(columns)) for subject, study, *_ in rows]
    header = ("subject", "study", "files", SAME_PATIENT, *columns)
    try:
        added = _added(path, header)
    except CohortError as error:
        logger.warning("%s was left as it is: %s", path.name, error)
        return
    names = tuple(dict.fromkeys(name for own in added.values() for name in own))
    lines = [
        (*row, *own, *(added.get(row[:2], {}).get(name, "") for name in names))
        for row, own in zip(rows, cells, strict=True)
    ]
    write_lines([(*header, *names), *lines], path)


def _added(path: Path, header: Sequence[str]) -> dict[Key, dict[str, str]]:
    """Return the cells of each study that a user added to a table that is there already.

    Raises:
        CohortError: It cannot be read.
    """
    if not path.exists():
        return {}
    return {
        (row.cells.get("subject", ""), row.cells.get("study", "")): {
            name: cell for name, cell in row.cells.items() if name not in header
        }
        for row in read_rows(path)
    }


def studies_beside(out: Path) -> Path:
    """Return where the files of a table's studies are listed."""
    return out.with_name(f"{out.stem}.{STUDIES}")


def _examination(key: Key, known: dict[Key, Study]) -> Study | None:
    """Return the examination that a key is of: "1 SAX" is a part of study "1"."""
    subject, study = key
    return known.get(key) or known.get((subject, study.split(" ")[0]))


def _names(study: Study, given: Path) -> tuple[str, ...]:
    """Return a study's files, or where they are many, as those of a cine, their folders."""
    files = files_of_study(study)
    if len(files) > MANY:
        files = tuple(dict.fromkeys(file.parent for file in files))
    return relative_names(files, given)


def _columns(cohort: Cohort) -> tuple[str, ...]:
    """Return the columns of the clips of any study; those of both planar views where none is."""
    clips = sorted({role_column(role) for own in cohort for role in own.images if is_echo(role)})
    return tuple(clips) or VIEWS


def _cells(study: Study, folder: Path, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the file of each planar view or clip as a cohort table in a folder names it."""
    named: dict[Role, Path] = getattr(study.images, "views", None) or {
        role: files[0] for role, files in getattr(study.images, "files", {}).items()
    }
    by_column = {role_column(role): path for role, path in named.items()}
    return tuple(_relative(by_column[own], folder) if own in by_column else "" for own in columns)


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    # On Windows they may lie on two drives; no table is to name a machine's paths.
    except ValueError:
        return ""


def _patient(study: Study) -> str:
    return str(study.facts.get(SAME_PATIENT, ""))
