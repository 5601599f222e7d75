"""Segments of the scene, several at once and frame by frame, as masks that may overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from CardioAILib.errors import CardioAIError, EmptyMaskError, InputError, MissingInputError
from CardioAILib.mrml.frames import Frame, image_frame, sequence_of
from CardioAILib.mrml.images import digest_of, read_image
from CardioAILib.mrml.inputs import InputNodes, is_labelmap, require_node
from CardioAILib.mrml.masks import mask_from_node
from CardioAILib.mrml.segments import parts_of
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask

MILLISECONDS = {"ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, eq=False)
class Segments:
    """An image and the segments that are measured in it.

    Args:
        image: The frames that are measured, (T, S, H, W).
        masks: Segments that do not overlap each other in each mask, labeled by name.
        times: Time of each frame in ms; none where the scene does not tell.
        findings: What a reader should know of how they were read.
    """

    image: Image
    masks: tuple[Mask, ...]
    times: tuple[float, ...]
    findings: tuple[Finding, ...]


def read_segments(
    nodes: InputNodes,
    structure: str,
    segments: Sequence[str] = (),
    frames: str = "one",
    what: str = "",
) -> Segments:
    """Read an image with several segments, or with every frame of a sequence.

    Args:
        nodes: Image and segmentation.
        structure: The structure that is read where no segments are named.
        segments: IDs of segments (values of labels); each is read as a mask of its own.
        frames: "one" for the frame that is shown, "all" for every frame of the sequence.
        what: Name of the input, for messages.

    Raises:
        MissingInputError: A node, a segment or every segmented frame is absent.
        InputError: Frames are asked of nodes without frames.
    """
    found = [_frame(nodes, index, what) for index in _indices(nodes, frames, what)]
    images = [read_image(frame, f"the image {what}") for frame in found]
    names = _names(nodes, structure, segments, what)
    arrays, findings = {}, []
    for segment, name in names.items():
        own = replace(nodes, segment=segment or nodes.segment)
        arrays[name], told = _voxels(own, name, found, images, what)
        findings += [finding for finding in told if finding not in findings]
    image = replace(images[0], array=np.concatenate([one.array for one in images]))
    image = replace(image, digest=digest_of(image.array, image.ijk_to_ras))
    masks = tuple(_mask(layer, image) for layer in layers_of(arrays))
    return Segments(image, masks, _times(found), (*findings, *_overlaps(arrays)))


def layers_of(arrays: Mapping[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
    """Divide masks into layers in which none overlaps another, as few as it takes in order."""
    layers: list[dict[str, np.ndarray]] = []
    for name, array in arrays.items():
        for layer in layers:
            if not any((array & other).any() for other in layer.values()):
                layer[name] = array
                break
        else:
            layers.append({name: array})
    return layers


def segment_names(nodes: InputNodes, segments: Sequence[str], what: str = "") -> dict[str, str]:
    """Return what rows call each segment: its structure where one alone is it, else its place.

    The first of a segmentation is `segment_1`; labels of a labelmap go by their value. Names and
    IDs that a user gave are not used, since they may hold a patient's.

    Raises:
        InputError: There is no such segment.
    """
    node = require_node(nodes.mask, f"the segmentation {what}")
    sequence, _ = sequence_of(node)
    first = node if sequence is None else sequence.GetNthDataNode(0)
    parts = {one.id: one for one in parts_of(first, f"the segmentation {what}", node)}
    if unknown := [segment for segment in segments if segment not in parts]:
        raise InputError(
            got=f"the segments {', '.join(unknown)}",
            wanted=f"IDs among {', '.join(map(str, parts.values()))}",
            fix="choose the segments again",
        )
    meant = {segment: parts[segment].coded or parts[segment].named for segment in segments}
    alone = {name for name in meant.values() if list(meant.values()).count(name) == 1}
    places = {
        segment: f"label_{segment}" if is_labelmap(first) else f"segment_{place}"
        for place, segment in enumerate(parts, start=1)
    }
    return {
        segment: name if name is not None and name in alone else places[segment]
        for segment, name in meant.items()
    }


def _names(nodes: InputNodes, structure: str, segments: Sequence[str], what: str) -> dict[str, str]:
    if not segments:
        return {"": structure}
    return segment_names(nodes, segments, what)


def _indices(nodes: InputNodes, frames: str, what: str) -> Sequence[int | None]:
    if frames != "all":
        return [nodes.frame]
    for node, name in ((nodes.image, "image"), (nodes.mask, "segmentation")):
        sequence, _ = sequence_of(require_node(node, f"the {name} {what}"))
        if sequence is None:
            raise InputError(
                got=f"the {name} {what}, which belongs to no sequence",
                wanted="a sequence of images and one of segmentations, to measure every frame",
                fix="segment the frames as a sequence, or measure the frame that is shown",
            )
    sequence, _ = sequence_of(nodes.image)
    return range(sequence.GetNumberOfDataNodes())


def _frame(nodes: InputNodes, index: int | None, what: str) -> Frame:
    return image_frame(nodes.image, index, f"the image {what}")


def _voxels(
    nodes: InputNodes, name: str, frames: Sequence[Frame], images: Sequence[Image], what: str
) -> tuple[np.ndarray, list[Finding]]:
    """Return a segment's voxels (T, S, H, W); frames without it are empty unless all are."""
    arrays: list[np.ndarray] = []
    findings: list[Finding] = []
    missing: list[CardioAIError] = []
    for frame, image in zip(frames, images, strict=True):
        try:
            own = replace(nodes, frame=frame.index)
            mask, told = mask_from_node(own, name, what=f"the segmentation {what}")
            arrays.append(mask.of(name))
            findings += [
                finding for finding in told if len(frames) == 1 or finding.check != "frame"
            ]
        except (MissingInputError, EmptyMaskError) as error:
            missing.append(error)
            arrays.append(np.zeros(image.array.shape, bool))
    if len(missing) == len(frames):
        raise missing[0]
    if missing:
        message = f"{len(missing)} of {len(frames)} frames without {name}, which were left out"
        findings.append(Finding("frames", message))
    return np.concatenate(arrays), findings


def _mask(layer: Mapping[str, np.ndarray], image: Image) -> Mask:
    array = np.zeros(image.array.shape, np.uint8)
    for value, own in enumerate(layer.values(), start=1):
        array[own] = value
    labels = {name: value for value, name in enumerate(layer, start=1)}
    return Mask(array, image.ijk_to_ras, digest=digest_of(array, image.ijk_to_ras), labels=labels)


def _overlaps(arrays: Mapping[str, np.ndarray]) -> list[Finding]:
    findings = []
    for one, other in combinations(arrays, 2):
        shared = int((arrays[one] & arrays[other]).sum())
        if shared:
            message = f"{one} and {other} share {shared} voxels; each is measured whole"
            findings.append(Finding("overlap", message))
    return findings


def _times(frames: Sequence[Frame]) -> tuple[float, ...]:
    """Return the times of frames in ms, where the sequence counts in a unit of time."""
    sequence = frames[0].sequence
    factor = None if sequence is None else MILLISECONDS.get(sequence.GetIndexUnit() or "")
    if factor is None:
        return ()
    try:
        return tuple(float(frame.value or "") * factor for frame in frames)
    except ValueError:
        return ()
