"""Which images of a study are measured, with which masks, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.io.cohort import FileImages
from CardioAILib.io.labels import VENTRICLES
from CardioAILib.io.roles import parse_role, role_column
from CardioAILib.study import Image, Mask, Role, Study
from CardioAILib.system import Input, System
from CardioAILib.verbs.features.presets import Preset

EVERY = "all"
"""In place of a structure's name: every structure that the mask shows."""
TIMES = "frame_times_ms"
"""Fact with the time of each frame, as in `0;35;70`."""


def inputs_of(
    system: System, preset: Preset, study: Study, columns: Sequence[str]
) -> dict[str, Input]:
    """Return what is measured of a study, by the name that rows carry.

    Args:
        system: Gives the inputs where the preset's source is "system" and no columns are named.
        preset: How images are taken.
        study: The study; a native preset takes every image that has a mask of its view and
            phase.
        columns: Columns of the cohort table to take instead, or none.

    Raises:
        InputError: A column's name is no image.
        MissingInputError: A native preset finds no image with a mask.
    """
    if columns:
        return {column: _input(image_role(column)) for column in columns}
    if preset.source == "system":
        return dict(system.inputs)
    found = {
        role_column(role): _input(role)
        for role in study.images
        if role.kind != "mask" and _mask_of(role) in study.images
    }
    if not found:
        present = ", ".join(role_column(role) for role in study.images) or "no image"
        raise MissingInputError(
            got=f"{present} for subject {study.subject}",
            wanted="an image with a mask of the same view and phase",
            fix="add a column as 'mask_SAX_ES' beside 'cine_SAX_ES' to the cohort table",
        )
    return found


def image_role(column: str) -> Role:
    """Return the role of a column that holds images.

    Raises:
        InputError: There is no such column.
    """
    role = parse_role(column)
    if role is None or role.kind == "mask":
        raise InputError(
            got=f"the input '{column}'",
            wanted="a column of images, as cine_SAX_ES, LGE_SAX or A4C",
            fix="use the name of the column of the cohort table",
        )
    return role


def in_memory(study: Study, inputs: Mapping[str, Input]) -> Study:
    """Return a study with the images that the inputs name, each read once."""
    wanted = [role for one in inputs.values() for role in (one.image, one.mask) if role]
    present = {study.find(role) for role in wanted}
    images = {role: study.images[role] for role in study.images if role in present}
    return replace(study, images=images)


def labeled(study: Study, label: int | None) -> Study:
    """Return a study whose masks have a name for a label that the preset counts by."""
    if label is None:
        return study
    images = {
        role: replace(image, labels={label_name(label): label, **image.labels})
        if isinstance(image, Mask) and label not in image.labels.values()
        else image
        for role, image in study.images.items()
    }
    return replace(study, images=images)


def label_name(label: int) -> str:
    """Return what a structure is called that has a value and no name."""
    return f"label_{label}"


def names_possible(study: Study) -> tuple[str, ...]:
    """Return the structures that a study's masks can hold, reading no file."""
    if not isinstance(study.images, FileImages):
        masks = (study.images[role] for role in study.images if role.kind == "mask")
        return tuple(name for mask in masks if isinstance(mask, Mask) for name in mask.labels)
    # A file that names its own segments is read for the ventricles' structures.
    return tuple(study.images.labels or VENTRICLES)


def structures_of(
    study: Study, needed: Input, asked: Sequence[str], label: int | None
) -> tuple[str, ...]:
    """Return the structures that are measured of an input.

    Args:
        study: The study, in memory.
        needed: The input.
        asked: Structures by name; `EVERY` for all that the mask shows; none for the one of the
            preset's label, or of the input.
        label: The preset's label, or None.
    """
    role = None if needed.mask is None else study.find(needed.mask)
    mask = None if role is None else study.images[role]
    if not isinstance(mask, Mask) or (not asked and label is None):
        return tuple(asked) or (needed.structure,)
    if EVERY in asked:
        shown = tuple(name for name in mask.labels if mask.of(name).any())
        return shown or (needed.structure,)
    named = tuple(name for name, value in mask.labels.items() if value == label)
    return tuple(asked) or named


def frames_of(study: Study, needed: Input, frames: str) -> list[Study]:
    """Return the study of each frame that is measured.

    Args:
        study: The study, in memory.
        needed: The input.
        frames: "one" for studies of a single frame, "all" for a row each.

    Raises:
        InputError: The mask has another number of frames than its image.
    """
    roles = [study.find(role) for role in (needed.image, needed.mask) if role is not None]
    if frames != "all" or None in roles:
        return [study]
    image, mask = (study.images[role] for role in roles if role is not None)
    if len(image.array) != len(mask.array):
        raise InputError(
            got=f"{len(mask.array)} frames in {roles[1].column} for {len(image.array)} in "
            f"{roles[0].column}",
            wanted="a mask of as many frames as its image",
            fix="segment every frame (empty where a frame is not to be measured), or measure "
            "one frame and leave --frames out",
        )
    return [
        replace(study, images={role: one_frame(study.images[role], index) for role in roles})
        for index in range(len(image.array))
    ]


def one_frame(image: Image, index: int) -> Image:
    """Return one frame of an image or a mask, as a view of the same pixels."""
    return replace(image, array=image.array[index : index + 1])


def shows(study: Study, needed: Input, structure: str) -> bool:
    """Say whether a frame's mask has a pixel of a structure."""
    role = None if needed.mask is None else study.find(needed.mask)
    mask = None if role is None else study.images[role]
    return isinstance(mask, Mask) and bool(mask.of(structure).any())


def time_of(study: Study, frame: int) -> str:
    """Return the time of a frame in ms, as the cohort table tells it; empty where it does not."""
    times = _times(study)
    return times[frame] if frame < len(times) else ""


def timed(frames: list[Study]) -> list[Study]:
    """Return the studies of an input's frames with times of their own, or without times.

    An image of one frame has none of the times that the table tells of another's frames.

    Args:
        frames: The study of each frame, whose fact `TIMES` is looked at.

    Raises:
        InputError: A time is no number, or there are more or fewer than several frames.
    """
    times = _times(frames[0])
    wrong = [time for time in times if not _is_time(time)]
    if not wrong and len(times) in (0, len(frames)):
        return frames
    if not wrong and len(frames) == 1:
        facts = {name: fact for name, fact in frames[0].facts.items() if name != TIMES}
        return [replace(frames[0], facts=facts)]
    raise InputError(
        got=f"the time '{wrong[0]}' in {TIMES}" if wrong else f"times: {len(times)} in {TIMES}",
        wanted=f"a number of ms for each frame (frames: {len(frames)})",
        fix=f"write {TIMES} as 0;35;70, or leave its cell empty",
    )


def _times(study: Study) -> list[str]:
    told = str(study.facts.get(TIMES, "")).strip()
    return [time.strip() for time in told.split(";")] if told else []


def _is_time(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _input(image: Role) -> Input:
    return Input(image, _mask_of(image), stack=False)


def _mask_of(image: Role) -> Role:
    return Role(image.modality, "mask", image.view, image.phase)
