"""What is asked of a study, and the parts of it that are measured: input, structure, frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.quality import check_mask
from CardioAILib.radiomics import Settings
from CardioAILib.radiomics.dispatch import require_engine
from CardioAILib.results import Finding
from CardioAILib.study import Cohort, Image, Mask, Study
from CardioAILib.system import Input, System
from CardioAILib.verbs.features.bins import require_bins
from CardioAILib.verbs.features.conditioned import Region, check_spacing, native_regions
from CardioAILib.verbs.features.inputs import (
    EVERY,
    frames_of,
    image_role,
    in_memory,
    inputs_of,
    label_name,
    labeled,
    names_possible,
    shows,
    structures_of,
    timed,
)
from CardioAILib.verbs.features.presetchecks import check_preset
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.gather import Options
from CardioAILib.verbs.prepared import load, noted


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
class Part:
    """One region's origin within a study: which input, structure and frame."""

    name: str
    needed: Input
    frame: int
    study: Study

    def __str__(self) -> str:
        return f"{self.needed.structure} of {self.name}, frame {self.frame}"


def require_request(request: Request) -> None:
    """Refuse what no study can answer, before any is read.

    Raises:
        InputError: The preset cannot be used, a column's name is no image, or there is no such
            engine.
        DependencyError: The engine is not installed.
    """
    check_preset(request.preset)
    if isinstance(request.preset.settings, Settings):
        require_engine(request.options.engine)
    for column in request.inputs:
        image_role(column)


def require_structures(request: Request, cohort: Cohort) -> None:
    """Refuse a structure that no mask of a cohort can hold, before any is read.

    Raises:
        InputError: There is one.
    """
    known = {} if request.preset.label is None else {label_name(request.preset.label): None}
    unknown = [name for name in request.structures if name != EVERY and name not in known]
    for study in cohort:
        if not unknown:
            return
        known |= dict.fromkeys(names_possible(study))
        unknown = [name for name in unknown if name not in known]
    if unknown:
        raise InputError(
            got=f"the structure {', '.join(unknown)}, which no mask of the cohort has",
            wanted=f"structures among {', '.join(known) or 'none'}, or {EVERY}",
            fix="correct the name, or name its value in the column 'mask_labels' of the table",
        )


def parts_of(request: Request, study: Study) -> Iterator[Part]:
    """Yield what is measured, reading each file once."""
    inputs = inputs_of(request.system, request.preset, study, request.inputs)
    read = labeled(in_memory(study, inputs), request.preset.label)
    for name, needed in inputs.items():
        frames = timed(frames_of(read, needed, request.frames))
        for structure in structures_of(read, needed, request.structures, request.preset.label):
            wanted = replace(needed, structure=structure)
            seen = [shows(frame, wanted, structure) for frame in frames]
            for index, frame in enumerate(frames):
                # A frame that was not segmented is left out; where none was, the checks say so.
                if seen[index] or not any(seen):
                    yield Part(name, wanted, index, frame)
                if not any(seen):
                    break


def native_part(
    request: Request, one: Part
) -> tuple[list[Region], Image, Mask, tuple[Finding, ...]]:
    """Return the regions of one part as they are stored, its image and mask, and warnings.

    Raises:
        CardioAIError: The part cannot be measured.
    """
    image, mask, findings = read_part(request, one)
    region = mask.of(one.needed.structure)[0]
    regions = native_regions(image.array[0], region, image.spacing, request.preset)
    for own in regions:
        require_bins(own.image[own.mask], request.preset, own.slice)
    return regions, image, mask, (*findings, *_left_out(region, regions))


def read_part(request: Request, one: Part) -> tuple[Image, Mask, tuple[Finding, ...]]:
    """Return the image and the mask of one part as they are stored, and warnings.

    Raises:
        CardioAIError: They do not fit each other.
    """
    system = replace(request.system, inputs={one.name: one.needed})
    study, moved = load(system, one.study, resample_masks=request.options.resample_masks)
    image, mask = study.images[one.needed.image], study.images[one.needed.mask]
    _require_one_frame(image, one)
    check_mask(image, mask, one.needed)
    assert isinstance(mask, Mask)
    return image, mask, (*noted(study), *moved, *label_unused(request, one, mask))


def label_unused(request: Request, one: Part, mask: Mask) -> tuple[Finding, ...]:
    """Say that the structure asked for goes before the preset's label, where they differ."""
    label, structure = request.preset.label, one.needed.structure
    value = mask.labels.get(structure)
    if label is None or value == label:
        return ()
    message = f"label {label} of the preset unused: {structure}, asked for by name, is {value}"
    return (Finding("label", message),)


def require_grid(one: Part) -> None:
    """Refuse a grid without size before anything divides by it.

    Raises:
        InputError: A spacing is not above 0.
    """
    if (role := one.study.find(one.needed.image)) is not None:
        check_spacing(one.study.images[role].spacing)


def _require_one_frame(image: Image, one: Part) -> None:
    if len(image.array) != 1:
        raise InputError(
            got=f"{len(image.array)} time points in {one.name}",
            wanted="one frame, or a row for every frame",
            fix="pass --frames all (in a script frames='all'), or name the file of one frame",
        )


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
