"""The slice views: the image, the heatmap over it, at the place where evidence is highest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CardioAILib.mrml.frames import proxy_of, sequence_of
from CardioAILib.mrml.geometry import as_vtk, pixels, to_world, volume_to_local
from CardioAILib.mrml.inputs import Node, is_browser, is_segmentation, is_sequence
from CardioAILib.mrml.making import FRAME, PREFIX, SLICES, all_or_nothing, require_present

OPACITY = 0.55

PLANES = {
    "Red": ((1, 0, 0), (0, -1, 0), -1),
    "Green": ((1, 0, 0), (0, 0, 1), 1),
    "Yellow": ((0, 1, 0), (0, 0, 1), 1),
}
"""Index directions that point right and up in a view: Red shows rows and columns as stored.

The sign turns their cross product to the side to which Slicer's own axial, coronal and sagittal
views count their slices.
"""


def show_heatmap_layers(scene: Node, background: Node, heatmap: Node) -> None:
    """Show a heatmap over its image in all slice views, with its legend.

    A cine goes to the frame that the heatmap explains. The view "Red" takes the plane in which
    the image was acquired, rows and columns as stored, "Green" and "Yellow" the planes across
    it, any other the nearest plane. All go to the voxel of the highest evidence in the slices
    that set the score.

    Args:
        scene: The scene.
        background: The image's volume; of a sequence, the volume that shows it is taken, and
            where none does, the background stays as it is.
        heatmap: The heatmap's volume, as `show_result` makes it.

    Raises:
        MissingInputError: A node was deleted.
    """
    require_present(scene, heatmap, "the heatmap")
    show_overlay(scene, background, heatmap, hottest_place(heatmap), OPACITY)


def show_overlay(
    scene: Node,
    background: Node,
    overlay: Node,
    place: tuple[float, float, float],
    opacity: float,
) -> None:
    """Show a volume over its image in all slice views, with its legend; see above.

    Args:
        scene: The scene.
        background: The image's volume, its sequence or its browser.
        overlay: The volume over it.
        place: Where all views go, in world RAS mm.
        opacity: Of the overlay, 0 to 1.

    Raises:
        MissingInputError: The image was deleted.
    """
    require_present(scene, background, "the image")
    go_to_frame(background, overlay)
    background = shown_volume(background)
    with all_or_nothing(scene):
        for composite in of_class(scene, "vtkMRMLSliceCompositeNode"):
            if background is not None:
                composite.SetBackgroundVolumeID(background.GetID())
            composite.SetForegroundVolumeID(overlay.GetID())
            composite.SetForegroundOpacity(opacity)
        for view in of_class(scene, "vtkMRMLSliceNode"):
            _turn(view, overlay)
            view.JumpSliceByOffsetting(*place)
        set_legend_visible(overlay, True)


def overlaid(scene: Node, volume: Node) -> bool:
    """Say whether a slice view shows a volume over another."""
    composites = of_class(scene, "vtkMRMLSliceCompositeNode")
    return any(one.GetForegroundVolumeID() == volume.GetID() for one in composites)


def hide_heatmap_layers(scene: Node, heatmap: Node) -> None:
    """Take a heatmap and its legend off all slice views; it stays in the scene."""
    for composite in of_class(scene, "vtkMRMLSliceCompositeNode"):
        if composite.GetForegroundVolumeID() == heatmap.GetID():
            composite.SetForegroundVolumeID(None)
    set_legend_visible(heatmap, False)


def hottest_place(heatmap: Node) -> tuple[float, float, float]:
    """Return where a heatmap is highest among the slices that set the score.

    Returns:
        World RAS in mm; the middle of the volume where the map is zero there.
    """
    array = pixels(heatmap.GetImageData())
    decisive = decisive_slices(heatmap, len(array))
    slice_index, *inside = np.unravel_index(int(array[decisive].argmax()), array[decisive].shape)
    where = (decisive[slice_index], *inside)
    if array[where] <= 0:
        where = tuple(size // 2 for size in array.shape)
    return place_of(heatmap, where)


def middle_place(volume: Node) -> tuple[float, float, float]:
    """Return the middle of a volume in world RAS, mm, at the center of a voxel.

    Between two slices a view would show a blend of both.
    """
    columns, rows, slices = volume.GetImageData().GetDimensions()
    return place_of(volume, (slices // 2, rows // 2, columns // 2))


def place_of(volume: Node, index: tuple[int, ...]) -> tuple[float, float, float]:
    """Return where a voxel of a volume lies.

    Args:
        volume: The volume.
        index: Slice, row and column.

    Returns:
        World RAS in mm.
    """
    matrix = to_world(volume, "the overlay") @ volume_to_local(volume)
    x, y, z = (matrix @ [*index[::-1], 1.0])[:3]
    return float(x), float(y), float(z)


def decisive_slices(heatmap: Node, count: int) -> list[int]:
    """Return the slices that set the score, as `show_result` noted; all where it did not."""
    noted = heatmap.GetAttribute(PREFIX + SLICES) or ""
    return [int(index) for index in noted.split(";") if index] or list(range(count))


def legend_of(volume: Node) -> Node | None:
    """Return the color legend of a volume, or None."""
    for index in range(volume.GetNumberOfDisplayNodes()):
        display = volume.GetNthDisplayNode(index)
        if display is not None and display.IsA("vtkMRMLColorLegendDisplayNode"):
            return display
    return None


def set_legend_visible(volume: Node, visible: bool) -> None:
    """Show or hide the color legend of a volume."""
    legend = legend_of(volume)
    if legend is not None:
        legend.SetVisibility(visible)


def show_outlines(mask: Node) -> None:
    """Show a segmentation as outlines alone: filled segments would hide what is laid over."""
    display = mask.GetDisplayNode()
    if is_segmentation(mask) and display is not None:
        display.SetVisibility2DFill(False)


def shown_volume(node: Node) -> Node | None:
    """Return the volume that shows an image: itself, or of a sequence the browser's, or None."""
    if is_sequence(node) or is_browser(node):
        return proxy_of(*sequence_of(node))
    return node


