"""Echo clips in the scene: a sequence with true times, its browser, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.mrml.cines import fill_sequence, shown_node, timed_sequence
from CardioAILib.mrml.clipmasks import fill_segmentations
from CardioAILib.mrml.frames import sequence_of
from CardioAILib.mrml.inputs import Node, is_segmentation
from CardioAILib.mrml.layers import of_class
from CardioAILib.mrml.making import (
    PREFIX,
    Maker,
    all_or_nothing,
    hierarchy_of,
    write_attributes,
)
from CardioAILib.mrml.phases import has_frames
from CardioAILib.mrml.planarfacts import write_facts
from CardioAILib.study import Fact, Image, Mask

VIEW, VIEW_BY, PROBABILITY = "View", "ViewBy", "ViewProbability"
"""Attributes of a clip's sequence: its view, who said so ("header", "model", "user"), and how
sure a model was."""
STUDY = "Study"
"""Level of an examination in the subject hierarchy."""
UNCALIBRATED = "Uncalibrated"
"""Attribute of a clip's sequence whose pixel size nobody knows."""
BLANKED = "Blanked"
"""Attribute of a clip's sequence that holds nothing outside the ultrasound sector."""
SECONDS = "s"


@dataclass(frozen=True, eq=False)
class ClipNodes:
    """The nodes of an echo clip.

    Args:
        volume: The frame that is shown.
        sequence: All frames; the index is the time in seconds, or the frame's number where no
            times are known.
        browser: What plays them.
        segmentation: The segmentation of the frame that is shown, or None.
    """

    volume: Node
    sequence: Node
    browser: Node
    segmentation: Node | None = None

    def __iter__(self) -> Iterator[Node]:
        return (node for node in (self.volume, self.segmentation) if node is not None)


def add_clip(
    scene: Node,
    image: Image,
    *,
    name: str = "echo clip",
    view: str | None = None,
    facts: Mapping[str, Fact] | None = None,
    mask: Mask | None = None,
    parent: int = 0,
) -> ClipNodes:
    """Put an echo clip into a scene, without showing it: all of its nodes, or none.

    Args:
        scene: The scene.
        image: The frames (T, 1, H, W), black outside the sector.
        name: Name of the nodes; never the patient's.
        view: Its view, as in A4C, where the file tells it.
        facts: What is known of the examination, as cells of a cohort table.
        mask: Segmentation of the same frames, empty on those without contour; or None.
        parent: Item of the subject hierarchy that the nodes come to lie in; 0 for a new study.
    """
    with all_or_nothing(scene) as maker:
        sequence = clip_sequence(maker, image, f"{name}: all frames")
        browser = clip_browser(maker, sequence, image, f"{name}: browser")
        segments = None if mask is None else _masks(maker, browser, sequence, mask, name)
        volume = shown_node(maker, browser, sequence, name)
        made = ClipNodes(volume, sequence, browser, _shown(maker, browser, segments, volume, name))
        mark(sequence, image, view)
        write_facts(sequence, facts or {})
        hierarchy, item = hierarchy_of(scene), parent
        if not item:
            item = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), name)
        for node in made:
            hierarchy.CreateItem(item, node)
    return made


def clip_sequence(maker: Maker, image: Image, name: str) -> Node:
    """Make the sequence of a clip, whose index is the time in s, or the frame's number."""
    timed = len(image.times_ms) == len(image.array)
    unit, index = (SECONDS, "time") if timed else ("", "frame")
    sequence = timed_sequence(maker, name, unit, index)
    fill_sequence(maker, sequence, image, values_of(image))
    return sequence


def values_of(image: Image) -> list[str]:
    """Return the index value of each frame of a clip: its time in s, or its number."""
    if len(image.times_ms) == len(image.array):
        return [f"{time / 1000.0:.6g}" for time in image.times_ms]
    return [str(frame) for frame in range(len(image.array))]


def clip_browser(maker: Maker, sequence: Node, image: Image, name: str) -> Node:
    """Make what plays a clip, as fast as it was recorded where that is known."""
    browser = maker.node("vtkMRMLSequenceBrowserNode", name)
    browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
    browser.SetSelectedItemNumber(0)
    if (rate := frame_rate(image)) is not None:
        browser.SetPlaybackRateFps(rate)
    return browser


