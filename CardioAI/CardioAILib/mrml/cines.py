"""A cine as Slicer keeps it: a sequence of frames, and the volume that a browser shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.mrml.geometry import as_vtk, image_data
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import Maker, all_or_nothing, remove_nodes
from CardioAILib.study import Image


@dataclass(frozen=True, eq=False)
class CineNodes:
    """The nodes of a cine.

    Args:
        volume: The frame that is shown.
        sequence: All frames; the index is the time in ms.
        browser: What plays them.
    """

    volume: Node
    sequence: Node
    browser: Node


def add_cine(
    scene: Node, image: Image, times: Sequence[float], name: str = "cine", shown: int = 0
) -> CineNodes:
    """Put a cine into a scene: all of its nodes, or none where one cannot be made.

    Args:
        scene: The scene.
        image: The frames (T, S, H, W), as `io.read_dicom_cine` or a reader of files gives them.
        times: Time of each frame in ms, rising.
        name: Name of the nodes; never the patient's.
        shown: Index of the frame to show.

    Raises:
        InputError: The times do not fit the frames, or there is no frame of that index.
    """
    count = len(image.array)
    if len(times) != count or np.any(np.diff(times) <= 0) or not 0 <= shown < count:
        raise InputError(
            got=f"{len(times)} times and frame {shown} for {count} frames",
            wanted="a rising time for each frame, and the index of one of them",
            fix="give the trigger times in ms, or numbers from 0 where they are unknown",
        )
    with all_or_nothing(scene) as maker:
        sequence = timed_sequence(maker, f"{name}: all frames")
        fill_sequence(maker, sequence, image, [f"{time:g}" for time in times])
        browser = maker.node("vtkMRMLSequenceBrowserNode", f"{name}: browser")
        browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
        browser.SetSelectedItemNumber(shown)
        return CineNodes(shown_node(maker, browser, sequence, name), sequence, browser)


def timed_sequence(maker: Maker, name: str, unit: str = "ms", index: str = "time") -> Node:
    """Make an empty sequence whose index is a number: a time, unless another name is given."""
    sequence = maker.node("vtkMRMLSequenceNode", name)
    sequence.SetIndexName(index)
    sequence.SetIndexUnit(unit)
    sequence.SetIndexType(sequence.NumericIndex)
    return sequence


def shown_node(maker: Maker, browser: Node, sequence: Node, name: str) -> Node:
    """Return the node in which a browser shows a sequence's selected frame, under a name."""
    import slicer

    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
    browser.SetOverwriteProxyName(sequence, False)
    node = browser.GetProxyNode(sequence)
    node.SetName(node.GetScene().GenerateUniqueName(name))
    displays = (node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes()))
    maker.made += [node, *displays]
    return node


def fill_sequence(maker: Maker, sequence: Node, image: Image, values: Sequence[str]) -> None:
    """Copy every frame into a sequence, by way of one volume.

    Args:
        maker: Makes the nodes.
        sequence: The sequence.
        image: The frames (T, S, H, W).
        values: Index value of each frame.
    """
    frame = maker.node("vtkMRMLScalarVolumeNode", "frame")
    frame.SetIJKToRASMatrix(as_vtk(image.ijk_to_ras))
    for pixels, value in zip(image.array, values, strict=True):
        frame.SetAndObserveImageData(image_data(pixels))
        sequence.SetDataNodeAtValue(frame, value)
    remove_nodes(maker.scene, (frame,))
    maker.made.remove(frame)
