"""Nodes that appear in a scene together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from CardioAILib.errors import DependencyError, InputError, MissingInputError
from CardioAILib.mrml.inputs import Node

PREFIX = "CardioAI."
"""Start of the name of every attribute that we write on nodes."""
FRAME = "Frame"
"""Attribute of a heatmap with the index value of the frame that was read, in a sequence."""
SLICES = "Slices"
"""Attribute of a heatmap with the slices that set the score, as `2;3`."""


class Maker:
    """Makes nodes in a scene and remembers them.

    Args:
        scene: The vtkMRMLScene.
    """

    def __init__(self, scene: Node) -> None:
        self.scene = scene
        self.made: list[Node] = []

    def node(self, class_name: str, name: str) -> Node:
        """Add a node under a name that no other has.

        Raises:
            DependencyError: The scene does not know the class.
        """
        made = self.scene.AddNewNodeByClass(class_name, self.scene.GenerateUniqueName(name))
        if made is None:
            raise DependencyError(
                got=f"a scene that cannot make a {class_name}",
                wanted="a scene with Slicer's modules",
                fix="use the scene of the application, or of CardioAILib.embedded.start()",
            )
        self.made.append(made)
        return made


@contextmanager
def all_or_nothing(scene: Node) -> Iterator[Maker]:
    """Let views wait until all nodes are made; where making fails, remove those made already."""
    from slicer import vtkMRMLScene

    maker = Maker(scene)
    scene.StartState(vtkMRMLScene.BatchProcessState)
    try:
        yield maker
    except BaseException:
        remove_nodes(scene, reversed(maker.made))
        raise
    finally:
        scene.EndState(vtkMRMLScene.BatchProcessState)


def remove_nodes(scene: Node, nodes: Iterable[Node]) -> None:
    """Remove nodes with their places in the subject hierarchy; those gone already are passed."""
    hierarchy = hierarchy_of(scene)
    for node in list(nodes):
        item = hierarchy.GetItemByDataNode(node)
        if item:
            hierarchy.RemoveItem(item, False, False)
        if scene.IsNodePresent(node):
            scene.RemoveNode(node)


def place_beside(scene: Node, nodes: Iterable[Node], neighbor: Node | None) -> None:
    """Put nodes under the study that an input lies in, or at the top where it lies in none."""
    hierarchy = hierarchy_of(scene)
    item = 0 if neighbor is None else hierarchy.GetItemByDataNode(neighbor)
    parent = hierarchy.GetItemParent(item) if item else 0
    for node in nodes:
        hierarchy.CreateItem(parent or hierarchy.GetSceneItemID(), node)


def hierarchy_of(scene: Node) -> Node:
    """Return the subject hierarchy of a scene."""
    from slicer import vtkMRMLSubjectHierarchyNode

    return vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)


def require_present(scene: Node, node: Node | None, what: str) -> Node:
    """Return a node that is still in this scene.

    Raises:
        MissingInputError: It was deleted, or the scene was closed.
    """
    if node is None or not scene.IsNodePresent(node):
        raise MissingInputError(
            got=f"{what} no longer in the scene",
            wanted="the nodes that the result belongs to",
            fix="load the data again and press Apply again; nothing was added to the scene",
        )
    return node


def require_color_table(scene: Node, node_id: str) -> str:
    """Return the ID of a color table that the scene has.

    Raises:
        InputError: It has none of that ID.
    """
    if scene.GetNodeByID(node_id) is None:
        raise InputError(
            got=f"a scene without the color table {node_id}",
            wanted="the color tables that Slicer brings along",
            fix="use the scene of the application, or of CardioAILib.embedded.start()",
        )
    return node_id


def write_attributes(node: Node, attributes: Mapping[str, str]) -> None:
    """Write attributes under our prefix."""
    for name, value in attributes.items():
        node.SetAttribute(PREFIX + name, value)
