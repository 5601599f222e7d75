"""A heatmap for every frame of an echo clip, played by the clip's own browser."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from CardioAILib.errors import GridMismatchError, MissingInputError
from CardioAILib.mrml.cines import fill_sequence, shown_node, timed_sequence
from CardioAILib.mrml.frames import Frame, sequence_of
from CardioAILib.mrml.geometry import pixels, volume_to_local
from CardioAILib.mrml.heatmaps import make_display, make_legend
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import Maker
from CardioAILib.mrml.phases import frames_of
from CardioAILib.study import Image
from CardioAILib.verbs.heatmapfiles import HIGHEST

MOST_PIXELS = 256
"""Rows and columns of a map in the scene at the most: it was made from far fewer, and a clip of a
hundred frames would else take hundreds of megabytes."""


def make_clip_heatmap(maker: Maker, name: str, heatmap: Image, clip: Node, title: str) -> Node:
    """Make the sequence of a clip's heatmap in the browser that plays the clip.

    Args:
        maker: Makes the nodes.
        name: Name of the node that is shown.
        heatmap: Map (T, 1, H, W), 0 to 1, or bytes of 255 steps as files hold it; 0 on frames
            that the network did not see.
        clip: The clip: its volume, sequence or browser.
        title: Title of the color legend.

    Returns:
        The vtkMRMLScalarVolumeNode that shows the map of the clip's frame. Its pixels are every
        second, third, ... one of a large clip, at their true places.

    Raises:
        GridMismatchError: The clip has another size, or other frames, by now.
        MissingInputError: Nothing plays the clip.
    """
    frames = frames_of(clip, "the clip")
    require_frames(heatmap, frames)
    sequence, browser = sequence_of(clip)
    if sequence is None or browser is None:
        raise MissingInputError(
            got="a clip that no sequence browser plays",
            wanted="the browser that plays it, to play the heatmap along",
            fix="show the sequence in a sequence browser (module Sequences) and apply again",
        )
    maps = timed_sequence(
        maker, f"{name}: all frames", sequence.GetIndexUnit() or "", sequence.GetIndexName() or ""
    )
    values = [sequence.GetNthIndexValue(index) for index in range(len(heatmap.array))]
    placed = on_clip(heatmap, frames[0])
    fill_sequence(maker, maps, placed, values)
    browser.AddSynchronizedSequenceNode(maps)
    volume = shown_node(maker, browser, maps, name)
    volume.SetAndObserveTransformNodeID(frames[0].placed.GetTransformNodeID())
    _drop_displays(maker, volume)
    highest = float(placed.array.max())
    display = make_display(maker, volume, highest, highest)
    make_legend(maker, volume, display, title)
    return volume


def _drop_displays(maker: Maker, volume: Node) -> None:
    """Remove the display nodes that a browser gave a volume, to make way for the heatmap's own."""
    for index in reversed(range(volume.GetNumberOfDisplayNodes())):
        made = volume.GetNthDisplayNode(index)
        maker.made.remove(made)
        maker.scene.RemoveNode(made)


def every_copy(volume: Node) -> list[Node]:
    """Return a volume with what it is a copy of: its sequence and all frames in it, if any.

    What is written on the shown volume alone is gone with the next frame.
    """
    sequence, _browser = sequence_of(volume)
    if sequence is None:
        return [volume]
    count = sequence.GetNumberOfDataNodes()
    return [volume, sequence, *(sequence.GetNthDataNode(index) for index in range(count))]


def on_clip(heatmap: Image, frame: Frame) -> Image:
    """Return a map as float32, 0 to 1, at the places of its clip, of modest size."""
    rows, columns = heatmap.array.shape[2:]
    step = math.ceil(max(rows, columns) / MOST_PIXELS)
    matrix = volume_to_local(frame.node) @ np.diag([step, step, 1.0, 1.0])
    values = heatmap.array[:, :, ::step, ::step].astype(np.float32)
    return Image(values / HIGHEST if heatmap.array.dtype == np.uint8 else values, matrix)


def go_to_evidence(volume: Node) -> None:
    """Have a heatmap's browser show the frame with most evidence; a map without any stays."""
    sequence, browser = sequence_of(volume)
    if sequence is None or browser is None:
        return
    count = sequence.GetNumberOfDataNodes()
    most = [float(pixels(sequence.GetNthDataNode(i).GetImageData()).sum()) for i in range(count)]
    if max(most, default=0.0) > 0:
        browser.SetSelectedItemNumber(int(np.argmax(most)))


def require_frames(heatmap: Image, frames: Sequence[Frame]) -> None:
    """Refuse a map whose clip was replaced by one of another size or length.

    Raises:
        GridMismatchError: It was.
    """
    image = frames[0].node.GetImageData()
    size = (0, 0, 0) if image is None else image.GetDimensions()
    count, _, rows, columns = heatmap.array.shape
    if (count, columns, rows) != (len(frames), *size[:2]):
        raise GridMismatchError(
            got=f"a heatmap of {count} frames of {columns} x {rows} pixels for a clip of "
            f"{len(frames)} frames of {size[0]} x {size[1]}",
            wanted="the clip that the heatmap was made from",
            fix="compute it again: the clip was changed since it was read",
        )
