"""What is measured of a region drawn inside the box that a reader moves: its ellipse, with a name.

Slicer's markups know boxes alone, so each ellipse is a closed curve that follows its box.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import vtk

from CardioAILib.measurements.planar import Region
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import of_class
from CardioAILib.mrml.making import PREFIX, Maker, all_or_nothing, place_beside, write_attributes
from CardioAILib.mrml.planarfacts import OF_SCAN
from CardioAILib.mrml.planarregions import (
    COLORS,
    SLICES,
    TEXT_SCALE,
    VIEW,
    pixels_to_world,
    read_regions,
)
from CardioAILib.mrml.threeviews import views_named

OUTLINE = "Outline"
"""Attribute of a curve: the name of the region whose ellipse it is."""
POINTS = 24
"""Control points of an ellipse."""
NAMED_AT = 0.75 * np.pi
"""Angle of the point that carries the name: above on the left, so that the name stays over it."""
LINE_MM = 2.0
"""Thickness of the line."""
POINT_SCALE = 0.1
"""Percent of the view: the points are not there to be moved."""


def show_ellipses(scene: Node, volume: Node, boxes: Mapping[str, Node]) -> dict[str, Node]:
    """Draw the ellipse inside each box, as it lies now; ellipses without a box are removed.

    Args:
        scene: The scene.
        volume: Volume of the anterior view.
        boxes: Markups of `make_regions`, by name; those not in `COLORS` are passed over.

    Returns:
        The vtkMRMLMarkupsClosedCurveNode of each elliptic region, by name.
    """
    regions = read_regions(boxes, volume)
    wanted = {name: regions[name] for name in COLORS if _is_ellipse(regions.get(name))}
    there = ellipses_on(scene, volume)
    for name in there.keys() - wanted.keys():
        scene.RemoveNode(there.pop(name))
    with all_or_nothing(scene) as maker:
        for name in wanted.keys() - there.keys():
            there[name] = _curve(maker, volume, name)
        place_beside(scene, [one for one in maker.made if one.IsA("vtkMRMLMarkupsNode")], volume)
        for name, region in wanted.items():
            _lay(there[name], volume, region)
    return there


def ellipses_on(scene: Node, volume: Node) -> dict[str, Node]:
    """Return the ellipses that are drawn on a scan, by the name of their region."""
    return {
        node.GetAttribute(PREFIX + OUTLINE): node
        for node in of_class(scene, "vtkMRMLMarkupsClosedCurveNode")
        if node.GetNodeReference(OF_SCAN) is volume and node.GetAttribute(PREFIX + OUTLINE)
    }


def _is_ellipse(region: Region | None) -> bool:
    return region is not None and region.shape == "ellipse"


def _lay(node: Node, volume: Node, region: Region) -> None:
    angles = NAMED_AT + 2.0 * np.pi * np.arange(POINTS) / POINTS
    rows = region.center[0] - region.size[0] / 2.0 * np.sin(angles)
    columns = region.center[1] + region.size[1] / 2.0 * np.cos(angles)
    pixels = np.stack([columns, rows, np.zeros(POINTS), np.ones(POINTS)])
    places = vtk.vtkPoints()
    for place in (pixels_to_world(volume) @ pixels).T:
        places.InsertNextPoint(place[:3])
    modified = node.StartModify()
    node.SetControlPointPositionsWorld(places)
    for index in range(POINTS):
        node.SetNthControlPointLabel(index, "" if index else region.name)
    node.EndModify(modified)


def _curve(maker: Maker, volume: Node, name: str) -> Node:
    node = maker.node("vtkMRMLMarkupsClosedCurveNode", f"{name}, measured")
    node.SetNodeReferenceID(OF_SCAN, volume.GetID())
    write_attributes(node, {OUTLINE: name})
    node.SetLocked(True)
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    maker.made.append(display)
    display.SetSelectedColor(*COLORS[name])
    display.SetColor(*COLORS[name])
    display.SetVisibility3D(False)
    display.SetGlyphScale(POINT_SCALE)
    display.SetCurveLineSizeMode(display.UseLineDiameter)
    display.SetLineDiameter(LINE_MM)
    display.SetTextScale(TEXT_SCALE)
    display.SetPropertiesLabelVisibility(False)
    display.SetPointLabelsVisibility(True)
    display.SetViewNodeIDs([view.GetID() for view in views_named(maker.scene, SLICES, VIEW)])
    return node
