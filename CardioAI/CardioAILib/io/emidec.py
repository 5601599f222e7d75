"""The EMIDEC data set of late gadolinium enhancement, written as a cohort table.

Lalande et al., "Emidec: A Database Usable for the Automatic Evaluation of Myocardial Infarction
from Delayed-Enhancement Cardiac MRI", Data 5(4):89, 2020.
"""

from __future__ import annotations

import os
from pathlib import Path

from CardioAILib.io.cohort import FILE_SEPARATOR, LABELS_COLUMN
from CardioAILib.io.emidecclinical import read_clinical
from CardioAILib.io.emidecfiles import Case, find_cases
from CardioAILib.io.emidecstretch import picture_spacing
from CardioAILib.io.labels import format_labels
from CardioAILib.io.pictures import SPACING_COLUMN, format_spacing
from CardioAILib.io.save import write_cohort
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, NO_REFLOW, SCAR

LABELS = {LV_CAVITY: 1, MYOCARDIUM: 2, SCAR: 3, NO_REFLOW: 4}
IMAGE_COLUMN, MASK_COLUMN = "LGE_SAX", "mask_SAX_LGE"

RECONSTRUCTION = "PSIR"
"""Of all cases: the sequence was phase-sensitive, and air is gray in every case at hand."""

PATHOLOGY = {"N": "normal", "P": "infarct", "": ""}
PATHOLOGY_SOURCE = "EMIDEC case name: N normal, P infarct"


def emidec_rows(folder: Path | str, relative_to: Path | str | None = None) -> list[dict[str, str]]:
    """Return the rows of a cohort table for all cases below a folder.

    Cases are read as their owners distribute them (`Case_N001/Images/Case_N001.nii.gz`,
    `Contours/`, and a clinical text `Case N001.txt`), as loose volumes (`Case_P100.nii.gz` beside
    `Case_P100_gt.nii.gz`), and as pictures (`images/Case_N006_slice000.png`, `masks/`), whose
    pixel size is lost and assumed.

    Args:
        folder: Anything above the cases.
        relative_to: Folder from which the paths start; `folder` itself if None.

    Returns:
        One row a case, in order of name.

    Raises:
        CohortError: No case is found, a folder bears no case's name, files are missing (all are
            listed), or a clinical text is cut short.
        InputError: Contours in pictures show no left ventricle.
        UnreadableFileError: A picture of contours cannot be read.
    """
    folder = Path(folder)
    base = Path(relative_to) if relative_to is not None else folder
    texts = {path.stem.replace(" ", "_"): path for path in sorted(folder.rglob("Case*.txt"))}
    return [_row(case, texts.get(case.name), base) for case in find_cases(folder)]


def emidec_cohort(folder: Path | str, out_csv: Path | str) -> Path:
    """Write the cohort table of an EMIDEC folder.

    Args:
        folder: Anything above the cases.
        out_csv: The table to write; its paths are relative to its own folder.

    Returns:
        Path of the table.

    Raises:
        CohortError: As `emidec_rows`, as all other errors.
    """
    out_csv = Path(out_csv)
    write_cohort(emidec_rows(folder, relative_to=out_csv.parent), out_csv)
    return out_csv


def _row(case: Case, text: Path | None, base: Path) -> dict[str, str]:
    pathology = PATHOLOGY[case.letter]
    spacing = format_spacing(picture_spacing(case.masks, LABELS)) if case.pictures else ""
    return {
        "subject": case.name,
        IMAGE_COLUMN: _cell(case.images, base),
        MASK_COLUMN: _cell(case.masks, base),
        LABELS_COLUMN: format_labels(LABELS) if case.masks else "",
        SPACING_COLUMN: spacing,
        f"{IMAGE_COLUMN}_reconstruction": RECONSTRUCTION,
        "pathology": pathology,
        "pathology_source": PATHOLOGY_SOURCE if pathology else "",
        **(read_clinical(text) if text else {}),
    }


def _cell(paths: tuple[Path, ...], base: Path) -> str:
    return FILE_SEPARATOR.join(
        Path(os.path.relpath(path.resolve(), base.resolve())).as_posix() for path in paths
    )
