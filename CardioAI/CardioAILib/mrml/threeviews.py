"""Several images with their heatmaps at once, each in a slice view of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import (
    OPACITY,
    face,
    go_to_frame,
    hottest_place,
    middle_place,
    of_class,
    set_legend_visible,
    shown_volume,
)
from CardioAILib.mrml.making import all_or_nothing, require_present

VIEWS = ("Red", "Green", "Yellow")
"""Slice views in the order in which they stand side by side."""

LAYOUT = 20204
"""Number of the layout, beyond those that Slicer counts itself."""

LAYOUT_XML = (
    '<layout type="horizontal" split="true">'
    + "".join(
        f'<item><view class="vtkMRMLSliceNode" singletontag="{view}">'
        f'<property name="orientation" action="default">{orientation}</property>'
        f'<property name="viewlabel" action="default">{view[0]}</property>'
        "</view></item>"
        for view, orientation in zip(VIEWS, ("Axial", "Coronal", "Sagittal"), strict=True)
    )
    + "</layout>"
)
"""Three slice views side by side, and nothing else."""

Shown = Mapping[str, tuple[Node, Node]]


def show_side_by_side(scene: Node, shown: Shown) -> dict[str, str]:
    """Show each image with its heatmap in a slice view of its own, in the image's plane.

    Args:
        scene: The scene.
        shown: Heatmap and image of each input, by its name; no more than there are `VIEWS`.

    Returns:
        Name of the slice view of each input.

    Raises:
        MissingInputError: A node was deleted.
    """
    for heatmap, image in shown.values():
        require_present(scene, heatmap, "the heatmap")
        require_present(scene, image, "the image")
    use_layout()
    places = dict(zip(shown, VIEWS, strict=False))
    for heatmap, image in shown.values():
        go_to_frame(image, heatmap)
    with all_or_nothing(scene):
        for name, view in places.items():
            heatmap, image = shown[name]
            _fill(scene, view, image, heatmap)
            set_legend_visible(heatmap, True)
    return places


def show_images(scene: Node, images: Mapping[str, Node]) -> None:
    """Show each image in a slice view of its own, in its plane, with nothing over it.

    Args:
        scene: The scene.
        images: Volume of each input, by its name; no more than there are `VIEWS`.

    Raises:
        MissingInputError: A node was deleted.
    """
    use_layout()
    with all_or_nothing(scene):
        for view, image in zip(VIEWS, images.values(), strict=False):
            _fill(scene, view, require_present(scene, image, "the image"), None)


def use_layout() -> None:
    """Switch the application to the three views; a scene without windows has no layout."""
    import slicer

    manager = slicer.app.layoutManager()
    if manager is None:
        return
    node = manager.layoutLogic().GetLayoutNode()
    if not node.IsLayoutDescription(LAYOUT):
        node.AddLayoutDescription(LAYOUT, LAYOUT_XML)
    manager.setLayout(LAYOUT)


def _fill(scene: Node, view: str, image: Node, heatmap: Node | None) -> None:
    volume = shown_volume(image)
    for composite in _named(scene, "vtkMRMLSliceCompositeNode", view):
        # Linked views would all show the image of the last.
        composite.SetLinkedControl(False)
        if volume is not None:
            composite.SetBackgroundVolumeID(volume.GetID())
        composite.SetForegroundVolumeID(None if heatmap is None else heatmap.GetID())
        composite.SetForegroundOpacity(OPACITY)
        composite.SetLabelVolumeID(None)
    for node in _named(scene, "vtkMRMLSliceNode", view):
        shown = heatmap or volume
        if shown is not None:
            face(node, shown)
            place = middle_place(shown) if heatmap is None else hottest_place(heatmap)
            node.JumpSliceByOffsetting(*place)


def _named(scene: Node, class_name: str, view: str) -> Iterator[Node]:
    return (node for node in of_class(scene, class_name) if node.GetLayoutName() == view)
