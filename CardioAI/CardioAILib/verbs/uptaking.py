"""The uptake of the heart on a cohort's planar scans as a table, a row a study."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from CardioAILib.errors import CardioAIError
from CardioAILib.measurements.planar import (
    PLANAR_DEFINITIONS,
    PLANAR_MEASUREMENTS,
    PlanarUptake,
    Region,
)
from CardioAILib.measurements.planar.settings import constants
from CardioAILib.progress import Progress, silent
from CardioAILib.quality import require
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Image, Study
from CardioAILib.verbs.features.rows import Measured
from CardioAILib.verbs.features.table import Written, write_rows
from CardioAILib.verbs.gather import Failure
from CardioAILib.verbs.measuredtable import KEYS, PREFIX, cell, digest_of, write_meanings
from CardioAILib.verbs.origin import versions
from CardioAILib.verbs.scanuptake import ANTERIOR, checked_uptake

VISUAL = ("visual_grade", "visual_reason")
"""Columns of what the visual rule suggests."""
ORIGIN = tuple(
    PREFIX + name
    for name in (
        "Versions_CardioAI",
        "Configuration_Digest",
        "Image_Hash",
        "Heart_Region",
        "Regions",
        "Limits",
        "Findings",
        "Note",
    )
)


def write_uptake(
    cohort: Cohort, out: Path, *, workers: int = 1, progress: Progress = silent
) -> Written:
    """Measure the uptake on every study of a cohort, and write it as CSV.

    A study is read, measured, written and forgotten. Beside the table lie the meaning of its
    columns and the list of studies that could not be measured.

    Args:
        cohort: The studies, with the column `anterior`; `posterior`, `mask_anterior` and the
            facts `radiopharmaceutical`, `delay_min` and more are read where there are any.
        out: The table.
        workers: Processes that measure, each a study at a time.
        progress: Told the share done.

    Raises:
        InputError: The table cannot be written there.
        CohortError: No study can be measured.
    """
    written = write_rows(uptake_row, header(), cohort, out, workers, progress, "uptake of study")
    write_meanings(PLANAR_DEFINITIONS, out)
    return written


def header() -> list[str]:
    """Return the names of the table's columns."""
    return [*KEYS, *PLANAR_MEASUREMENTS, *VISUAL, *ORIGIN]


def uptake_row(study: Study, progress: Progress = silent) -> Measured:
    """Return one study's row, or why there is none."""
    try:
        image = require(study, ANTERIOR.image)
        found = checked_uptake(study, image)
    except CardioAIError as error:
        return Measured(failures=[Failure(*study.key, str(error))])
    cells = [cell(found.values[name]) for name in PLANAR_MEASUREMENTS]
    grade = "" if found.suggestion.grade is None else found.suggestion.grade
    visual = (grade, found.suggestion.reason)
    return Measured([[*study.key, *cells, *visual, *_origin(image, found)]])


def _origin(image: Image, found: PlanarUptake) -> list[str]:
    limits = (f"{one.value} >= {one.least:g}: {one.meaning} ({one.source})" for one in found.limits)
    return [
        versions()["cardioai"],
        definition_digest(),
        image.digest,
        found.heart_from,
        "; ".join(_told(region) for region in found.regions.values()),
        "; ".join(limits),
        "; ".join(finding.message for finding in found.findings),
        RESEARCH_ONLY,
    ]


def _told(region: Region) -> str:
    """Return a region in words: its middle as row, column, and its size, in pixels."""
    row, column = region.center
    return f"{region.name} at {row:.1f},{column:.1f} size {region.size[0]:.1f}x{region.size[1]:.1f}"


@cache
def definition_digest() -> str:
    """Return the SHA-256 of the values' names, units and meanings, and of all constants."""
    return digest_of(PLANAR_DEFINITIONS, constants())
