"""Echo clips of the scene as the images of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from CardioAILib.mrml.clipmasks import mask_of_clip
from CardioAILib.mrml.clipreading import clip_from_node
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.results import Finding
from CardioAILib.study import Image, Role
from CardioAILib.system import Input


def read_clips(
    name: str, needed: Input, nodes: InputNodes
) -> tuple[dict[Role, Image], tuple[Finding, ...]]:
    """Read the clips of one view, and their segmentations.

    Args:
        name: Name of the input.
        needed: The declared input.
        nodes: The first clip; `more` holds further ones of the same view.

    Returns:
        Images and masks by role, those of further clips with their number as phase; and what a
        reader should know.

    Raises:
        CardioAIError: A clip, or its segmentation, cannot be read.
    """
    images: dict[Role, Image] = {}
    findings: list[Finding] = []
    for number, own in enumerate(clips_of(nodes), start=1):
        phase = None if number == 1 else str(number)
        read, found = _read(numbered(name, number), needed, own, phase)
        images |= read
        findings += (*own.notes, *found)
    return images, tuple(findings)


def clips_of(nodes: InputNodes) -> tuple[InputNodes, ...]:
    """Return all clips of a view, the first of them first."""
    return (nodes, *nodes.more)


def each_clip(nodes: Mapping[str, InputNodes]) -> dict[str, InputNodes]:
    """Return every clip by its own name: `A4C`, `A4C_2`, and so on."""
    return {
        numbered(name, number): own
        for name, view in nodes.items()
        for number, own in enumerate(clips_of(view), start=1)
    }


def numbered(name: str, number: int) -> str:
    """Return the name of a clip of a view by its number, from 1."""
    return name if number == 1 else f"{name}_{number}"


def _read(
    name: str, needed: Input, nodes: InputNodes, phase: str | None
) -> tuple[dict[Role, Image], tuple[Finding, ...]]:
    image, frames, findings = clip_from_node(nodes.image, f"the clip {name}")
    view = needed.image.view or nodes.view
    images: dict[Role, Image] = {replace(needed.image, view=view, phase=phase): image}
    if needed.mask is None or nodes.mask is None:
        return images, findings
    what = f"the segmentation of {name}"
    chosen = (nodes.mask, needed.structure, nodes.segment)
    mask, found = mask_of_clip(image, frames, *chosen, what)
    images[replace(needed.mask, view=view, phase=phase)] = mask
    return images, findings + found
