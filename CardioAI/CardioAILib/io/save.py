"""Cohorts written to disk: tables, and whole cohorts with their images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from CardioAILib.errors import InputError
from CardioAILib.io.cohort import LABELS_COLUMN
from CardioAILib.io.labels import format_labels
from CardioAILib.io.roles import is_echo, role_column
from CardioAILib.io.sequencefile import SEQUENCE_SUFFIX, UNCALIBRATED, write_sequence
from CardioAILib.io.table import write_rows
from CardioAILib.io.volumes import write_image
from CardioAILib.study import Cohort, Fact, Image, Mask, Role, Study

TABLE_NAME = "cohort.csv"
LONGEST_NAME = 100
"""Characters of a folder name that come from a subject's; file systems allow 255 in all."""


def write_cohort(rows: Iterable[Mapping[str, Fact]], path: Path | str) -> None:
    """Write a cohort table; the file appears whole or not at all.

    Args:
        rows: One mapping of column names to cells a study; the columns of the table are all
            that any row has, in order of appearance.
        path: The CSV file.
    """
    write_rows(rows, Path(path))


def save_cohort(cohort: Cohort, folder: Path | str, suffix: str = ".nii.gz") -> Path:
    """Write all images of a cohort, and the table that `read_cohort` reads back.

    Args:
        cohort: Studies read from anywhere, or made in memory.
        folder: Where to; one folder a subject and study, `cohort.csv` beside them.
        suffix: Format of the images: an ending that `write_image` takes. Echo clips become
            `.seq.nrrd`, which keeps the times of their frames.

    Returns:
        Path of the table.

    Raises:
        InputError: The masks of one study number their structures differently, which one
            cell `mask_labels` cannot say, or an image has axes not at right angles.
    """
    folder = Path(folder)
    rows = [save_study(study, folder, suffix) for study in cohort]
    write_cohort(rows, folder / TABLE_NAME)
    return folder / TABLE_NAME


def save_study(study: Study, folder: Path, suffix: str) -> dict[str, Fact]:
    """Write the images of a study into a folder of its own, and return its row."""
    cells: dict[str, Fact] = {}
    labels: set[str] = set()
    for role, image in study.images.items():
        column = role_column(role)
        cells[column] = f"{_study_folder(study)}/{column}{_suffix(role, image, suffix)}"
        _write(image, folder / cells[column])
        if isinstance(image, Mask):
            labels.add(format_labels(image.labels))
    row = {"subject": study.subject, "study": study.study, **cells}
    return {**row, **_labels_cell(labels, study), **study.facts}


def _suffix(role: Role, image: Image, suffix: str) -> str:
    """Return the format of an image: of clips the one that keeps the times of frames."""
    return SEQUENCE_SUFFIX if is_echo(role) and len(image.array) > 1 else suffix


def _write(image: Image, path: Path) -> None:
    if not path.name.endswith(SEQUENCE_SUFFIX):
        return write_image(image, path)
    return write_sequence(image, path, {} if image.calibrated else UNCALIBRATED)


def _study_folder(study: Study) -> str:
    # The prefixes keep names such as ".." harmless; quoting keeps different names apart.
    return f"sub-{_short(study.subject)}/study-{_short(study.study)}"


def _short(name: str) -> str:
    """Return a name that file systems take, different for different names."""
    safe = quote(name, safe="")
    if len(safe) <= LONGEST_NAME:
        return safe
    return f"{safe[:LONGEST_NAME]}-{sha256(name.encode()).hexdigest()[:8]}"


def _labels_cell(labels: set[str], study: Study) -> dict[str, Fact]:
    if len(labels) > 1:
        raise InputError(
            got=f"masks labeled {' and '.join(sorted(labels))} in subject '{study.subject}'",
            wanted="the same number for a structure in all masks of a study",
            fix="renumber the masks of this study alike",
        )
    return {LABELS_COLUMN: labels.pop()} if labels else {}
