"""Nodes of the scene become the study that a system reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.mrml.clipstudies import read_clips
from CardioAILib.mrml.frames import frame_findings, image_frame, mask_frame
from CardioAILib.mrml.images import read_image
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.masks import LABELS, LGE_LABELS, PLANAR_LABELS, read_mask
from CardioAILib.quality.clips import is_clip
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Role, Study
from CardioAILib.system import Input, System

KNOWN = {"LGE": LGE_LABELS, "planar": PLANAR_LABELS}
"""Structures that segmentations of a kind of image show, where they are not those of cines."""


def study_from_nodes(
    system: System,
    nodes: Mapping[str, InputNodes],
    *,
    subject: str = "scene",
    study: str = "1",
    facts: Mapping[str, Fact] | None = None,
) -> tuple[Study, tuple[Finding, ...]]:
    """Read the inputs of a system from a scene.

    Args:
        system: The declaration.
        nodes: Nodes of each input, by its name in `system.inputs` ("ES"); an image or a
            segmentation that the system does without may be absent.
        subject: Pseudonym; never the patient's name.
        study: Name of the examination within the subject.
        facts: Targets and groups, where they are known.

    Returns:
        The study, its arrays (1, S, H, W), of echo clips (T, 1, H, W), copied and its matrices
        in world coordinates; and what a reader should know: frames read, segmentations
        resampled.

    Raises:
        MissingInputError: An image, a segmentation, a frame or the structure is absent.
        EmptyMaskError: The structure has no voxel inside the image.
        InputError: A node is no gray-level stack, its transform is not linear, or several
            segments could be the structure.
    """
    _require_names(system, nodes)
    images: dict[Role, Image] = {}
    findings: list[Finding] = []
    for name in (name for name in system.inputs if name in nodes):
        needed = system.inputs[name]
        read_input = read_clips if is_clip(needed) else _read
        read, found = read_input(name, needed, nodes[name])
        images |= read
        findings += found
    return Study(subject, study, images, dict(facts or {})), tuple(findings)


def pinned(nodes: InputNodes, what: str = "the image") -> InputNodes:
    """Return the same nodes with the frame that is shown now written down.

    A job that runs in the background then still knows its frame after the user has moved on.

    Raises:
        MissingInputError: The image is absent.
    """
    return replace(nodes, frame=image_frame(nodes.image, nodes.frame, what).index)


def in_view(role: Role, view: str | None) -> Role:
    """Return a role of any view in the view that was said; one of a declared view stays."""
    return role if role.view is not None or view is None else replace(role, view=view)


def _read(
    name: str, needed: Input, nodes: InputNodes
) -> tuple[dict[Role, Image], tuple[Finding, ...]]:
    what = f"the image {name}"
    placed = partial(in_view, view=nodes.view)
    frame = image_frame(nodes.image, nodes.frame, what)
    image = read_image(frame, what)
    if needed.stack and image.array.shape[1] < 2:
        raise InputError(
            got=f"{what} as a single slice",
            wanted="the whole stack of slices in one volume",
            fix="load all slices of the series as one volume",
        )
    if needed.mask is None or (nodes.mask is None and needed.mask_optional):
        told = (*nodes.notes, *frame_findings(name, frame, None))
        return {placed(needed.image): image}, told
    what = f"the segmentation {name}"
    place = mask_frame(nodes.mask, frame, what)
    known = KNOWN.get(needed.image.kind or "", LABELS)
    mask, found = read_mask(place, image, needed.structure, nodes.segment, what, known)
    read: dict[Role, Image] = {placed(needed.image): image, placed(needed.mask): mask}
    return read, (*nodes.notes, *frame_findings(name, frame, place), *found)


def _require_names(system: System, nodes: Mapping[str, InputNodes]) -> None:
    wanted = f"nodes for {', '.join(system.inputs)}"
    if unknown := [name for name in nodes if name not in system.inputs]:
        raise InputError(
            got=f"nodes for {', '.join(unknown)}, which {system.name} does not read",
            wanted=wanted,
            fix="use the names of the system's inputs",
        )
    missing = [name for name in system.inputs if name not in nodes]
    needed = [name for name in missing if not system.inputs[name].optional]
    if needed or (missing and len(nodes) < (system.least_inputs or 0)):
        raise MissingInputError(
            got=f"no nodes for {', '.join(needed or missing)}",
            wanted=wanted if needed else f"{system.least_inputs} or more of the {wanted}",
            fix="choose an image, and its segmentation, for each input",
        )
