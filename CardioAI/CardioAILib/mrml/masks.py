"""A segmentation of the scene becomes a mask on its image's grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from CardioAILib.errors import EmptyMaskError, InputError, MissingInputError
from CardioAILib.io.structures import Candidate, choose
from CardioAILib.mrml.frames import (
    Frame,
    frame_findings,
    image_frame,
    mask_frame,
    proxy_of,
    sequence_of,
)
from CardioAILib.mrml.images import digest_of, read_image
from CardioAILib.mrml.inputs import InputNodes, Node, is_sequence, require_node
from CardioAILib.mrml.segments import is_surface, parts_of, voxels_of
from CardioAILib.prepare import resample_mask
from CardioAILib.results import Finding
from CardioAILib.study import (
    HEART,
    LEFT_ATRIUM,
    LV_CAVITY,
    MYOCARDIUM,
    NO_REFLOW,
    PERICARDIAL_EFFUSION,
    PLEURAL_EFFUSION,
    RV_CAVITY,
    SCAR,
    Image,
    Mask,
)

LABELS = {MYOCARDIUM: 1, LV_CAVITY: 2, RV_CAVITY: 3}
"""Label of each structure in every mask, so that the masks of one study agree."""

IN_WALL = (SCAR, NO_REFLOW)
LGE_LABELS = LABELS | {SCAR: 4, NO_REFLOW: 5, PERICARDIAL_EFFUSION: 6, PLEURAL_EFFUSION: 7}
"""The same of late enhancement, where parts of the wall and effusions may be drawn too."""

PLANAR_LABELS = {HEART: 1}
"""The same of planar scans, which show the heart as one."""

ALIGNED = 1e-3
"""Part of a voxel by which two grids may differ and still be the same lattice."""


def structure_candidates(mask_node: Node, structure: str = MYOCARDIUM) -> list[Candidate]:
    """Return the segments that may be a structure: by terminology, else by name.

    Args:
        mask_node: Segmentation, labelmap, or a sequence of these, of which the first frame
            tells.
        structure: A structure of `STRUCTURES`, or the heart, of which one part must be clear.
    """
    what = "the segmentation"
    node = require_node(mask_node, what)
    if not is_sequence(node):
        return _choices(parts_of(node, what), structure)
    if not node.GetNumberOfDataNodes():
        return []
    first, shown = node.GetNthDataNode(0), proxy_of(*sequence_of(node))
    return _choices(parts_of(first, what, shown), structure)


def mask_from_node(
    nodes: InputNodes,
    structure: str = MYOCARDIUM,
    *,
    what: str = "the segmentation",
    known: Mapping[str, int] = LABELS,
) -> tuple[Mask, tuple[Finding, ...]]:
    """Read the segmentation of an image on the image's grid; see `read_mask`.

    Returns:
        The mask (1, S, H, W), and what a reader should know of how it was taken.
    """
    image = image_frame(nodes.image, nodes.frame, "the image")
    mask = mask_frame(nodes.mask, image, what)
    own = read_image(image, "the image")
    read, findings = read_mask(mask, own, structure, nodes.segment, what, known)
    return read, frame_findings(what, image, mask) + findings


def read_mask(
    frame: Frame,
    image: Image,
    structure: str,
    segment: str | None,
    what: str,
    known: Mapping[str, int] = LABELS,
) -> tuple[Mask, tuple[Finding, ...]]:
    """Read a structure, and the ventricles beside it where they are segmented too.

    Args:
        frame: Segmentation or labelmap.
        image: The image, in world coordinates.
        structure: What must be there; of the whole heart, any part of it.
        segment: ID that the user chose for it, or None to recognize it.
        what: What the segmentation is, for messages.
        known: Label of each structure that is looked for.

    Returns:
        The mask (1, S, H, W) on the image's grid, nearest neighbor; and findings. What is drawn
        over the wall as scar or no-reflow keeps its label there.

    Raises:
        MissingInputError: No segment is the structure.
        InputError: Several may be it, or the chosen one is not there.
        EmptyMaskError: It has no voxel inside the image.
    """
    parts = parts_of(frame.node, what, frame.placed)
    structure = structure if structure in known else anchor_of(parts, structure, segment)
    wanted = _wanted(parts, structure, segment, what)
    chosen = {name: choose(parts, name) for name in known if name != structure}
    others = {name: found[0] for name, found in chosen.items() if len(found) == 1}
    labels = {**known, structure: known.get(structure, len(known) + 1)}
    array, findings = np.zeros(image.array.shape, np.uint8), []
    # The structure asked for comes late: where segments overlap, it keeps its voxels.
    for name, part in sorted(others.items() | {(structure, wanted)}, key=_turn(structure)):
        if name != structure and part.id == wanted.id:
            continue
        own = voxels_of(frame.node, frame.placed, part.id, image, what)
        moved = on_grid(own, image)
        free = np.isin(array, (0, labels[MYOCARDIUM])) if name in IN_WALL else True
        array[(moved.array == 1) & free] = labels[name]
        if name == structure:
            findings += _findings(own, moved, image, part, what)
            if is_surface(frame.node, part.id):
                message = f"{what}: a surface, turned into voxels of the image"
                findings.append(Finding("mask surface", message))
    mask = Mask(array, image.ijk_to_ras, digest=digest_of(array, image.ijk_to_ras), labels=labels)
    return mask, tuple(findings)


def _turn(structure: str) -> Callable[[tuple[str, Candidate]], int]:
    """Return the order of drawing: effusions, cavities, what was asked for, parts of the wall."""
    order = [PLEURAL_EFFUSION, PERICARDIAL_EFFUSION, LEFT_ATRIUM, *LABELS, structure, *IN_WALL]
    return lambda one: max(index for index, name in enumerate(order) if name == one[0])


def anchor_of(parts: Sequence[Candidate], structure: str, segment: str | None = None) -> str:
    """Return the one structure that must be there; of the whole heart, the first that is."""
    if structure != HEART or segment is not None:
        return MYOCARDIUM if structure == HEART else structure
    return next((name for name in LABELS if choose(parts, name)), MYOCARDIUM)


def on_grid(own: Mask, image: Image) -> Mask:
    """Return a segment on the grid of its image: copied where voxels coincide, else resampled."""
    if not same_lattice(own, image):
        return resample_mask(own, image)
    shift = (np.linalg.inv(image.ijk_to_ras) @ own.ijk_to_ras)[:3, 3].round().astype(int)[::-1]
    array = np.zeros((len(own.array), *image.array.shape[1:]), own.array.dtype)
    there = [
        _overlap(*sizes) for sizes in zip(shift, own.array.shape[1:], array.shape[1:], strict=True)
    ]
    targets, sources = zip(*there, strict=True)
    array[(slice(None), *targets)] = own.array[(slice(None), *sources)]
    return Mask(array, image.ijk_to_ras, own.source, own.digest, labels=own.labels)


def _overlap(shift: int, own: int, image: int) -> tuple[slice, slice]:
    """Return where a row of `own` voxels lies in one of `image` voxels, and what part of it."""
    first, last = max(shift, 0), max(min(shift + own, image), max(shift, 0))
    return slice(first, last), slice(first - shift, last - shift)


def same_lattice(mask: Mask, image: Image) -> bool:
    """Say whether voxel centers coincide; a cropped grid is the same lattice."""
    between = np.linalg.inv(mask.ijk_to_ras) @ image.ijk_to_ras
    size = max(image.array.shape)
    turned = np.abs(between[:3, :3] - np.eye(3)).max() * size
    shifted = np.abs(between[:3, 3] - between[:3, 3].round()).max()
    return bool(max(turned, shifted) <= ALIGNED)


def _choices(parts: Sequence[Candidate], structure: str) -> list[Candidate]:
    return choose(parts, structure) or choose(parts, anchor_of(parts, structure))


def _wanted(
    parts: Sequence[Candidate], structure: str, segment: str | None, what: str
) -> Candidate:
    """Return the one part that is the structure."""
    there = ", ".join(str(part) for part in parts) or "no segments"
    if segment is not None:
        found = [part for part in parts if part.id == segment]
        if not found:
            raise InputError(
                got=f"the segment '{segment}', which {what} does not have; it has {there}",
                wanted="the ID of one of its segments",
                fix="choose the segment again",
            )
        return found[0]
    found = choose(parts, structure)
    if len(found) > 1:
        raise InputError(
            got=f"{len(found)} segments of {what} that could be the {structure}: "
            + ", ".join(str(part) for part in found),
            wanted="to know which one is meant",
            fix="choose it under 'Segment' (in a script: segment=ID), or set the "
            "terminology of one of them alone",
        )
    if not found:
        raise MissingInputError(
            got=f"no segment that is the {structure} in {what}, which has {there}",
            wanted=f"a segment with the terminology or the name of the {structure}",
            fix="double click its color in Segment Editor and choose the terminology, or rename "
            f"it to '{structure}', or choose it under 'Segment' (in a script: "
            "segment=ID)",
        )
    return found[0]


def _findings(own: Mask, moved: Mask, image: Image, part: Candidate, what: str) -> list[Finding]:
    """Say that a segmentation was resampled, or that part of it lies outside the image."""
    if not moved.array.any():
        raise EmptyMaskError(
            got=f"the segment {part} of {what}, "
            + ("which lies outside the image" if own.array.any() else "which is empty"),
            wanted="a segment that overlaps the image",
            fix="draw it in Segment Editor, or give segmentation and image the same transform",
        )
    if same_lattice(own, image):
        lost = int(own.array.sum()) - int(moved.array.sum())
        outside = f"{what}: {lost} voxels of {part} lie outside the image and were left out"
        return [Finding("mask outside", outside)] if lost else []
    message = (
        f"{what}: drawn on another grid or under another transform; resampled to the image by "
        "nearest neighbor"
    )
    return [Finding("mask grid", message)]
