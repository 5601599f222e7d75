"""Sequences: which frame is meant, and which node holds its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.mrml.inputs import Node, is_browser, is_sequence, require_node
from CardioAILib.results import Finding


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of a sequence, or a node that belongs to none.

    Args:
        node: Node with the pixels; of a sequence, it may lie in the sequence's own scene.
        placed: Node of the user's scene whose parent transform places the pixels.
        sequence: The sequence, or None.
        index: Index of the frame in its sequence, or None.
    """

    node: Node
    placed: Node
    sequence: Node | None = None
    index: int | None = None

    @property
    def value(self) -> str | None:
        """Value of the sequence's index (time, trigger time, phase) at this frame."""
        return None if self.sequence is None else self.sequence.GetNthIndexValue(self.index)

    def __str__(self) -> str:
        if self.sequence is None:
            return "the node itself"
        count = self.sequence.GetNumberOfDataNodes()
        return f"frame {self.index + 1} of {count} (index {self.index}, {self.axis_value})"

    @property
    def axis_value(self) -> str:
        """The index value with its name and unit, as in "time = 320 ms"."""
        return axis_value(self.sequence, self.value or "")


def axis_value(sequence: Node, value: str) -> str:
    """Return a value of a sequence's index with its name and unit."""
    name, unit = sequence.GetIndexName() or "index value", sequence.GetIndexUnit() or ""
    return f"{name} = {value} {unit}".strip()


def image_frame(node: Node | None, frame: int | None, what: str) -> Frame:
    """Find the frame of an image that is meant.

    Args:
        node: Volume, sequence of volumes, its browser, or the volume that the browser shows.
        frame: Index in the sequence; None for the one shown.
        what: What the image is, for messages.

    Raises:
        MissingInputError: The node is absent, or the sequence has no such frame.
        InputError: A frame is asked of a node that is no sequence, or none is shown.
    """
    node = require_node(node, what)
    sequence, browser = sequence_of(node)
    if sequence is None:
        if frame not in (None, 0):
            raise InputError(
                got=f"frame {frame} of {what}, which belongs to no sequence",
                wanted="a frame of a sequence, or no frame",
                fix="choose the sequence, or leave the frame empty",
            )
        return Frame(node, node)
    shown = _shown(sequence, browser)
    index = shown if frame is None else frame
    if index is None:
        raise InputError(
            got=f"{what} as a sequence of {sequence.GetNumberOfDataNodes()} frames, none shown",
            wanted="one frame",
            fix="give its index, or show the sequence in a sequence browser at that frame",
        )
    return _at(sequence, browser, index, shown, what)


def mask_frame(node: Node | None, image: Frame, what: str) -> Frame:
    """Find the frame of a segmentation that belongs to a frame of the image, by index value.

    Args:
        node: Segmentation or labelmap, or a sequence of these, or a sequence's shown node.
        image: The image's frame.
        what: What the segmentation is, for messages.

    Raises:
        MissingInputError: The node is absent, or its sequence has nothing at that value.
        InputError: The segmentation has frames and the image has none to tell which.
    """
    node = require_node(node, what)
    sequence, browser = sequence_of(node)
    if sequence is None:
        return Frame(node, node)
    if image.sequence is None:
        return image_frame(node, None, what)
    index = sequence.GetItemNumberFromIndexValue(image.value, True)
    if index < 0:
        raise MissingInputError(
            got=f"nothing at {image.axis_value} in {what}, a sequence of {_values(sequence)}",
            wanted="a segmentation at the index value of the image's frame",
            fix="segment that frame, or choose a frame that is segmented",
        )
    return _at(sequence, browser, index, _shown(sequence, browser), what)


def frame_findings(name: str, image: Frame, mask: Frame | None) -> tuple[Finding, ...]:
    """Say which frame was read, and whether one segmentation serves all frames."""
    findings = []
    if image.sequence is not None:
        findings.append(Finding("frame", f"{name}: read {image}"))
        if mask is not None and mask.sequence is None:
            message = f"{name}: the segmentation has no frames; it is taken to fit this one"
            findings.append(Finding("mask frame", message))
    return tuple(findings)


def sequence_of(node: Node) -> tuple[Node | None, Node | None]:
    """Return the sequence that a node is or shows, and its browser; None where there is none.

    A browser stands for its master sequence.
    """
    if is_browser(node):
        return node.GetMasterSequenceNode(), node
    for browser in _browsers(node):
        if is_sequence(node):
            if browser.IsSynchronizedSequenceNodeID(node.GetID(), True):
                return node, browser
        elif browser.GetSequenceNode(node) is not None:
            return browser.GetSequenceNode(node), browser
    return (node, None) if is_sequence(node) else (None, None)


def proxy_of(sequence: Node, browser: Node | None) -> Node | None:
    """Return the node of the scene that shows a sequence's selected frame."""
    return None if browser is None else browser.GetProxyNode(sequence)


def _browsers(node: Node) -> Iterator[Node]:
    scene = node.GetScene()
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLSequenceBrowserNode")):
        yield scene.GetNthNodeByClass(index, "vtkMRMLSequenceBrowserNode")


def _shown(sequence: Node, browser: Node | None) -> int | None:
    """Return the index of the frame that is shown; a browser counts in its master sequence."""
    master = None if browser is None else browser.GetMasterSequenceNode()
    selected = -1 if master is None else browser.GetSelectedItemNumber()
    if master is None or not 0 <= selected < master.GetNumberOfDataNodes():
        return 0 if sequence.GetNumberOfDataNodes() == 1 else None
    index = sequence.GetItemNumberFromIndexValue(master.GetNthIndexValue(selected), True)
    return None if index < 0 else index


def _at(sequence: Node, browser: Node | None, index: int, shown: int | None, what: str) -> Frame:
    """Return a frame; the shown one comes from the shown node, which may hold unsaved edits."""
    count = sequence.GetNumberOfDataNodes()
    stored = sequence.GetNthDataNode(index) if 0 <= index < count else None
    if stored is None:
        raise MissingInputError(
            got=f"no frame {index} in {what}, a sequence of {_values(sequence)}",
            wanted=f"a frame from 0 to {count - 1}" if count else "a sequence with frames",
            fix="choose a frame that is there, or load the whole sequence",
        )
    proxy = proxy_of(sequence, browser)
    if proxy is None:
        return Frame(stored, stored, sequence, index)
    return Frame(proxy if index == shown else stored, proxy, sequence, index)


def _values(sequence: Node) -> str:
    count = sequence.GetNumberOfDataNodes()
    if not count:
        return "no frames"
    ends = (axis_value(sequence, sequence.GetNthIndexValue(i)) for i in (0, count - 1))
    return f"{count} frames from {' to '.join(ends)}"
