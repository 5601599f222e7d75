"""Radiomics of a cohort by region of the wall, as a table that grows study by study."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from CardioAILib.errors import InputError
from CardioAILib.measurements import AUTO, By, Orientation
from CardioAILib.progress import Progress, silent
from CardioAILib.radiomics import Settings
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import MYOCARDIUM, Cohort, Image, Mask, Study
from CardioAILib.verbs.features.compute import columns_of
from CardioAILib.verbs.features.diagnostics import ORIGIN_COLUMNS, PREFIX, origin_of
from CardioAILib.verbs.features.inputs import time_of
from CardioAILib.verbs.features.parts import Part, Request, read_part, require_request
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.features.rows import Measured, measure_parts
from CardioAILib.verbs.features.table import Written, prepare_processes, write_rows
from CardioAILib.verbs.features.wallstudy import measure_regions
from CardioAILib.verbs.features.walltable import COLUMNS, KEYS, header_of, rows_of

TIME_COLUMNS = ("frame", "time_ms")
INPUT_COLUMNS = (
    f"{PREFIX}Image-original_Hash",
    f"{PREFIX}Image-original_Spacing",
    f"{PREFIX}Image-original_Size",
    f"{PREFIX}Mask-original_Hash",
)
"""Spacing and size are (column, row, slice), as in tables of slices."""
TOLD_COLUMNS = (*ORIGIN_COLUMNS, *INPUT_COLUMNS, f"{PREFIX}Findings", f"{PREFIX}Note")


def write_region_features(
    request: Request,
    cohort: Cohort,
    out: Path,
    *,
    by: By = "aha",
    orientation: Orientation = AUTO,
    workers: int = 1,
    progress: Progress = silent,
) -> Written:
    """Measure the wall of every study by its regions, and write a row a region as CSV.

    Args:
        request: What is measured; of its preset the original image's features.
        cohort: The studies; their masks show myocardium, LV cavity and best RV cavity too.
        out: The table; failures go to a file beside it.
        by: How the wall is divided: see `measurements.wall_regions`.
        orientation: What is known of the hearts' place in their stacks.
        workers: Processes that measure, each a study at a time.
        progress: Told the share done.

    Raises:
        InputError: The table cannot be written there, the preset has no such features, or
            another structure than the myocardium is asked for.
        CardioAIError: A study cannot be used, where that is to end the call.
    """
    require_request(request)
    require_wall(request.structures)
    header = header_of(wall_columns(request.preset))
    prepare_processes(request, cohort, workers)
    middle = len(COLUMNS)
    names = (*header[: len(KEYS)], *TIME_COLUMNS, *header[len(KEYS) : middle], *TOLD_COLUMNS)
    measure = partial(measure_wall, request, by, orientation)
    return write_rows(measure, (*names, *header[middle:]), cohort, out, workers, progress)


def wall_columns(preset: Preset) -> tuple[str, ...]:
    """Return the features of regions that a preset gives: those of the original image.

    Raises:
        InputError: There are none.
    """
    if isinstance(preset.settings, Settings):
        own = tuple(name for name in columns_of(preset) if name.startswith("original_"))
        if own:
            return own
    raise InputError(
        got=f"the preset '{preset.name}' for regions of the wall",
        wanted="a preset with features of the original image under pyradiomics' names",
        fix="choose fahmy2022, or a parameter file with the image type Original",
    )


def require_wall(structures: Iterable[str]) -> None:
    """Refuse structures that are not the wall: rows of its regions would bear their names.

    Raises:
        InputError: There is one.
    """
    if others := [name for name in structures if name != MYOCARDIUM]:
        raise InputError(
            got=f"the structure {', '.join(others)} for regions of the wall",
            wanted=f"the {MYOCARDIUM}, which alone is divided",
            fix="leave structure and label out, or the regions",
        )


def measure_wall(
    request: Request, by: By, orientation: Orientation, study: Study, progress: Progress = silent
) -> Measured:
    """Measure the wall of one study by its regions; see `featurerows.measure_study`."""
    return measure_parts(request, study, partial(_rows, by, orientation), progress)


def _inputs(image: Image, mask: Mask) -> list[str]:
    """Return the cells of `INPUT_COLUMNS`."""
    spacing, size = image.spacing[::-1], image.array.shape[:0:-1]
    return [image.digest, str(spacing), str(size), mask.digest]


def _rows(
    by: By, orientation: Orientation, request: Request, one: Part, progress: Progress
) -> list[list[object]]:
    require_wall([one.needed.structure])
    image, mask, findings = read_part(request, one)
    preset, engine = request.preset, request.options.engine
    names = wall_columns(preset)
    found = measure_regions(image, mask, names, preset, by, orientation, engine)
    told = (*findings, *found.regions.findings)
    cells = [*origin_of(preset, engine), *_inputs(image, mask)]
    cells += ["; ".join(finding.message for finding in told), RESEARCH_ONLY]
    time = [one.frame, time_of(one.study, one.frame)]
    rows = rows_of(found, *one.study.key, one.name, one.needed.structure)
    first, middle = len(KEYS), len(COLUMNS)
    return [[*row[:first], *time, *row[first:middle], *cells, *row[middle:]] for row in rows]
