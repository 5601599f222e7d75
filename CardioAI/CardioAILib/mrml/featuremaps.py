"""A feature map becomes a volume over its image: one node a map, which follows the feature."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from CardioAILib.mrml.frames import Frame, image_frame
from CardioAILib.mrml.geometry import as_vtk, image_data, pixels, volume_to_local
from CardioAILib.mrml.heatmaps import color_range, make_colored, make_legend, require_size
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import legend_of, overlaid, place_of, show_overlay
from CardioAILib.mrml.making import (
    FRAME,
    PREFIX,
    Maker,
    all_or_nothing,
    place_beside,
    require_present,
    write_attributes,
)
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.features.featuremap import FeatureMap, outside_value

COLORS = "vtkMRMLColorTableNodeFileViridis.txt"
"""Another table than the heatmaps', which show evidence."""

ROLE = "feature map"
IMAGE_REFERENCE = f"{PREFIX}Image"
"""Reference of a feature map's volume to the image that it lies over."""

PERCENTILES = 2, 98
"""The colors span these percentiles of the map in all its slices; what lies beyond takes the
outermost colors, as the few pixels at the wall's rim that would leave all others dark."""


def show_feature_map(
    scene: Node, image_node: Node, found: FeatureMap, frame: int | None = None
) -> Node:
    """Show a feature map over its image; the volume of an earlier one over that image is reused.

    Args:
        scene: The scene.
        image_node: Volume or sequence that the map was made from.
        found: The map.
        frame: Index in a sequence; None for the frame shown.

    Returns:
        The vtkMRMLScalarVolumeNode, under the study of the image, with provenance as
        attributes and a color legend; outside the structure it is transparent.

    Raises:
        MissingInputError: The image was deleted.
        GridMismatchError: The image has another size than the map by now.
    """
    require_present(scene, image_node, "the image")
    place = image_frame(image_node, frame, "the image")
    require_size(found.image, place, "feature map")
    # A frame that no browser shows is no node of this scene, and its ID may be another's.
    image = place.placed if scene.IsNodePresent(place.placed) else image_node
    volume = feature_map_of(scene, image)
    with all_or_nothing(scene) as maker:
        if volume is None:
            volume = _make(maker, image)
        _dress(maker, volume)
        _fill(volume, found, place)
    return volume


def show_feature_map_layers(scene: Node, image_node: Node, volume: Node) -> None:
    """Show a feature map over its image in all slice views, at the slice that shows most of it.

    Views that show the map already stay where the user left them.

    Raises:
        MissingInputError: A node was deleted.
    """
    require_present(scene, volume, "the feature map")
    if not overlaid(scene, volume):
        show_overlay(scene, image_node, volume, fullest_place(volume), opacity=1.0)


def feature_map_of(scene: Node, image_node: Node) -> Node | None:
    """Return the feature map's volume over an image, or None where there is none."""
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")):
        node = scene.GetNthNodeByClass(index, "vtkMRMLScalarVolumeNode")
        if (
            node.GetAttribute(PREFIX + "Role") == ROLE
            and node.GetNodeReference(IMAGE_REFERENCE) is image_node
        ):
            return node
    return None


def fullest_place(volume: Node) -> tuple[float, float, float]:
    """Return the middle of the slice with the most pixels of the map, in world RAS mm.

    Of a map without any, it is the middle of the volume.
    """
    values = pixels(volume.GetImageData())
    shown = values >= volume.GetScalarVolumeDisplayNode().GetLowerThreshold()
    if not shown.any():
        return place_of(volume, tuple(size // 2 for size in shown.shape))
    fullest = int(shown.sum(axis=(1, 2)).argmax())
    rows, columns = np.nonzero(shown[fullest])
    return place_of(volume, (fullest, int(rows.mean().round()), int(columns.mean().round())))


@dataclass(frozen=True)
class _Scale:
    """How values become colors: window of the colors, values shown, and the value outside."""

    window: tuple[float, float]
    shown: tuple[float, float]
    outside: float


def _scale(values: np.ndarray) -> _Scale:
    """Plan the colors of a map; VTK has no nan, so the outside lies below all that is shown."""
    inside, outside = values[np.isfinite(values)], outside_value(values)
    if not inside.size:
        return _Scale((0.0, 1.0), (0.0, 1.0), outside)
    low, high = float(inside.min()), float(inside.max())
    margin = (low - outside) / 2
    left, right = (float(edge) for edge in np.percentile(inside, PERCENTILES))
    window = (left, right) if left < right else (left - margin, right + margin)
    return _Scale(window, (low - margin, high + margin), outside)


def _dress(maker: Maker, volume: Node) -> None:
    """Give a volume its display and its legend, where the user has deleted them or it is new."""
    display = volume.GetScalarVolumeDisplayNode()
    if display is None:
        display = make_colored(maker, volume, COLORS)
        # Between pixels of the structure and the transparent ones there is nothing in between.
        display.SetInterpolate(False)
    if legend_of(volume) is None:
        make_legend(maker, volume, display, "", "%.3g")


def _make(maker: Maker, image: Node) -> Node:
    """Make a volume without values yet."""
    volume = maker.node("vtkMRMLScalarVolumeNode", "Feature map")
    volume.SetNodeReferenceID(IMAGE_REFERENCE, image.GetID())
    place_beside(maker.scene, [volume], image)
    return volume


def _fill(volume: Node, found: FeatureMap, place: Frame) -> None:
    """Write values, colors, titles and provenance."""
    values = found.image.array[0]
    scale = _scale(values)
    filled = np.where(np.isfinite(values), values, scale.outside)
    volume.SetIJKToRASMatrix(as_vtk(volume_to_local(place.node)))
    volume.SetAndObserveTransformNodeID(place.placed.GetTransformNodeID())
    volume.SetAndObserveImageData(image_data(filled))
    color_range(volume.GetScalarVolumeDisplayNode(), scale.window, scale.shown)
    legend_of(volume).SetTitleText(_title(found))
    volume.SetName(f"Feature map {found.feature}")
    volume.RemoveAttribute(PREFIX + FRAME)
    write_attributes(volume, _attributes(found, place))


def _title(found: FeatureMap) -> str:
    image_type, kind, name = found.feature.split("_")
    return f"{kind} {name}\n{image_type}\nresearch use only"


def _attributes(found: FeatureMap, place: Frame) -> dict[str, str]:
    """Return where a map comes from; nothing of it names the patient."""
    frame = {} if place.value is None else {FRAME: place.value}
    return {
        "Role": ROLE,
        "Feature": found.feature,
        "Radius": str(found.radius),
        "Structure": found.structure,
        "Preset": found.preset,
        "Settings": json.dumps(dict(found.settings), sort_keys=True),
        "Versions": json.dumps(dict(found.versions), sort_keys=True),
        "Inputs": json.dumps(dict(found.inputs), sort_keys=True),
        "Findings": "; ".join(finding.message for finding in found.findings),
        "Note": RESEARCH_ONLY,
        **frame,
    }
