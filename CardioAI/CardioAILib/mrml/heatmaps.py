"""A heatmap becomes a volume over its image, with colors, threshold and legend."""

from __future__ import annotations

from collections.abc import Sequence

from CardioAILib.errors import DependencyError, GridMismatchError
from CardioAILib.mrml.frames import Frame
from CardioAILib.mrml.geometry import as_vtk, image_data, volume_to_local
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import Maker, require_color_table
from CardioAILib.study import Image

COLORS = "vtkMRMLColorTableNodeFileInferno.txt"
"""Color table of even perceptual steps, dark to bright."""

LOWEST_SHOWN = 0.25
"""Part of the colors' range below which the heatmap is transparent."""

LEGEND_PLACE = (0.97, 0.5)
LEGEND_SIZE = (0.14, 0.5)


def make_heatmap(
    maker: Maker,
    name: str,
    heatmap: Image,
    frame: Frame,
    title: str,
    decisive: Sequence[int] = (),
) -> Node:
    """Make the volume of a heatmap on the grid of the image that it explains.

    Args:
        maker: Makes the nodes.
        name: Name of the node.
        heatmap: Map (1, S, H, W), 0 or more.
        frame: The image; the volume takes its matrix and follows the same parent transform.
        title: Title of the color legend.
        decisive: Slices that set the score; the colors span their range, since a map may be
            higher on slices that count for nothing. None of them for the whole map's range.

    Returns:
        The vtkMRMLScalarVolumeNode.

    Raises:
        GridMismatchError: The image's size is another one by now.
    """
    require_size(heatmap, frame)
    volume = maker.node("vtkMRMLScalarVolumeNode", name)
    volume.SetIJKToRASMatrix(as_vtk(volume_to_local(frame.node)))
    volume.SetAndObserveImageData(image_data(heatmap.array[0].astype("f4")))
    volume.SetAndObserveTransformNodeID(frame.placed.GetTransformNodeID())
    highest = float(heatmap.array.max())
    top = float(heatmap.array[0, list(decisive)].max(initial=0.0)) or highest
    display = make_display(maker, volume, top, highest)
    make_legend(maker, volume, display, title)
    return volume


def require_size(overlay: Image, frame: Frame, what: str = "heatmap") -> None:
    """Refuse an overlay whose image was replaced by one of another size.

    Args:
        overlay: Values (1, S, H, W).
        frame: The image.
        what: What the overlay is, for messages.

    Raises:
        GridMismatchError: The sizes differ.
    """
    image = frame.node.GetImageData()
    size = (0, 0, 0) if image is None else image.GetDimensions()
    if overlay.array.shape != (1, *size[::-1]):
        raise GridMismatchError(
            got=f"a {what} of {overlay.array.shape[:0:-1]} voxels for an image of {size}",
            wanted=f"the image that the {what} was made from",
            fix="compute it again: the image was changed since it was read",
        )


def make_display(maker: Maker, volume: Node, top: float, highest: float) -> Node:
    """Make the display: colors from 0 to `top`, transparent where evidence is low."""
    top = top if top > 0 else 1.0
    display = make_colored(maker, volume, COLORS)
    color_range(display, (0.0, top), (LOWEST_SHOWN * top, max(top, highest)))
    display.SetInterpolate(True)
    return display


def make_colored(maker: Maker, volume: Node, colors: str) -> Node:
    """Make a display with a color table, without a range yet.

    Raises:
        InputError: The scene has no such color table.
    """
    display = maker.node("vtkMRMLScalarVolumeDisplayNode", f"{volume.GetName()} display")
    display.SetAndObserveColorNodeID(require_color_table(maker.scene, colors))
    volume.SetAndObserveDisplayNodeID(display.GetID())
    return display


def color_range(display: Node, window: tuple[float, float], shown: tuple[float, float]) -> None:
    """Spread the colors over a window of values, and show a range of values alone."""
    display.SetAutoWindowLevel(False)
    display.SetWindowLevelMinMax(*window)
    display.SetAutoThreshold(False)
    display.SetThreshold(*shown)
    display.SetApplyThreshold(True)


def make_legend(
    maker: Maker, volume: Node, display: Node, title: str, label_format: str = "%.2f"
) -> Node:
    """Make the color legend, upright at the right edge of the view."""
    import slicer

    legend = slicer.vtkSlicerColorLogic.AddDefaultColorLegendDisplayNode(volume)
    if legend is None:
        raise DependencyError(
            got="a scene that cannot show a color legend",
            wanted="a scene with Slicer's Colors module",
            fix="use the scene of the application, or of CardioAILib.embedded.start()",
        )
    maker.made.append(legend)
    legend.SetTitleText(title)
    legend.SetLabelFormat(label_format)
    legend.SetNumberOfLabels(5)
    legend.SetUseColorNamesForLabels(False)
    legend.SetOrientation(slicer.vtkMRMLColorLegendDisplayNode.Vertical)
    legend.SetPosition(*LEGEND_PLACE)
    legend.SetSize(*LEGEND_SIZE)
    legend.SetVisibility(True)
    return legend