def frame_rate(image: Image) -> float | None:
    """Return the frames a second, by the middle of all steps; None where no times are known."""
    steps = np.diff(image.times_ms)
    middle = float(np.median(steps)) if len(steps) else 0.0
    return 1000.0 / middle if middle > 0 else None


def mark(sequence: Node, image: Image, view: str | None) -> None:
    """Write on a clip's sequence what its file tells."""
    write_attributes(sequence, {BLANKED: "1"})
    if view is not None:
        say_view(sequence, view, "header")
    if not image.calibrated:
        write_attributes(sequence, {UNCALIBRATED: "1"})


def say_view(node: Node, view: str | None, by: str, probability: float | None = None) -> None:
    """Write the view of a clip on its sequence, who said it, and how sure a model was.

    Args:
        node: The clip's volume or sequence.
        view: The view; None takes away what was said.
        by: "header", "model" or "user".
        probability: Of a model, 0 to 1.
    """
    kept = clip_of(node)
    sure = None if probability is None else f"{probability:.3f}"
    for name, value in ((VIEW, view), (VIEW_BY, by), (PROBABILITY, sure)):
        if view is None or value is None:
            kept.RemoveAttribute(PREFIX + name)
        else:
            kept.SetAttribute(PREFIX + name, value)


def clip_of(node: Node) -> Node:
    """Return what keeps the facts of a clip: its sequence, of a volume without one itself."""
    return sequence_of(node)[0] or node


def said_view(node: Node) -> tuple[str | None, str]:
    """Return the view that was said of a clip, and by whom; empty where nobody did."""
    kept = clip_of(node)
    view = kept.GetAttribute(PREFIX + VIEW)
    return view, (kept.GetAttribute(PREFIX + VIEW_BY) or "header") if view else ""


def view_probability(node: Node) -> float | None:
    """Return how sure a model was of a clip's view, or None where none was asked."""
    told = clip_of(node).GetAttribute(PREFIX + PROBABILITY)
    return float(told) if told else None


def segmentation_of(volume: Node) -> Node | None:
    """Return the segmentation that is played along with a clip, or None."""
    _sequence, browser = sequence_of(volume)
    if browser is None:
        return None
    from vtkmodules.vtkCommonCore import vtkCollection

    played = vtkCollection()
    browser.GetAllProxyNodes(played)
    nodes = (played.GetItemAsObject(index) for index in range(played.GetNumberOfItems()))
    return next((one for one in nodes if is_segmentation(one)), None)


def clips_in(scene: Node) -> list[Node]:
    """Return the volumes of a scene that show a clip: a sequence of single slices, not of ours."""
    kinds = ("vtkMRMLScalarVolumeNode", "vtkMRMLVectorVolumeNode")
    seen = {one.GetID(): one for kind in kinds for one in of_class(scene, kind)}
    return [one for one in seen.values() if is_clip_volume(one)]


def examination_of(volume: Node) -> int:
    """Return the item of the study that a clip lies in, in the subject hierarchy; 0 for none."""
    hierarchy = hierarchy_of(volume.GetScene())
    item = hierarchy.GetItemByDataNode(volume)
    return hierarchy.GetItemAncestorAtLevel(item, STUDY) if item else 0


def is_clip_volume(volume: Node) -> bool:
    """Say whether a volume that a user sees shows one plane, frame after frame."""
    if volume.GetHideFromEditors() or clip_of(volume).GetAttribute(PREFIX + "Role") is not None:
        return False
    image = volume.GetImageData()
    return image is not None and image.GetDimensions()[2] == 1 and has_frames(volume)


def _masks(maker: Maker, browser: Node, sequence: Node, mask: Mask, name: str) -> Node:
    """Make the sequence of segmentations, with the index values of the clip's frames."""
    segments = timed_sequence(
        maker, f"{name}: all segmentations", sequence.GetIndexUnit(), sequence.GetIndexName()
    )
    values = [sequence.GetNthIndexValue(frame) for frame in range(len(mask.array))]
    fill_segmentations(maker, segments, mask, values)
    browser.AddSynchronizedSequenceNode(segments)
    return segments


def _shown(
    maker: Maker, browser: Node, segments: Node | None, volume: Node, name: str
) -> Node | None:
    if segments is None:
        return None
    shown = shown_node(maker, browser, segments, f"{name}: segmentation")
    shown.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    # Outlines alone: a filled heart would hide speckle and heatmap.
    shown.GetDisplayNode().SetVisibility2DFill(False)
    return shown
