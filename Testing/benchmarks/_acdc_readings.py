"""ACDC's hearts measured as they were read, read again, and read wrongly; kept on disk."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.ndimage import (
    binary_dilation,
    binary_erosion,
    binary_fill_holes,
    generate_binary_structure,
)

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "CardioAI") not in sys.path:
    sys.path.insert(0, str(ROOT / "CardioAI"))

from CardioAILib.io import acdc_cohort, read_cohort  # noqa: E402
from CardioAILib.measurements import (  # noqa: E402
    MEASUREMENTS,
    READINGS,
    Segmentation,
    measure,
    read_again,
    segmentation_of,
)
from CardioAILib.study import Cohort, Role, Study  # noqa: E402

logger = logging.getLogger(__name__)

FIRST = "as read"
"""The segmentations as the data set has them."""
CROSS = generate_binary_structure(2, 1)[None]


def wall_thicker(place: Segmentation) -> Segmentation:
    """Move the epicardium out and the endocardium in by a pixel."""
    return _with_wall(place, binary_dilation, binary_erosion)


def wall_thinner(place: Segmentation) -> Segmentation:
    """Move the epicardium in and the endocardium out by a pixel."""
    return _with_wall(place, binary_erosion, binary_dilation)


def _with_wall(
    place: Segmentation, outer: Callable[..., np.ndarray], inner: Callable[..., np.ndarray]
) -> Segmentation:
    filled = np.stack([binary_fill_holes(one) for one in place.myocardium | place.lv_cavity])
    ventricle = outer(filled, CROSS)
    cavity = inner(place.lv_cavity, CROSS) & ventricle
    right = None if place.rv_cavity is None else place.rv_cavity & ~ventricle
    return replace(place, myocardium=ventricle & ~cavity, lv_cavity=cavity, rv_cavity=right)


def spacing_times(factor: float, *, header_alone: bool) -> Callable[[Segmentation], Segmentation]:
    """Return what makes the spacing wrong, in its header alone or in its geometry too."""

    def change(place: Segmentation) -> Segmentation:
        spacing = tuple(factor * size for size in place.spacing)
        scaled = place.ijk_to_ras @ np.diag([factor] * 3 + [1.0])
        return replace(
            place, spacing=spacing, ijk_to_ras=place.ijk_to_ras if header_alone else scaled
        )

    return change


CHANGES: dict[str, Callable[[Segmentation], Segmentation]] = {
    FIRST: lambda place: place,
    **{name: (lambda place, name=name: read_again(place, name)) for name in READINGS},
    "wall a pixel thicker on both sides": wall_thicker,
    "wall a pixel thinner on both sides": wall_thinner,
    "spacing stated 10 % too large": spacing_times(1.1, header_alone=True),
    "spacing 10 % too large": spacing_times(1.1, header_alone=False),
    "spacing 10 % too small": spacing_times(0.9, header_alone=False),
}
"""What is done to both phases of a heart before it is measured."""


@dataclass(frozen=True, eq=False)
class Hearts:
    """The patients of the data set, measured.

    Args:
        subjects: Name of each (N,).
        groups: Group of each (N,), as in "DCM".
        tables: Measurements (N, F) under each of `CHANGES`.
        findings: Findings of each patient under each of them, without those that all have.
    """

    subjects: np.ndarray
    groups: np.ndarray
    tables: dict[str, np.ndarray]
    findings: dict[str, list[set[str]]]


def hearts_of(acdc: Path, work: Path) -> Hearts:
    """Measure the patients, or take what an earlier run has left in the work folder."""
    work.mkdir(parents=True, exist_ok=True)
    cohort = read_cohort(acdc_cohort(acdc, work / "cohort.csv"))
    subjects = np.array([study.subject for study in cohort])
    groups = np.array([str(study.facts["pathology"]) for study in cohort])
    tables, findings = {}, {}
    for name in CHANGES:
        tables[name], findings[name] = measured(cohort, name, work)
    return Hearts(subjects, groups, tables, findings)


def measured(cohort: Cohort, name: str, work: Path) -> tuple[np.ndarray, list[set[str]]]:
    """Return measurements (N, F) and findings under one change, from disk where they are."""
    file = work / f"{''.join(c if c.isalnum() else '_' for c in name)}.npz"
    if file.is_file():
        kept = np.load(file)
        if tuple(kept["names"]) == MEASUREMENTS and len(kept["table"]) == len(cohort):
            return kept["table"], [set(filter(None, told.split(";"))) for told in kept["findings"]]
    rows, findings = [], []
    for number, study in enumerate(cohort, start=1):
        values, told = measure_changed(study, CHANGES[name])
        rows.append(values)
        findings.append(told)
        logger.info("%s: %d of %d hearts", name, number, len(cohort))
    table = np.array(rows)
    told = [";".join(sorted(one)) for one in findings]
    np.savez(file, names=MEASUREMENTS, table=table, findings=told)
    return table, findings


def measure_changed(
    study: Study, change: Callable[[Segmentation], Segmentation]
) -> tuple[list[float], set[str]]:
    """Measure one patient under a change."""
    ed, es = (
        change(segmentation_of(study.images[Role("MR", "mask", "SAX", phase)]))
        for phase in ("ED", "ES")
    )
    body = {name: float(study.facts[name]) for name in ("height_cm", "weight_kg")}
    found = measure(ed, es, **body)
    told = {finding.check for finding in found.findings}
    return [found.values[name] for name in MEASUREMENTS], told


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Return a parser that asks for the data set and a folder to work in."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--acdc", type=Path, default=ROOT.parent / "shared" / "data" / "acdc")
    parser.add_argument(
        "--work",
        type=Path,
        default=ROOT / ".cache" / "cardiomyopathy",
        help="folder of what is measured once",
    )
    return parser
