"""Layouts of slice views that Slicer does not bring along."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from CardioAILib.mrml.inputs import Node

ORIENTATIONS = {"Red": "Axial", "Green": "Coronal", "Yellow": "Sagittal"}
"""Orientation in which Slicer begins each of its slice views."""


def side_by_side(views: Sequence[str]) -> str:
    """Return the description of a layout with slice views side by side, and nothing else.

    Args:
        views: Names of Slicer's own slice views, keys of `ORIENTATIONS`.
    """
    return (
        '<layout type="horizontal" split="true">'
        + "".join(
            f'<item><view class="vtkMRMLSliceNode" singletontag="{view}">'
            f'<property name="orientation" action="default">{ORIENTATIONS[view]}</property>'
            f'<property name="viewlabel" action="default">{view[0]}</property>'
            "</view></item>"
            for view in views
        )
        + "</layout>"
    )


def layout_node() -> Node | None:
    """Return the node that holds the layout; None without windows."""
    import slicer

    manager = slicer.app.layoutManager()
    return None if manager is None else manager.layoutLogic().GetLayoutNode()


def switch_layout(number: int, description: str, left: Callable[[], None] | None = None) -> None:
    """Switch the application to a layout; a scene without windows has none.

    Args:
        number: Number of the layout, beyond those that Slicer counts itself.
        description: As `side_by_side` returns it.
        left: Called once when another layout is chosen.
    """
    node = layout_node()
    if node is None or node.GetViewArrangement() == number:
        return
    if not node.IsLayoutDescription(number):
        node.AddLayoutDescription(number, description)
    node.SetViewArrangement(number)

    def follow(caller: Node, _event: str) -> None:
        if caller.GetViewArrangement() != number:
            caller.RemoveObserver(tag)
            if left is not None:
                left()

    tag = node.AddObserver("ModifiedEvent", follow)