def go_to_frame(image: Node, heatmap: Node) -> None:
    """Have an image's browser, where it has one, show the frame that was read for a heatmap."""
    sequence, browser = sequence_of(image)
    value = heatmap.GetAttribute(PREFIX + FRAME)
    if value is None or browser is None or sequence.GetItemNumberFromIndexValue(value, True) < 0:
        return
    browser.SetSelectedItemNumber(
        browser.GetMasterSequenceNode().GetItemNumberFromIndexValue(value)
    )


def face(view: Node, volume: Node) -> None:
    """Turn a view to the plane in which a volume was acquired, rows and columns as stored."""
    _lay(view, volume, PLANES["Red"])


def _turn(view: Node, volume: Node) -> None:
    """Turn a view to a plane of a volume and show all of it."""
    if view.GetLayoutName() in PLANES:
        _lay(view, volume, PLANES[view.GetLayoutName()])
    else:
        view.RotateToVolumePlane(volume)


def _lay(view: Node, volume: Node, plane: tuple[tuple[int, ...], tuple[int, ...], int]) -> None:
    """Lay a view along two index directions of a volume, its middle in the view's."""
    matrix = to_world(volume, "the heatmap") @ volume_to_local(volume)
    size = np.array(volume.GetImageData().GetDimensions())
    *directions, side = plane
    right, up = map(np.array, directions)
    place = np.eye(4)
    place[:3, 0], place[:3, 1] = (_unit(matrix[:3, :3] @ axis) for axis in (right, up))
    place[:3, 2] = side * np.cross(place[:3, 0], place[:3, 1])
    place[:3, 3] = (matrix @ [*(size - 1) / 2, 1.0])[:3]
    view.GetSliceToRAS().DeepCopy(as_vtk(place))
    view.UpdateMatrices()
    wide, high = (np.linalg.norm(matrix[:3, :3] @ (axis * size)) for axis in (right, up))
    _fit(view, float(wide), float(high))


def _fit(view: Node, wide: float, high: float) -> None:
    """Zoom a view so that a rectangle of millimeters is seen whole."""
    columns, rows, _ = (max(size, 1) for size in view.GetDimensions())
    per_pixel = max(wide / columns, high / rows)
    view.SetFieldOfView(per_pixel * columns, per_pixel * rows, view.GetFieldOfView()[2])


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def of_class(scene: Node, class_name: str) -> Iterator[Node]:
    """Yield the nodes of a class, with those of classes derived from it."""
    for index in range(scene.GetNumberOfNodesByClass(class_name)):
        yield scene.GetNthNodeByClass(index, class_name)
