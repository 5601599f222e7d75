"""From a subject's studies to the stacks of slices whose stability is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.progress import Progress, silent
from CardioAILib.radiomics import Settings, feature_names
from CardioAILib.radiomics.stability import Reading, one_reading
from CardioAILib.study import Cohort, Study
from CardioAILib.verbs.features.compute import columns_of
from CardioAILib.verbs.features.parts import Part, Request, native_part
from CardioAILib.verbs.features.presets import Preset, with_slice_mm
from CardioAILib.verbs.features.rows import measure_parts
from CardioAILib.verbs.gather import Failure, attempt

Unit = Literal["subject", "slice"]
"""Whose agreement is rated."""

Measurement = tuple[str, str]
"""Input and structure: what has a stability of its own."""

Stacks = dict[Measurement, dict[str, list[Reading]]]
"""The stacks of each measurement, by the name of the unit that they belong to."""


def studies_by_subject(cohort: Cohort) -> list[list[Study]]:
    """Return the studies of each subject, subjects in order of first appearance."""
    grouped: dict[str, list[Study]] = {}
    for study in cohort:
        grouped.setdefault(study.subject, []).append(study)
    return list(grouped.values())


def settings_of_slices(preset: Preset) -> Settings:
    """Return the settings of a preset that measures slices.

    Raises:
        InputError: It measures volumes.
    """
    if preset.dimension != 2 or not isinstance(preset.settings, Settings):
        raise InputError(
            got=f"the preset '{preset.name}', which measures volumes",
            wanted="a preset of slices for the stability: perturbations act within a slice",
            fix="leave the stability out, or choose a preset such as fahmy2022",
        )
    return preset.settings


def rated_features(preset: Preset) -> np.ndarray:
    """Say which features (F,) are rated: those of the preset, but no shape of another region.

    A preset with a range of intensities measures the shape of the whole region (see
    `regiongrid.shape_region`); perturbed are the pixels within the range.

    Raises:
        InputError: None is, or the preset measures volumes.
    """
    names = feature_names(settings_of_slices(preset))
    apart = preset.resegment_range is not None and not preset.resegment_shape
    wanted = [name for name in columns_of(preset) if not (apart and "_shape_" in name)]
    if not wanted:
        raise InputError(
            got=f"the preset '{preset.name}', whose shape is of another region than it perturbs",
            wanted="features of intensities, or resegment_shape (pyradiomics resegmentShape)",
            fix="leave the stability out, or add features of intensities",
        )
    return np.isin(names, wanted)


def stacks_of(
    request: Request, studies: Sequence[Study], unit: Unit, failures: list[Failure]
) -> Stacks:
    """Read what is measured of a subject; parts that cannot be read are added to `failures`.

    Raises:
        CardioAIError: A part cannot be used, and the request is strict.
    """

    def read(request: Request, one: Part, progress: Progress) -> list[list[Any]]:
        key = one.name, one.needed.structure
        return [[key, *named] for named in readings_of(request, one, unit)]

    stacks: Stacks = {}
    for study in studies:
        found = measure_parts(request, study, read, silent)
        failures += found.failures
        for key, name, reading in found.rows:
            stacks.setdefault(key, {}).setdefault(name, []).append(reading)
    return stacks


def readings_of(request: Request, part: Part, unit: Unit) -> list[tuple[str, Reading]]:
    """Return the slices of one part as stacks, each with the name of its unit.

    Raises:
        CardioAIError: The part cannot be measured.
    """
    reading = _prepared if request.preset.source == "system" else _native
    subject, stacks = part.study.subject, reading(request, part)
    if unit == "subject":
        return [(subject, stack) for _, stack in stacks]
    place = f"{subject}/{part.study.study}/{part.frame}"
    return [
        (f"{place}/{number}", stack.take(np.arange(len(stack)) == index))
        for numbers, stack in stacks
        for index, number in enumerate(numbers)
    ]


Numbered = list[tuple[list[int | None], Reading]]
"""Stacks with the numbers of their slices."""


def _prepared(request: Request, part: Part) -> Numbered:
    system = replace(request.system, inputs={part.name: part.needed})
    found = attempt(system, part.study, request.options, None)
    assert found is not None
    own, settings = found.examples, settings_of_slices(request.preset)
    stack = one_reading(own.images, own.masks, own.spacing, replace(settings, label=1))
    return [(own.slices.tolist(), stack)]


def _native(request: Request, part: Part) -> Numbered:
    """Return a stack a slice: slices that are cropped or resampled differ in size."""
    regions, *_ = native_part(request, part)
    plain = replace(settings_of_slices(request.preset), label=1)
    return [
        (
            [own.slice],
            one_reading(
                own.image[None], own.mask[None], own.spacing, with_slice_mm(plain, own.slice_mm)
            ),
        )
        for own in regions
    ]
