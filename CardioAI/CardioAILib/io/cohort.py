"""A cohort table becomes a cohort whose images are read when they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from CardioAILib.errors import CardioAIError, CohortError, InputError
from CardioAILib.io.labels import parse_labels
from CardioAILib.io.pictures import SPACING_COLUMN, are_pictures, parse_spacing, with_spacing
from CardioAILib.io.planarfiles import header_facts, is_planar, read_view, with_posterior
from CardioAILib.io.roles import is_echo, parse_role, role_column
from CardioAILib.io.stack import stack_slices
from CardioAILib.io.table import Row, fact, read_rows
from CardioAILib.io.usclips import echo_facts, read_echo, read_echo_mask, with_numbers
from CardioAILib.io.volumes import read_image, read_mask
from CardioAILib.study import Cohort, Image, Role, Study

KEY_COLUMNS = ("subject", "study")
LABELS_COLUMN = "mask_labels"
FILE_SEPARATOR = ";"
ONLY_STUDY = "1"
"""Name of the study where a subject has one and the table does not name it."""

Parsed = TypeVar("Parsed")

SHOWN_FILES = 10
"""How many missing files a message lists before it only counts."""


@dataclass(frozen=True, eq=False)
class FileImages(Mapping[Role, Image]):
    """Images of one study, read from their files at each access and never kept.

    Args:
        files: Files of each role; several are slices in order.
        labels: Values of the structures in all masks, or None to let each file tell.
        spacing: Distances between columns, rows and slices in mm, assumed of pictures; None
            takes what ITK makes of them.
    """

    files: Mapping[Role, tuple[Path, ...]]
    labels: Mapping[str, int] | None = None
    spacing: tuple[float, float, float] | None = None

    def __getitem__(self, role: Role) -> Image:
        """Read the image or mask of a role.

        Raises:
            KeyError: The study has no such role.
            UnreadableFileError: A file is damaged or gone.
            InputError: The file is no gray-level image or no mask, or several files do not
                make one stack.
        """
        try:
            image = stack_slices([self._read(path, role) for path in self.files[role]])
        except CardioAIError as error:
            raise _without_names(error, self.files[role], role) from None
        if self.spacing is None or is_planar(role):
            return image
        if are_pictures(self.files[role]):
            return with_spacing(image, self.spacing)
        return image

    def __iter__(self) -> Iterator[Role]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would read the file.
        return role in self.files

    def _read(self, path: Path, role: Role) -> Image:
        if role.kind == "mask":
            read = read_echo_mask if role.modality == "US" else read_mask
            return read(path, self.labels)
        if is_echo(role):
            return read_echo(path, role)
        return read_view(path, role, self.spacing) if is_planar(role) else read_image(path)


def read_cohort(path: Path | str, name: str | None = None) -> Cohort:
    """Read a cohort table: CSV, one row a study.

    Columns: `subject`, `study` (may be left out where each subject has one row), one a role
    (`cine_SAX_ED`, `mask_SAX_ED`, `LGE_4C`, `anterior`, `A4C`, ...) with file paths relative
    to the table, several slices separated by `;`, and `mask_labels`
    (`rv_cavity=1;myocardium=2;lv_cavity=3`). All other columns are facts, among them
    `assumed_spacing_mm`, which slices stored as pictures take; empty cells are left out. A planar
    scan (`anterior`, `posterior`) may be a file of DICOM, whose header fills in the facts that the
    table does not say and whose posterior view is taken along, or a gray picture. An echo clip
    (`A4C`, `A2C`, `PLAX`, ..., or `echo` where nobody said the view) is a file of DICOM, a video
    or a volume with a time axis; several files in its cell are several clips, as if they stood
    under `A4C`, `A4C_2` and so on.

    Args:
        path: The table.
        name: Name of the cohort; the file name without its ending if None.

    Raises:
        CohortError: The table cannot be read, a study is named twice or not at all, a label
            list or pixel size is malformed, or files are missing (all are listed).
    """
    path = Path(path)
    rows = read_rows(path)
    _require_rows(rows, path)
    _require_unique(rows)
    images = [_images(row, path.parent) for row in rows]
    _require_files(images, path.parent)
    studies = (_study(row, files) for row, files in zip(rows, images, strict=True))
    return Cohort(tuple(studies), name or path.stem)


def listing(names: Sequence[str]) -> str:
    """Return names as text, the first ten of them and the number of the others."""
    more = len(names) - SHOWN_FILES
    return ", ".join(names[:SHOWN_FILES]) + (f" and {more} more" if more > 0 else "")


def _without_names(error: CardioAIError, paths: Sequence[Path], role: Role) -> CardioAIError:
    """Return the error with column names for file names, which may name a patient."""
    got = error.got
    for number, path in enumerate(paths, start=1):
        which = f" (file {number})" if len(paths) > 1 else ""
        got = got.replace(f"'{path.name}'", f"column '{role_column(role)}'{which}")
    return type(error)(got=got, wanted=error.wanted, fix=error.fix)


def _study(row: Row, images: FileImages) -> Study:
    apart = {*KEY_COLUMNS, LABELS_COLUMN}
    facts = {
        column: fact(cell)
        for column, cell in row.cells.items()
        if column not in apart and parse_role(column) is None
    }
    images = replace(images, files=with_posterior(images.files))
    stated = {**header_facts(images.files), **echo_facts(images.files)}
    return Study(*_key(row), images=images, facts={**stated, **facts})


def _images(row: Row, folder: Path) -> FileImages:
    files: dict[Role, tuple[Path, ...]] = {}
    for column, cell in row.cells.items():
        role, paths = parse_role(column), _paths(cell, folder)
        named = with_numbers(role, paths) if role and paths else {}
        if role in files or named.keys() & files.keys():
            raise CohortError(
                got=f"two columns for the same image, one of them '{column}', in row {row.number}",
                wanted="one column a role",
                fix="remove one of them",
            )
        files |= named
    return FileImages(
        files,
        _parsed(row, LABELS_COLUMN, parse_labels),
        _parsed(row, SPACING_COLUMN, parse_spacing),
    )


def _paths(cell: str, folder: Path) -> tuple[Path, ...]:
    names = (name.strip().replace("\\", "/") for name in cell.split(FILE_SEPARATOR))
    return tuple(folder / name for name in names if name)


def _parsed(row: Row, column: str, parse: Callable[[str], Parsed]) -> Parsed | None:
    if column not in row.cells:
        return None
    try:
        return parse(row.cells[column])
    except InputError as error:
        raise CohortError(
            got=f"{error.got} in row {row.number}", wanted=error.wanted, fix=error.fix
        ) from error


def _require_rows(rows: list[Row], path: Path) -> None:
    if not rows:
        raise CohortError(
            got=f"no row in '{path.name}'",
            wanted="a header line and one row a study",
            fix="check that this is the cohort table",
        )
    if all("subject" not in row.cells for row in rows):
        raise CohortError(
            got=f"no column 'subject' among {listing(sorted(rows[0].cells))} in '{path.name}'",
            wanted="a column 'subject' with a pseudonym in each row",
            fix="add it, or rename the column that names the patients",
        )
    for row in rows:
        if "subject" not in row.cells:
            raise CohortError(
                got=f"an empty cell under 'subject' in row {row.number}",
                wanted="a pseudonym in each row",
                fix="fill the cell or remove the row",
            )


def _require_unique(rows: list[Row]) -> None:
    counts = Counter(_key(row) for row in rows)
    for row in rows:
        subject, study = _key(row)
        if counts[subject, study] > 1:
            raise CohortError(
                got=f"subject '{subject}', study '{study}' {counts[subject, study]} times, "
                f"first in row {row.number}",
                wanted="each pair of subject and study once",
                fix="name each examination of a subject in a column 'study', or remove the "
                "repeated rows",
            )


def _key(row: Row) -> tuple[str, str]:
    return row.cells["subject"], row.cells.get("study", ONLY_STUDY)


def _require_files(studies: Sequence[FileImages], folder: Path) -> None:
    paths = (path for images in studies for files in images.files.values() for path in files)
    missing = [path for path in dict.fromkeys(paths) if not path.is_file()]
    if missing:
        names = listing([_as_written(path, folder) for path in missing])
        raise CohortError(
            got=f"{len(missing)} missing files: {names}",
            wanted="every file that the table names",
            fix="write the paths relative to the table's own folder, with the same letter case",
        )


def _as_written(path: Path, folder: Path) -> str:
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    return f"'{name.as_posix()}'"
