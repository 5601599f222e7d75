"""One more study for a cohort table that is there already, or begins with it."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.errors import CohortError
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.io.save import save_study, write_cohort
from CardioAILib.io.table import read_rows
from CardioAILib.study import Fact, Study


def add_to_cohort(study: Study, path: Path | str, suffix: str = ".nrrd") -> None:
    """Write a study's images beside a cohort table, and add its row.

    Args:
        study: The study.
        path: The CSV file, which begins with this study where it is not there yet.
        suffix: Format of the images: an ending that `write_image` takes.

    Raises:
        CohortError: The table cannot be read, or has the study already.
        InputError: An image cannot be written; see `save_cohort`.
        OSError: A file cannot be written.
    """
    path = Path(path)
    rows = [dict(row.cells) for row in read_rows(path)] if path.exists() else []
    if study.key in {(row.get("subject"), row.get("study", ONLY_STUDY)) for row in rows}:
        raise CohortError(
            got=f"subject '{study.subject}', study '{study.study}', already in '{path.name}'",
            wanted="each pair of subject and study once",
            fix="give another pseudonym, or remove the row from the table",
        )
    added: dict[str, Fact] = save_study(study, path.parent, suffix)
    write_cohort([*rows, added], path)


def next_subject(path: Path | str) -> str:
    """Return the first pseudonym S001, S002, ... that a cohort table does not have.

    Raises:
        CohortError: The table cannot be read.
    """
    path = Path(path)
    taken = {row.cells.get("subject") for row in read_rows(path)} if path.exists() else set()
    return next(
        name for name in map("S{:03d}".format, range(1, len(taken) + 2)) if name not in taken
    )
