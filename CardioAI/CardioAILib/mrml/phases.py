"""End diastole and end systole in the sequences of a scene."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import EmptyMaskError, InputError, MissingInputError
from CardioAILib.mrml.frames import Frame, image_frame, sequence_of
from CardioAILib.mrml.images import read_image
from CardioAILib.mrml.inputs import InputNodes, Node
from CardioAILib.mrml.masks import mask_from_node
from CardioAILib.prepare.phases import find_phases
from CardioAILib.results import Finding
from CardioAILib.study import HEART, LV_CAVITY
from CardioAILib.verbs.phases import TOLD_BY


def phase_frames(
    image: Node, mask: Node | None = None, what: str = "the cine"
) -> tuple[int, int, tuple[Finding, ...]]:
    """Find end diastole and end systole in a cine.

    Args:
        image: Sequence of volumes, or the volume that a browser shows of one.
        mask: Segmentation with frames of its own, or None.
        what: What the cine is, for messages.

    Returns:
        The index of both frames in the image's sequence, and how they were found.

    Raises:
        InputError: The cine has one frame, nothing in it moves, or its volumes differ in size.
        MissingInputError: There is no cine.
    """
    frames = frames_of(image, what)
    arrays = [read_image(frame, what).array for frame in frames]
    if len({array.shape for array in arrays}) > 1:
        raise InputError(
            got=f"{what} with frames of different sizes",
            wanted="a cine whose frames have the same slices",
            fix="load one series, or choose a volume for each phase",
        )
    cine = np.concatenate(arrays)
    spacing = read_image(frames[0], what).spacing[1:]
    found = find_phases(cine, _cavities(frames, image, mask, cine.shape), spacing)
    ed, es = (frames[index].axis_value for index in (found.ed, found.es))
    message = f"end-diastole ({ed}) and end-systole ({es}) found {TOLD_BY[found.how]}"
    return found.ed, found.es, (Finding("phases", message), *found.findings)


def has_frames(node: Node | None) -> bool:
    """Say whether a node is, or shows, a sequence of several frames."""
    if node is None or node.GetScene() is None:
        return False
    sequence, _ = sequence_of(node)
    return sequence is not None and sequence.GetNumberOfDataNodes() > 1


def frames_of(image: Node, what: str) -> list[Frame]:
    """Return all frames of a cine; one where the volume belongs to no sequence."""
    if not has_frames(image):
        return [image_frame(image, None, what)]
    count = sequence_of(image)[0].GetNumberOfDataNodes()
    return [image_frame(image, index, what) for index in range(count)]


def _cavities(
    frames: list[Frame], image: Node, mask: Node | None, shape: tuple[int, ...]
) -> np.ndarray | None:
    """Return the LV cavity of each frame (T, S, H, W), empty where it is not segmented."""
    if mask is None or not has_frames(mask):
        return None
    cavities = np.zeros(shape, bool)
    for index in range(len(frames)):
        try:
            own, _ = mask_from_node(InputNodes(image, mask, frame=index), HEART)
        except (MissingInputError, EmptyMaskError):
            continue
        cavities[index] = own.of(LV_CAVITY)[0]
    return cavities
