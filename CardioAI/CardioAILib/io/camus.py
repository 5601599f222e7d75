"""The CAMUS data set of apical echo with contours, written as a cohort table.

Leclerc et al., "Deep Learning for Segmentation Using an Open Large-Scale Dataset in 2D
Echocardiography", IEEE Trans Med Imaging 38(9):2198, 2019.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from CardioAILib.errors import CohortError
from CardioAILib.io.cohort import LABELS_COLUMN, listing
from CardioAILib.io.labels import format_labels
from CardioAILib.io.save import write_cohort
from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM

LABELS = {LV_CAVITY: 1, MYOCARDIUM: 2, LEFT_ATRIUM: 3}
VIEWS = {"4CH": "A4C", "2CH": "A2C"}
"""The data set's names of views, and ours."""
PARTS = {"ED": "_ED", "ES": "_ES", "half_sequence": "", "sequence": ""}
"""The data set's names of stills and clips, and how our columns end; a clip ends at end systole."""
IMAGE = re.compile(r"(patient\d+)_([24]CH)_(ED|ES|half_sequence|sequence)\.(nii\.gz|nii|mhd)")
FACTS = {"Sex": "sex", "Age": "age", "EF": "ef_percent", "LVef": "ef_percent"}
"""Entries of `Info_4CH.cfg` and `Info_2CH.cfg` that hold of a patient, and our columns."""
VIEW_FACTS = {
    "ED": "frame_ED",
    "ES": "frame_ES",
    "ImageQuality": "image_quality",
    "FrameRate": "frame_rate_hz",
}
"""Entries that hold of a view."""


def camus_rows(folder: Path | str, relative_to: Path | str | None = None) -> list[dict[str, str]]:
    """Return the rows of a cohort table for all patients below a folder.

    Files are taken as their owners distribute them: `patient0001_4CH_ED.nii.gz` with contours in
    `patient0001_4CH_ED_gt.nii.gz`, `..._half_sequence.nii.gz`, and facts in `Info_4CH.cfg`; of a
    part of them what is there.

    Args:
        folder: Anything above the patients' folders, as downloaded or unpacked.
        relative_to: Folder from which the paths start; `folder` itself if None.

    Returns:
        One row a patient, in order of name. Clips run from end diastole to end systole alone, so
        they hold no whole heartbeat: the column `clip_part` says so.

    Raises:
        CohortError: No patient is found, or one is there twice.
    """
    folder = Path(folder)
    base = Path(relative_to) if relative_to is not None else folder
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.rglob("patient*")):
        if match := IMAGE.fullmatch(path.name):
            column = VIEWS[match[2]] + PARTS[match[3]]
            _add(found.setdefault(match[1], {}), column, path)
    if not found:
        raise CohortError(
            got=f"no patient's image below '{folder.name}'",
            wanted="the CAMUS folder, with patient0001/patient0001_4CH_ED.nii.gz or alike below it",
            fix="unpack the data set and name its folder",
        )
    return [_row(name, found[name], base) for name in sorted(found)]


def camus_cohort(folder: Path | str, out_csv: Path | str) -> Path:
    """Write the cohort table of a CAMUS folder.

    Args:
        folder: Anything above the patients' folders.
        out_csv: The table to write; its paths are relative to its own folder.

    Returns:
        Path of the table.

    Raises:
        CohortError: As `camus_rows`.
    """
    out_csv = Path(out_csv)
    write_cohort(camus_rows(folder, relative_to=out_csv.parent), out_csv)
    return out_csv


def _add(files: dict[str, Path], column: str, path: Path) -> None:
    if column in files:
        raise CohortError(
            got=f"two files for one image: {listing([files[column].name, path.name])}",
            wanted="each image of a patient once",
            fix="keep one copy of the data set below the folder",
        )
    files[column] = path


def _row(name: str, files: dict[str, Path], base: Path) -> dict[str, str]:
    cells = {}
    for column, path in files.items():
        cells[column] = _relative(path, base)
        contours = path.with_name(re.sub(r"\.(nii\.gz|nii|mhd)$", r"_gt.\1", path.name))
        if contours.is_file():
            cells[f"mask_{column}"] = _relative(contours, base)
    clips = [column for column in files if column in VIEWS.values()]
    infos = _infos(path.parent for path in files.values())
    return {
        "subject": name,
        **cells,
        LABELS_COLUMN: format_labels(LABELS),
        **{own: entries[key] for entries in infos.values() for key, own in _known(entries, FACTS)},
        **{
            f"{own}_{view}": entries[key]
            for view, entries in infos.items()
            for key, own in _known(entries, VIEW_FACTS)
        },
        "clip_part": "end diastole to end systole" if clips else "",
    }


def _known(entries: dict[str, str], names: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, own) for key, own in names.items() if entries.get(key)]


def _infos(folders: Iterable[Path]) -> dict[str, dict[str, str]]:
    """Return the entries of a patient's `Info_4CH.cfg` and `Info_2CH.cfg` by view."""
    found = {}
    for folder in dict.fromkeys(folders):
        for theirs, view in VIEWS.items():
            info = folder / f"Info_{theirs}.cfg"
            if info.is_file():
                lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
                pairs = (line.partition(":") for line in lines if ":" in line)
                found[view] = {key.strip(): value.strip() for key, _, value in pairs}
    return found


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path.resolve(), base.resolve())).as_posix()
