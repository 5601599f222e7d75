"""From one study to rows of features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from CardioAILib.errors import CardioAIError, InputError
from CardioAILib.learning import Radiomics
from CardioAILib.progress import Progress, part, silent
from CardioAILib.quality import check_mask
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask, Study
from CardioAILib.system import Input, System
from CardioAILib.verbs.binsused import require_bins
from CardioAILib.verbs.diagnostics import COLUMNS, diagnostics_of
from CardioAILib.verbs.featureinputs import (
    frames_of,
    in_memory,
    inputs_of,
    labeled,
    shows,
    structures_of,
    time_of,
)
from CardioAILib.verbs.gather import Failure, Options, attempt
from CardioAILib.verbs.measured import columns_of, features_of, keep_columns
from CardioAILib.verbs.prepared import load, noted
from CardioAILib.verbs.presets import Preset
from CardioAILib.verbs.regions import Region, check_spacing, native_regions

KEYS = ("subject", "study", "input", "structure", "frame", "time_ms", "slice")
TABLE = "radiomics"


@dataclass(frozen=True)
class Request:
    """What is measured of every study of a cohort.

    Args:
        system: The declaration whose inputs and preparation a preset of the source "system"
            uses.
        preset: How images are taken, and what is computed.
        options: How inputs are read.
        structures: Structures, a row each; "all" for every one that a mask shows; none for the
            one of the preset's label, or of the input.
        inputs: Columns of images; none for those of the system, or all that have a mask.
        frames: "one" takes images of a single frame, "all" a row for every frame.
        strict: Whether the first study that cannot be used ends the call.
    """

    system: System
    preset: Preset
    options: Options = Options()
    structures: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    frames: Literal["one", "all"] = "one"
    strict: bool = False


@dataclass(frozen=True)
class Measured:
    """One study, measured.

    Args:
        rows: Cells under `header_of`.
        failures: Parts that could not be measured, and why.
    """

    rows: list[list[object]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """One region's origin within a study: which input, structure and frame."""

    name: str
    needed: Input
    frame: int
    study: Study

    def __str__(self) -> str:
        return f"{self.needed.structure} of {self.name}, frame {self.frame}"


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
    found = Measured()
    try:
        parts = list(parts_of(request, study))
    except CardioAIError as error:
        _note(found, request, study, error, "")
        return found
    for index, one in enumerate(parts):
        own = part(progress, index / len(parts), (index + 1) / len(parts))
        try:
            found.rows.extend(_measure(request, one, own))
        except CardioAIError as error:
            _note(found, request, study, error, f"{one}: " if len(parts) > 1 else "")
    return found


def _note(
    found: Measured, request: Request, study: Study, error: CardioAIError, where: str
) -> None:
    if request.strict:
        raise error
    found.failures.append(Failure(*study.key, f"{where}{error}"))


def parts_of(request: Request, study: Study) -> Iterator[Part]:
    """Yield what is measured, reading each file once."""
    inputs = inputs_of(request.system, request.preset, study, request.inputs)
    read = labeled(in_memory(study, inputs), request.preset.label)
    for name, needed in inputs.items():
        frames = frames_of(read, needed, request.frames)
        for structure in structures_of(read, needed, request.structures, request.preset.label):
            wanted = replace(needed, structure=structure)
            seen = [shows(frame, wanted, structure) for frame in frames]
            for index, frame in enumerate(frames):
                # A frame that was not segmented is left out; where none was, the checks say so.
                if seen[index] or not any(seen):
                    yield Part(name, wanted, index, frame)
                if not any(seen):
                    break


def _measure(request: Request, one: Part, progress: Progress) -> list[list[object]]:
    """Return the rows of one part."""
    _require_grid(one)
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
    feature = Radiomics(TABLE, request.preset.settings)
    system = replace(request.system, inputs={one.name: one.needed})
    found = attempt(system, one.study, request.options, None, (feature,), progress=progress)
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
        require_bins(pixels[region], request.preset)
        regions.append(made)
    table = keep_columns(examples.tables[TABLE], request.preset)
    return regions, table, image, mask, found.findings


def _native(request: Request, one: Part, progress: Progress) -> Taken:
    """Measure slices or the volume as they are stored."""
    regions, image, mask, findings = native_part(request, one)

    def tell(done: int, total: int) -> None:
        progress(done / total, f"{done}/{total}")

    table = features_of(regions, request.preset, request.options.engine, tell)
    return regions, table, image, mask, findings


def native_part(
    request: Request, one: Part
) -> tuple[list[Region], Image, Mask, tuple[Finding, ...]]:
    """Return the regions of one part as they are stored, its image and mask, and warnings.

    Raises:
        CardioAIError: The part cannot be measured.
    """
    system = replace(request.system, inputs={one.name: one.needed})
    study, moved = load(system, one.study, resample_masks=request.options.resample_masks)
    image, mask = study.images[one.needed.image], study.images[one.needed.mask]
    _require_one_frame(image, one)
    check_mask(image, mask, one.needed)
    assert isinstance(mask, Mask)
    region = mask.of(one.needed.structure)[0]
    regions = native_regions(image.array[0], region, image.spacing, request.preset)
    for own in regions:
        require_bins(own.image[own.mask], request.preset)
    return regions, image, mask, (*noted(study), *moved, *_left_out(region, regions))


def _require_one_frame(image: Image, one: Part) -> None:
    if len(image.array) != 1:
        raise InputError(
            got=f"{len(image.array)} time points in {one.name}",
            wanted="one frame, or a row for every frame",
            fix="pass --frames all (in a script frames='all'), or name the file of one frame",
        )


def _require_grid(one: Part) -> None:
    """Refuse a grid without size before anything divides by it."""
    if (role := one.study.find(one.needed.image)) is not None:
        check_spacing(one.study.images[role].spacing)


def _left_out(region: np.ndarray, regions: list[Region]) -> tuple[Finding, ...]:
    """Say which slices show the structure and were not measured."""
    if regions[0].slice is None:
        return ()
    shown = set(np.flatnonzero(region.any(axis=(1, 2))).tolist())
    lost = sorted(shown - {own.slice for own in regions if own.slice is not None})
    if not lost:
        return ()
    message = f"slices {', '.join(map(str, lost))} left out: too few pixels, or a single line"
    return (Finding("slices", message),)
