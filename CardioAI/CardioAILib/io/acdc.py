"""The ACDC data set as its owners distribute it, written as a cohort table.

Bernard et al., "Deep Learning Techniques for Automatic MRI Cardiac Multi-structures
Segmentation and Diagnosis: Is the Problem Solved?", IEEE Trans Med Imaging 37(11):2514, 2018.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from CardioAILib.errors import CohortError
from CardioAILib.io.cohort import LABELS_COLUMN, listing
from CardioAILib.io.labels import format_labels
from CardioAILib.io.save import write_cohort
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY

INFO = "Info.cfg"
PHASES = ("ED", "ES")
LABELS = {RV_CAVITY: 1, MYOCARDIUM: 2, LV_CAVITY: 3}
SETS = ("training", "testing")

GROUP_SOURCE = "ACDC Group"
"""The data set's own class, of its clinical reports."""
SCAR_OF_GROUP = {"MINF": "1", "NOR": "0"}
SCAR_SOURCE = "stand-in: MINF = 1, NOR = 0"
"""ACDC has no late enhancement: previous infarction and normal hearts stand in for it."""


def acdc_rows(folder: Path | str, relative_to: Path | str | None = None) -> list[dict[str, str]]:
    """Return the rows of a cohort table for all patients below a folder.

    Args:
        folder: Anything above the patients' folders, as downloaded or unpacked.
        relative_to: Folder from which the paths start; `folder` itself if None.

    Returns:
        One row a patient, in order of name.

    Raises:
        CohortError: No patient is found, `Info.cfg` lacks an entry, or files are missing (all
            are listed).
    """
    folder = Path(folder)
    infos = sorted(folder.rglob(INFO), key=lambda info: info.parent.name)
    if not infos:
        raise CohortError(
            got=f"no {INFO} below '{folder.name}'",
            wanted="the ACDC folder, with training/patient001/Info.cfg or alike below it",
            fix="unpack the data set and name its folder",
        )
    base = Path(relative_to) if relative_to is not None else folder
    patients = [_Patient(info.parent, _read_info(info)) for info in infos]
    _require_files(patients)
    return [_row(patient, base) for patient in patients]


def acdc_cohort(folder: Path | str, out_csv: Path | str) -> Path:
    """Write the cohort table of an ACDC folder.

    Args:
        folder: Anything above the patients' folders.
        out_csv: The table to write; its paths are relative to its own folder.

    Returns:
        Path of the table.

    Raises:
        CohortError: As `acdc_rows`.
    """
    out_csv = Path(out_csv)
    write_cohort(acdc_rows(folder, relative_to=out_csv.parent), out_csv)
    return out_csv


@dataclass(frozen=True)
class _Patient:
    """One patient's folder and the entries of its `Info.cfg`."""

    folder: Path
    facts: Mapping[str, str]

    @property
    def files(self) -> dict[str, Path]:
        """File of each column, present or not."""
        return {
            f"{kind}_SAX_{phase}": self._file(int(self.facts[phase]), ending)
            for phase in PHASES
            for kind, ending in (("cine", ""), ("mask", "_gt"))
        }

    def _file(self, frame: int, ending: str) -> Path:
        packed = self.folder / f"{self.folder.name}_frame{frame:02d}{ending}.nii.gz"
        plain = packed.with_suffix("")
        return plain if plain.is_file() else packed


def _read_info(info: Path) -> dict[str, str]:
    lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    facts = {key.strip(): value.strip() for key, _, value in pairs}
    if not all(facts.get(phase, "").isdecimal() for phase in PHASES):
        raise CohortError(
            got=f"no frame number of ED or ES in '{info.parent.name}/{INFO}'",
            wanted="lines such as 'ED: 1' and 'ES: 12'",
            fix="copy the file again from the data set",
        )
    return facts


def _require_files(patients: list[_Patient]) -> None:
    files = (file for patient in patients for file in patient.files.values())
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise CohortError(
            got=f"{len(missing)} missing files: {listing(missing)}",
            wanted="image and mask of ED and ES, .nii.gz or .nii, for each patient",
            fix="copy the files again from the data set, or leave the patient's folder out",
        )


def _row(patient: _Patient, base: Path) -> dict[str, str]:
    group = patient.facts.get("Group", "")
    scar = SCAR_OF_GROUP.get(group, "")
    return {
        "subject": patient.folder.name,
        **{column: _relative(file, base) for column, file in patient.files.items()},
        LABELS_COLUMN: format_labels(LABELS),
        "pathology": group,
        "pathology_source": GROUP_SOURCE if group else "",
        "scar": scar,
        "scar_source": SCAR_SOURCE if scar else "",
        "height_cm": patient.facts.get("Height", ""),
        "weight_kg": patient.facts.get("Weight", ""),
        "frame_ED": patient.facts["ED"],
        "frame_ES": patient.facts["ES"],
        "frames": patient.facts.get("NbFrame", ""),
        "set": next((part for part in reversed(patient.folder.parts) if part in SETS), ""),
    }


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path.resolve(), base.resolve())).as_posix()
