"""Regions of the wall become a labelmap over their image, and their features a table."""

from __future__ import annotations

import colorsys
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import GridMismatchError
from CardioAILib.measurements import LAYERS, SEGMENTS, Region, Regions
from CardioAILib.mrml.frames import Frame, image_frame
from CardioAILib.mrml.geometry import as_vtk, image_data, pixels, volume_to_local
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import place_of, show_overlay
from CardioAILib.mrml.making import (
    FRAME,
    Maker,
    all_or_nothing,
    place_beside,
    remove_nodes,
    require_present,
    write_attributes,
)
from CardioAILib.mrml.tables import fill
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.features.wall import WallFeatures
from CardioAILib.verbs.features.walltable import header_of, rows_of

OPACITY = 0.55
BRIGHTNESS = {"basal": 0.95, "mid": 0.75, "apical": 0.95, "": 0.9}
LAYER_STRENGTH = {"endo": 0.95, "mid": 0.65, "epi": 0.35, "": 0.75}
APEX_HUE = 0.17


@dataclass(frozen=True, eq=False)
class WallNodes:
    """The nodes that show the regions of one wall.

    Args:
        table: A row a region.
        labels: Labelmap on the image's grid, named colors.
        made: All nodes, in the order of making.
    """

    table: Node
    labels: Node
    made: tuple[Node, ...] = ()


def show_wall(
    scene: Node,
    image_node: Node,
    measured: WallFeatures,
    frame: int | None = None,
    *,
    subject: str = "scene",
    study: str = "1",
    input_: str = "",
    attributes: Mapping[str, str] | None = None,
) -> WallNodes:
    """Make the nodes of a measured wall: all of them, or none.

    Args:
        scene: The scene.
        image_node: Volume or sequence that was measured.
        measured: Its regions and their features.
        frame: Index in a sequence; None for the frame shown.
        subject: Pseudonym for the table; never the patient's name.
        study: Name of the examination for the table.
        input_: What the image is, for the table.
        attributes: Further provenance for the nodes.

    Raises:
        MissingInputError: The image was deleted.
        GridMismatchError: The image has another size than the regions by now.
    """
    require_present(scene, image_node, "the image")
    place = image_frame(image_node, frame, "the image")
    _require_size(measured.regions, place)
    rows = [header_of(measured.names), *rows_of(measured, subject, study, input_)]
    with all_or_nothing(scene) as maker:
        labels = _labelmap(maker, measured.regions, place)
        table = fill(
            maker.node("vtkMRMLTableNode", "regions of the wall"),
            [[str(cell) for cell in row] for row in rows],
        )
        told = _attributes(measured, place) | dict(attributes or {})
        write_attributes(labels, told | {"Role": "regions of the wall"})
        write_attributes(table, told | {"Role": "features of regions"})
        place_beside(scene, [labels, table], place.placed)
    return WallNodes(table, labels, tuple(maker.made))


def show_wall_layers(
    scene: Node, image_node: Node, labels: Node, mask_node: Node | None = None
) -> None:
    """Show regions over their image in all slice views, in the middle of the wall.

    Args:
        scene: The scene.
        image_node: Volume or sequence that was measured.
        labels: The labelmap, as `show_wall` makes it.
        mask_node: Its segmentation, which keeps its outline and loses its filling, since that
            would change the regions' colors.

    Raises:
        MissingInputError: A node was deleted.
    """
    require_present(scene, labels, "the regions of the wall")
    slices, rows, columns = np.nonzero(pixels(labels.GetImageData()))
    middle = (slices.mean(), rows.mean(), columns.mean())
    place = place_of(labels, tuple(round(float(index)) for index in middle))
    show_overlay(scene, image_node, labels, place, OPACITY)
    display = None if mask_node is None else mask_node.GetDisplayNode()
    if display is not None and display.IsA("vtkMRMLSegmentationDisplayNode"):
        display.SetVisibility2DFill(False)


def remove_wall(scene: Node, shown: WallNodes) -> None:
    """Remove the nodes of a measured wall; those deleted already are passed over."""
    with all_or_nothing(scene):
        remove_nodes(scene, reversed(shown.made))


def region_color(region: Region) -> tuple[float, float, float]:
    """Return a color that tells a region from its neighbors: hue around, light along and across.

    Args:
        region: A region of `measurements.wall_regions`.

    Returns:
        Red, green, blue, 0 to 1.
    """
    strength = LAYER_STRENGTH[region.layer]
    if region.segment is None:
        return colorsys.hsv_to_rgb(LAYERS.index(region.layer) / len(LAYERS), 0.7, 0.9)
    if region.segment == len(SEGMENTS):
        return colorsys.hsv_to_rgb(APEX_HUE, 0.15, 0.4 + 0.6 * strength)
    six = region.segment <= 12
    number = (region.segment - 1) % 6 if six else region.segment - 13
    hue = number / 6 if six else (number + 0.15) / 4
    return colorsys.hsv_to_rgb(hue, strength, BRIGHTNESS[region.level])


def _labelmap(maker: Maker, regions: Regions, place: Frame) -> Node:
    volume = maker.node("vtkMRMLLabelMapVolumeNode", "regions of the wall")
    volume.SetIJKToRASMatrix(as_vtk(volume_to_local(place.node)))
    volume.SetAndObserveImageData(image_data(regions.labels.astype(np.int16)))
    volume.SetAndObserveTransformNodeID(place.placed.GetTransformNodeID())
    display = maker.node("vtkMRMLLabelMapVolumeDisplayNode", f"{volume.GetName()} display")
    display.SetAndObserveColorNodeID(_colors(maker, regions.regions).GetID())
    volume.SetAndObserveDisplayNodeID(display.GetID())
    return volume


def _colors(maker: Maker, regions: Sequence[Region]) -> Node:
    """Make a color table with the regions' names, which Slicer shows under the cursor."""
    table = maker.node("vtkMRMLColorTableNode", "colors of the wall")
    table.SetTypeToUser()
    table.SetHideFromEditors(False)
    table.SetNumberOfColors(len(regions) + 1)
    table.SetColor(0, "background", 0.0, 0.0, 0.0, 0.0)
    for number, region in enumerate(regions, start=1):
        name = region.name if region.segment is None else f"{region.segment} {region.name}"
        table.SetColor(number, name, *region_color(region), 1.0)
    return table


def _require_size(regions: Regions, place: Frame) -> None:
    image = place.node.GetImageData()
    size = (0, 0, 0) if image is None else image.GetDimensions()
    if regions.labels.shape != tuple(size[::-1]):
        raise GridMismatchError(
            got=f"regions of {regions.labels.shape[::-1]} voxels for an image of {size}",
            wanted="the image that was measured",
            fix="measure again: the image was changed since it was read",
        )


def _attributes(measured: WallFeatures, place: Frame) -> dict[str, str]:
    told = [finding.message for finding in measured.regions.findings]
    frame = {} if place.value is None else {FRAME: place.value}
    return {
        "Features": json.dumps(list(measured.names)),
        "Findings": "; ".join(told),
        "Note": RESEARCH_ONLY,
        **frame,
    }
