"""Several images with their heatmaps at once, each in a slice view of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
from CardioAILib.mrml.layouts import layout_node, side_by_side, switch_layout
from CardioAILib.mrml.making import all_or_nothing, require_present
from CardioAILib.mrml.ownviews import any_apart, draw_apart, draw_everywhere

VIEWS = ("Red", "Green", "Yellow")
"""Slice views in the order in which they stand side by side."""

LAYOUT = 20204
"""Number of the layout, beyond those that Slicer counts itself."""

LAYOUT_XML = side_by_side(VIEWS)
"""Three slice views side by side, and nothing else."""

Shown = Mapping[str, tuple[Node, Node]]


def show_side_by_side(
    scene: Node, shown: Shown, masks: Mapping[str, Node | None] | None = None
) -> dict[str, str]:
    """Show each image with its heatmap in a slice view of its own, in the image's plane.

    Segmentations of these images are drawn there alone, and those of other images not at all,
    until another layout is chosen.

    Args:
        scene: The scene.
        shown: Heatmap and image of each input, by its name; no more than there are `VIEWS`.
        masks: Segmentations of some inputs, beside those that name their image themselves.

    Returns:
        Name of the slice view of each input.

    Raises:
        MissingInputError: A node was deleted.
    """
    for heatmap, image in shown.values():
        require_present(scene, heatmap, "the heatmap")
        require_present(scene, image, "the image")
    use_layout(scene)
    places = dict(zip(shown, VIEWS, strict=False))
    for heatmap, image in shown.values():
        go_to_frame(image, heatmap)
    with all_or_nothing(scene):
        for name, view in places.items():
            heatmap, image = shown[name]
            fill_view(scene, view, image, heatmap)
            set_legend_visible(heatmap, True)
        own = masks or {}
        _draw_apart(scene, [(image, own.get(name)) for name, (_, image) in shown.items()])
    return places


def show_images(scene: Node, images: Mapping[str, Node]) -> None:
    """Show each image in a slice view of its own, in its plane, with nothing over it.

    Args:
        scene: The scene.
        images: Volume of each input, by its name; no more than there are `VIEWS`.

    Raises:
        MissingInputError: A node was deleted.
    """
    use_layout(scene)
    with all_or_nothing(scene):
        for view, image in zip(VIEWS, images.values(), strict=False):
            fill_view(scene, view, require_present(scene, image, "the image"), None)
        _draw_apart(scene, [(image, None) for image in images.values()])


def use_layout(scene: Node) -> None:
    """Switch the application to the three views; a scene without windows has no layout."""
    switch_layout(LAYOUT, LAYOUT_XML, lambda: draw_everywhere(scene))


def layout_now(scene: Node) -> int | None:
    """Return the number of the layout; without windows, `LAYOUT` while images stand apart."""
    node = layout_node()
    if node is not None:
        return int(node.GetViewArrangement())
    return LAYOUT if any_apart(scene) else None


def leave_side_by_side(scene: Node, layout: int | None) -> None:
    """Go back to a layout where the three views are still shown, and draw all in every view."""
    node = layout_node()
    if node is not None and layout is not None and node.GetViewArrangement() == LAYOUT:
        node.SetViewArrangement(layout)
    draw_everywhere(scene)


def settle(scene: Node) -> None:
    """Draw all in every view where another layout was chosen while nobody looked."""
    if layout_now(scene) != LAYOUT:
        draw_everywhere(scene)


def _draw_apart(scene: Node, pairs: Sequence[tuple[Node, Node | None]]) -> None:
    """Draw the segmentations of images, in the order of the views, in their own view alone."""
    places = {}
    for view, (image, mask) in zip(VIEWS, pairs, strict=False):
        for node in views_named(scene, "vtkMRMLSliceNode", view):
            places[node.GetID()] = (shown_volume(image), mask)
    draw_apart(scene, places)


def fill_view(scene: Node, view: str, image: Node, heatmap: Node | None) -> None:
    """Show an image in a slice view, in its plane, with a heatmap over it or nothing."""
    volume = shown_volume(image)
    for composite in views_named(scene, "vtkMRMLSliceCompositeNode", view):
        # Linked views would all show the image of the last.
        composite.SetLinkedControl(False)
        if volume is not None:
            composite.SetBackgroundVolumeID(volume.GetID())
        composite.SetForegroundVolumeID(None if heatmap is None else heatmap.GetID())
        composite.SetForegroundOpacity(OPACITY)
        composite.SetLabelVolumeID(None)
    for node in views_named(scene, "vtkMRMLSliceNode", view):
        shown = heatmap or volume
        if shown is not None:
            face(node, shown)
            place = middle_place(shown) if heatmap is None else hottest_place(heatmap)
            node.JumpSliceByOffsetting(*place)


def views_named(scene: Node, class_name: str, view: str) -> Iterator[Node]:
    """Yield the slice nodes, or the composite nodes, of a view."""
    return (node for node in of_class(scene, class_name) if node.GetLayoutName() == view)
