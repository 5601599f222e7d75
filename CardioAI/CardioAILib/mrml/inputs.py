"""What a user points at in the scene, and the checks that it is still there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.results import Finding

Node = Any
"""A MRML node. Its class exists only where Slicer or slicer-core does."""


@dataclass(frozen=True, eq=False)
class InputNodes:
    """The nodes of one input of a system.

    Args:
        image: Scalar volume, sequence of volumes, its sequence browser, or the volume that the
            browser shows.
        mask: Segmentation or labelmap volume, or a sequence of these, or None.
        segment: ID of the segment (value of the label) that the user chose where several could
            be the structure; None to find it by terminology, then by name.
        frame: Index in the image's sequence; None for the one shown.
        view: View plane of the image ("SAX", "4C"), for systems that take any; else not looked at.
        notes: What a reader should know of how they were chosen.
        more: Further clips of the same echo view, each with its own segmentation.
    """

    image: Node
    mask: Node | None = None
    segment: str | None = None
    frame: int | None = None
    view: str | None = None
    notes: tuple[Finding, ...] = ()
    more: tuple[InputNodes, ...] = ()


def require_node(node: Node | None, what: str) -> Node:
    """Return a node that is chosen and still in its scene.

    Args:
        node: The node, or None.
        what: What it is, for the message: "the image ES".

    Raises:
        MissingInputError: Nothing is chosen, or the node was deleted.
        InputError: It is no node.
    """
    if node is None:
        raise MissingInputError(
            got=f"no node for {what}",
            wanted=f"{what} from the scene",
            fix="choose it in the panel; load or segment it first where there is none",
        )
    if not hasattr(node, "GetScene"):
        raise InputError(
            got=f"a {type(node).__name__} for {what}",
            wanted="a node of the scene",
            fix="load the file first (slicer.util.loadVolume, loadSegmentation) and give its node",
        )
    if node.GetScene() is None:
        raise MissingInputError(
            got=f"a node for {what} that is no longer in the scene",
            wanted=f"{what} from the scene",
            fix="load it again, choose it and press Apply again",
        )
    return node


def is_sequence(node: Node) -> bool:
    """Say whether a node is a sequence."""
    return bool(node.IsA("vtkMRMLSequenceNode"))


def is_browser(node: Node) -> bool:
    """Say whether a node is a sequence browser."""
    return bool(node.IsA("vtkMRMLSequenceBrowserNode"))


def is_labelmap(node: Node) -> bool:
    """Say whether a node is a labelmap volume."""
    return bool(node.IsA("vtkMRMLLabelMapVolumeNode"))


def is_segmentation(node: Node) -> bool:
    """Say whether a node is a segmentation."""
    return bool(node.IsA("vtkMRMLSegmentationNode"))
