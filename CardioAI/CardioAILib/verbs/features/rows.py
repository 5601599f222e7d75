"""From one study to rows of features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from CardioAILib.errors import CardioAIError
from CardioAILib.learning import Radiomics
from CardioAILib.progress import Progress, part, silent
from CardioAILib.results import Finding
from CardioAILib.study import Image, Study
from CardioAILib.verbs.features.bins import require_bins
from CardioAILib.verbs.features.compute import columns_of, features_of, keep_columns
from CardioAILib.verbs.features.conditioned import Region
from CardioAILib.verbs.features.diagnostics import COLUMNS, diagnostics_of
from CardioAILib.verbs.features.inputs import time_of
from CardioAILib.verbs.features.parts import (
    Part,
    Request,
    label_unused,
    native_part,
    parts_of,
    require_grid,
)
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.gather import Failure, attempt, with_features

KEYS = ("subject", "study", "input", "structure", "frame", "time_ms", "slice")
TABLE = "radiomics"


@dataclass(frozen=True)
class Measured:
    """One study, measured.

    Args:
        rows: What was measured: cells under `header_of`, or as the measurement gives them.
        failures: Parts that could not be measured, and why.
    """

    rows: list[list[Any]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def header_of(preset: Preset) -> list[str]:
    """Return the names of all columns."""
    return [*KEYS, *COLUMNS, *columns_of(preset)]


def measure_study(request: Request, study: Study, progress: Progress = silent) -> Measured:
    """Measure everything that is asked of a study.

    Args:
        request: What is asked.
        study: The study; its files are read here.
        progress: Told the share done.

    Returns:
        Rows of the parts that could be measured, and the other parts' reasons.

    Raises:
        CardioAIError: A part cannot be measured, and the request is strict.
    """
    return measure_parts(request, study, _measure, progress)


def measure_parts(
    request: Request,
    study: Study,
    measure: Callable[[Request, Part, Progress], list[list[Any]]],
    progress: Progress,
) -> Measured:
    """Measure each part of a study; see `measure_study`."""
    found = Measured()
    try:
        parts = list(parts_of(request, study))
    except CardioAIError as error:
        _note(found, request, study, error, "")
        return found
    for index, one in enumerate(parts):
        own = part(progress, index / len(parts), (index + 1) / len(parts))
        try:
            require_grid(one)
            found.rows.extend(measure(request, one, own))
        except CardioAIError as error:
            _note(found, request, study, error, f"{one}, is left out with all its slices: ")
    return found


def _note(
    found: Measured, request: Request, study: Study, error: CardioAIError, where: str
) -> None:
    if request.strict:
        raise error
    found.failures.append(Failure(*study.key, f"{where}{error}"))


def _measure(request: Request, one: Part, progress: Progress) -> list[list[object]]:
    """Return the rows of one part."""
    take = _prepared if request.preset.source == "system" else _native
    regions, table, image, mask, findings = take(request, one, progress)
    keys = [*one.study.key, one.name, one.needed.structure, one.frame]
    time = time_of(one.study, one.frame)
    rows = []
    for region, values in zip(regions, table, strict=True):
        told = diagnostics_of(region, image, mask, request.preset, request.options.engine, findings)
        where = "" if region.slice is None else region.slice
        rows.append([*keys, time, where, *told, *map(repr, values.tolist())])
    return rows


Taken = tuple[list[Region], np.ndarray, Image, Image, tuple[Finding, ...]]


def _prepared(request: Request, one: Part, progress: Progress) -> Taken:
    """Measure slices as a system prepares them."""
    system = replace(request.system, inputs={one.name: one.needed})
    found = attempt(system, one.study, request.options, None)
    assert found is not None
    examples, image = found.examples, found.study.images[one.needed.image]
    mask = found.study.images[one.needed.mask]
    stored = mask.of(one.needed.structure)[0]
    regions = []
    for index, number in enumerate(examples.slices.tolist()):
        own = np.zeros_like(stored)
        own[number] = stored[number]
        pixels, region = examples.images[index], examples.masks[index]
        spacing = tuple(examples.spacing[index].tolist())
        made = Region(pixels, region, region, spacing, image.spacing[0], number, own, image.spacing)
        require_bins(pixels[region], request.preset, number)
        regions.append(made)
    feature = Radiomics(TABLE, request.preset.settings)
    measured = with_features(examples, (feature,), request.options, progress)
    table = keep_columns(measured.tables[TABLE], request.preset)
    return regions, table, image, mask, (*found.findings, *label_unused(request, one, mask))


def _native(request: Request, one: Part, progress: Progress) -> Taken:
    """Measure slices or the volume as they are stored."""
    regions, image, mask, findings = native_part(request, one)

    def tell(done: int, total: int) -> None:
        progress(done / total, f"{done}/{total}")

    table = features_of(regions, request.preset, request.options.engine, tell)
    return regions, table, image, mask, findings
