"""Motion of a cohort's segmented echo views as tables: a row a study, and a row a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from math import isfinite, nan
from pathlib import Path

import numpy as np

from CardioAILib.io.table import write_lines
from CardioAILib.measurements.echo import (
    ECHO_DEFINITIONS,
    ECHO_MEASUREMENTS,
    MOVING_SEGMENTS,
    EchoMeasured,
    constants,
    echo_measurements_of,
    motion_column,
)
from CardioAILib.progress import Progress, silent
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Study
from CardioAILib.verbs.features.table import Written, require_table_path
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.measuredeach import list_failures, measured_each
from CardioAILib.verbs.measuredtable import KEYS, PREFIX, cell, digest_of, write_meanings
from CardioAILib.verbs.origin import versions
from CardioAILib.verbs.prepared import noted

ORIGIN = tuple(
    PREFIX + name
    for name in ("Versions_CardioAI", "Configuration_Digest", "Frames", "Findings", "Note")
)
KINDS = ("excursion", "thickening")
CURVES_HEADER = (
    *KEYS,
    "view",
    "frame",
    "phase",
    "time_ms",
    "LV_area",
    "LV_area_unit",
    "endocardial_length_change_percent",
    *(motion_column(kind, segment) for kind in KINDS for segment in MOVING_SEGMENTS),
)

Seen = Callable[[Study, EchoMeasured], None]


def write_motion(
    cohort: Cohort, out: Path, *, seen: Seen | None = None, progress: Progress = silent
) -> Written:
    """Measure the ventricle of every study's segmented echo views, and write it as CSV.

    Beside the table lie the curves along the frames (`curves_beside`), the meaning of the columns
    and the list of studies that could not be measured.

    Args:
        cohort: The studies, with mask_A4C, mask_A2C, mask_PLAX, or stills mask_A4C_ED, ...
        out: The table.
        seen: Told of each study that was measured.
        progress: Told the share done.

    Raises:
        InputError: The table cannot be written there.
        CohortError: No study can be measured; the reasons are listed beside the table.
    """
    require_table_path(out)
    rows, curves, failures = [], [], []
    each = measured_each(cohort, _measured, failures, progress, "motion of study")
    for study, (found, row) in each:
        rows.append(row)
        curves += curve_rows(study.key, found)
        if seen is not None:
            seen(study, found)
    list_failures(failures, len(rows), out)
    write_lines([header(), *rows], out)
    write_lines([CURVES_HEADER, *curves], curves_beside(out))
    write_meanings(ECHO_DEFINITIONS, out)
    return Written(out, len(rows), len(rows), tuple(failures))


def _measured(study: Study) -> tuple[EchoMeasured, list[str]]:
    """Return what was measured of a study, and its row."""
    found = echo_measurements_of(study)
    return found, _row(study, found)


def header() -> list[str]:
    """Return the names of the table's columns."""
    return [*KEYS, *ECHO_MEASUREMENTS, *ORIGIN]


def curves_beside(out: Path) -> Path:
    """Return where the curves along the frames are written."""
    return out.with_name(f"{out.stem}.curves.csv")


@cache
def definition_digest() -> str:
    """Return the SHA-256 of the values' names, units and meanings, and of all constants."""
    return digest_of(ECHO_DEFINITIONS, constants())


def curve_rows(key: tuple[str, str], found: EchoMeasured) -> Iterator[list[object]]:
    """Yield a row a frame of each view under `CURVES_HEADER`; frames count from 0."""
    for view, curves in found.curves.items():
        phases = found.phases.get(view)
        named = {} if phases is None else {phases.ed: "ED", phases.es: "ES"}
        by_segment = [
            getattr(curves, kind).get(segment, np.full(len(curves.area), nan))
            for kind in KINDS
            for segment in MOVING_SEGMENTS
        ]
        for frame, time in enumerate(curves.times_ms):
            values = [float(values[frame]) for values in (curves.shortening, *by_segment)]
            area = _short(float(curves.area[frame]))
            start = [*key, view, frame, named.get(frame, ""), _short(float(time))]
            yield [*start, area, curves.area_unit, *map(_short, values)]


def _short(value: float) -> str:
    return f"{value:.3f}" if isfinite(value) else ""


def _row(study: Study, found: EchoMeasured) -> list[str]:
    doubts = (*noted(study), *header_findings(study), *found.findings)
    frames = (f"{view} ED {one.ed} ES {one.es}" for view, one in found.phases.items())
    return [
        *study.key,
        *(cell(found.values[name]) for name in ECHO_MEASUREMENTS),
        versions()["cardioai"],
        definition_digest(),
        "; ".join(frames),
        "; ".join(one.message for one in doubts),
        RESEARCH_ONLY,
    ]
