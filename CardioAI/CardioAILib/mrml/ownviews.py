"""Segmentations beside each other, each drawn in the slice view of its own image alone.

In oblique views every outline of another view's segmentation would cross the heart as a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from CardioAILib.mrml.inputs import Node, is_segmentation
from CardioAILib.mrml.layers import of_class
from CardioAILib.mrml.making import PREFIX

BEFORE = PREFIX + "ViewsBefore"
"""Attribute of a display node: the views where it was drawn before it was kept to one."""
EVERYWHERE = "all"
NOWHERE = "none"
"""ID of no view: a display that names it is drawn in none of those that there are."""


def pairs(scene: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each segmentation's reference volume with that segmentation."""
    for segmentation in of_class(scene, "vtkMRMLSegmentationNode"):
        role = segmentation.GetReferenceImageGeometryReferenceRole()
        volume = segmentation.GetNodeReference(role)
        if volume is not None and not segmentation.GetHideFromEditors():
            yield volume, segmentation


def draw_apart(scene: Node, places: Mapping[str, tuple[Node | None, Node | None]]) -> None:
    """Draw segmentations in the view of their image alone, and those of other images in none.

    One that names no image, and that nobody gives here, is drawn as before.

    Args:
        scene: The scene.
        places: By ID of a slice node the volume that it shows, and a segmentation that belongs
            to it beside those that name it as their reference.
    """
    draw_everywhere(scene)
    views = {volume.GetID(): view for view, (volume, _) in places.items() if volume is not None}
    for image, segmentation in pairs(scene):
        _keep_to(segmentation, views.get(image.GetID(), NOWHERE))
    for view, (_, mask) in places.items():
        if mask is not None and is_segmentation(mask):
            _keep_to(mask, view)


def draw_everywhere(scene: Node) -> None:
    """Draw segmentations where they were drawn before `draw_apart`."""
    for display in of_class(scene, "vtkMRMLSegmentationDisplayNode"):
        before = display.GetAttribute(BEFORE)
        if before is not None:
            display.SetViewNodeIDs(() if before == EVERYWHERE else before.split(";"))
            display.RemoveAttribute(BEFORE)


def draw_like(segmentation: Node, other: Node | None) -> None:
    """Draw a segmentation in the views of another that is kept apart."""
    display = None if other is None else other.GetDisplayNode()
    if display is not None and display.GetAttribute(BEFORE) is not None:
        own = segmentation.GetDisplayNode()
        own.SetAttribute(BEFORE, EVERYWHERE)
        own.SetViewNodeIDs(display.GetViewNodeIDs())


def any_apart(scene: Node) -> bool:
    """Say whether a segmentation is drawn in its own view alone."""
    displays = of_class(scene, "vtkMRMLSegmentationDisplayNode")
    return any(display.GetAttribute(BEFORE) is not None for display in displays)


def _keep_to(segmentation: Node, view: str) -> None:
    display = segmentation.GetDisplayNode()
    if display is None:
        return
    if display.GetAttribute(BEFORE) is None:
        display.SetAttribute(BEFORE, ";".join(display.GetViewNodeIDs()) or EVERYWHERE)
    display.SetViewNodeIDs([view])
