"""Echo clips of a study: which there are, and how they are prepared and become examples."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from CardioAILib.errors import MissingInputError
from CardioAILib.examples import CLIP_FRAMES, OWN_LABEL, UNKNOWN, Examples, concatenate
from CardioAILib.prepare import Stack, prepare
from CardioAILib.study import Image, Mask, Role, Study
from CardioAILib.system import Clips, Input, Stills, System
from CardioAILib.verbs.unitviews import SomeImages
from CardioAILib.verbs.viewlabels import view_label

ECHO = "echo"
STILL_PHASES = ("ED", "ES")


def shows_clips(system: System) -> bool:
    """Say whether a system looks at echo clips."""
    return isinstance(system.examples, Clips | Stills)


def is_clip_role(role: Role) -> bool:
    """Say whether a role is that of a clip, not of a still frame."""
    return role.kind == ECHO and role.phase not in STILL_PHASES


def only_clips(system: System, study: Study) -> Study:
    """Return the study without still frames of echo, which no clip is made of.

    Raises:
        MissingInputError: There are stills of the system's views, and no clip.
    """
    roles = tuple(study.images)
    stills = [role for role in roles if role.kind == ECHO and not is_clip_role(role)]
    if not shows_clips(system) or not stills:
        return study
    wanted = [needed.image for needed in system.inputs.values()]
    if not any(own.matches(role) for own in wanted for role in roles if is_clip_role(role)):
        raise MissingInputError(
            got=f"still frames alone ({', '.join(role.column for role in stills)}) for subject "
            f"{study.subject}",
            wanted=f"a clip as {', '.join(role.column for role in wanted)}",
            fix="export the loops from which the stills were taken",
        )
    kept = tuple(role for role in roles if role not in stills)
    return replace(study, images=SomeImages(study.images, kept))


def with_every_clip(system: System, study: Study) -> System:
    """Let a declaration name every clip of its views: `A4C`, then `A4C_2`, and so on.

    Args:
        system: The declaration, with the views that the study shows.
        study: The study; only the roles of its images are looked at.
    """
    if not shows_clips(system):
        return system
    inputs = {
        numbered(name, role): of_clip(needed, role)
        for name, needed in system.inputs.items()
        for role in clips_of(study, needed.image)
    }
    return replace(system, inputs=inputs)


def clips_of(study: Study, view: Role) -> list[Role]:
    """Return the clips of a view, the one without a number first."""
    found = [role for role in study.images if view.matches(role) and is_clip_role(role)]
    return sorted(found, key=lambda role: int(role.phase or 0))


def numbered(name: str, role: Role) -> str:
    """Return the name of a clip among the inputs: that of its view, and its number."""
    return name if role.phase is None else f"{name}_{role.phase}"


def view_name(name: str) -> str:
    """Return the name of the declared input that a clip belongs to."""
    return name.split("_")[0]


def of_clip(needed: Input, role: Role) -> Input:
    """Return the input that one clip of a view is."""
    mask = needed.mask and replace(needed.mask, view=role.view, phase=role.phase)
    return replace(needed, image=role, mask=mask)


def prepare_clip(system: System, image: Image, mask: Image | None, needed: Input) -> Stack:
    """Prepare the first frames of a clip, as many as the system reads at all.

    Args:
        system: The declaration.
        image: The clip, (T, 1, H, W).
        mask: Its segmentation, or None.
        needed: The input.
    """
    kept = slice(system.examples.kept)
    frames = image.array[kept, 0].astype(np.float32)
    marks = np.zeros(frames.shape, bool)
    if isinstance(mask, Mask):
        marks = mask.of(needed.structure)[kept, 0]
    return prepare(Stack(frames, marks, image.spacing[1:]), system.prepare)


def cut_clips(system: System, study: Study, stacks: dict[str, Stack], *, labeled: bool) -> Examples:
    """Make prepared clips examples: each one, or some of its frames.

    Args:
        system: The declaration, naming every clip.
        study: The study with its facts.
        stacks: Each clip, prepared, by its name.
        labeled: Whether the truth is read.

    Raises:
        CohortError: The truth cannot be read.
    """
    cut = cut_clip if isinstance(system.examples, Clips) else cut_stills
    seen: dict[str, int] = {}
    parts = []
    for name, stack in stacks.items():
        view = view_name(name)
        seen[view] = seen.get(view, -1) + 1
        part = cut(system, stack, seen[view])
        parts.append(_belonging(part, system, study, view, labeled=labeled))
    return concatenate(parts)


def cut_clip(system: System, stack: Stack, number: int) -> Examples:
    """Return a clip as one example, its frames repeated in a loop up to those that are kept."""
    count = len(stack.image)
    order = np.arange(system.examples.kept) % count
    frames = np.clip(np.rint(stack.image), 0, 255).astype(np.uint8)
    bare = _bare(frames[order][np.newaxis], np.zeros((1, 0), bool), stack, [number])
    return bare.with_table(CLIP_FRAMES, np.array([[float(count)]]))


def cut_stills(system: System, stack: Stack, number: int) -> Examples:
    """Return frames of a clip, evenly spread over it, as examples of one image each."""
    count = min(system.examples.frames, len(stack.image))
    frames = np.linspace(0, len(stack.image) - 1, count).round().astype(int)
    return _bare(stack.image[frames], stack.mask[frames], stack, frames)


def _bare(images: np.ndarray, masks: np.ndarray, stack: Stack, slices: object) -> Examples:
    """Return examples that belong to nobody yet."""
    count = len(images)
    return Examples(
        images=images,
        masks=masks,
        spacing=np.tile(stack.spacing, (count, 1)),
        labels=np.full(count, UNKNOWN),
        subjects=np.full(count, ""),
        studies=np.full(count, ""),
        inputs=np.full(count, ""),
        slices=np.asarray(slices, int),
        training=np.ones(count, bool),
    )


def _belonging(
    part: Examples, system: System, study: Study, view: str, *, labeled: bool
) -> Examples:
    """Return examples with their study, view and truth."""
    count, task = len(part), system.task
    label = task.label(study) if labeled else None
    own = view_label(task, study, view) if labeled else None
    unknown = math.nan if task.measures else UNKNOWN
    owned = replace(
        part,
        labels=np.full(count, unknown if label is None else label),
        subjects=np.full(count, study.subject),
        studies=np.full(count, study.study),
        inputs=np.full(count, view),
    )
    return owned.with_table(OWN_LABEL, np.full((count, 1), math.nan if own is None else own))
