"""Measurements of a cohort's segmentations as a table, a row a study."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from CardioAILib.errors import CardioAIError, EmptyMaskError, MissingInputError
from CardioAILib.io.labels import format_labels
from CardioAILib.measurements import DEFINITIONS, MEASUREMENTS
from CardioAILib.progress import Progress, silent
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Cohort, Mask, Study
from CardioAILib.verbs.features.rows import Measured
from CardioAILib.verbs.features.table import Written, write_rows
from CardioAILib.verbs.gather import Failure
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.measured import measure_masks, short_axis_mask
from CardioAILib.verbs.measuredtable import KEYS, PREFIX, cell, digest_of, write_meanings
from CardioAILib.verbs.origin import versions
from CardioAILib.verbs.prepared import noted

PARTS = (LV_CAVITY, MYOCARDIUM, RV_CAVITY)
ORIGIN = tuple(
    PREFIX + name
    for name in (
        "Versions_CardioAI",
        "Configuration_Digest",
        "Mask_ED_Hash",
        "Mask_ES_Hash",
        "Findings",
        "Segments",
        "Note",
    )
)


def write_measurements(
    cohort: Cohort, out: Path, *, workers: int = 1, progress: Progress = silent
) -> Written:
    """Measure every study of a cohort, and write the measurements as CSV.

    A study is read, measured, written and forgotten. Beside the table lie the meaning of its
    columns and the list of studies that could not be measured.

    Args:
        cohort: The studies; height_cm, weight_kg and heart_rate_per_min are read where known.
        out: The table.
        workers: Processes that measure, each a study at a time.
        progress: Told the share done.

    Raises:
        InputError: The table cannot be written there.
        CohortError: No study can be measured.
    """
    written = write_rows(measure_row, header(), cohort, out, workers, progress, "measuring study")
    write_meanings(DEFINITIONS, out)
    return written


def header() -> list[str]:
    """Return the names of the table's columns."""
    return [*KEYS, *MEASUREMENTS, *ORIGIN]


def measure_row(study: Study, progress: Progress = silent) -> Measured:
    """Return one study's row, or why there is none."""
    try:
        ed, es = _masks(study)
        found = measure_masks(ed, es, study)
        doubts = (*noted(study), *header_findings(study), *found.findings)
    except CardioAIError as error:
        return Measured(failures=[Failure(*study.key, str(error))])
    cells = [cell(found.values[name]) for name in MEASUREMENTS]
    return Measured([[*study.key, *cells, *_origin(ed, es, doubts, found.of_segments)]])


def _masks(study: Study) -> tuple[Mask, Mask | None]:
    """Return the segmentations of both phases, that of ES where there is one.

    Raises:
        MissingInputError: There is none at ED.
        EmptyMaskError: That at ED shows no part of the heart.
    """
    # Each access reads the file: what is measured is what is named by its digest.
    ed, es = (short_axis_mask(study, phase) for phase in ("ED", "ES"))
    if ed is None:
        raise MissingInputError(
            got=f"no segmentation at ED for subject {study.subject}",
            wanted="a short-axis segmentation at end-diastole",
            fix="fill the column 'mask_SAX_ED' of the cohort table",
        )
    if not any(ed.of(part).any() for part in PARTS):
        raise EmptyMaskError(
            got=f"no pixel of {', '.join(PARTS)} in the segmentation at ED (labels: "
            f"{format_labels(ed.labels)})",
            wanted="a segmentation of the heart",
            fix="segment it, or name its labels in the cohort table's column 'mask_labels'",
        )
    return ed, es


def _origin(
    ed: Mask, es: Mask | None, findings: Iterable[Finding], of_segments: Iterable[Finding]
) -> list[str]:
    return [
        versions()["cardioai"],
        definition_digest(),
        ed.digest,
        "" if es is None else es.digest,
        *("; ".join(finding.message for finding in own) for own in (findings, of_segments)),
        RESEARCH_ONLY,
    ]


@cache
def definition_digest() -> str:
    """Return the SHA-256 of the measurements' names, units and meanings."""
    return digest_of(DEFINITIONS)
