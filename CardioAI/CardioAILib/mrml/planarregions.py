"""Regions of a planar scan as markups that a reader moves: boxes in the plane of the image.

Of an elliptic region the ellipse inside the box is measured; see `planarellipses`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from CardioAILib.measurements.planar import Region
from CardioAILib.mrml.geometry import as_array, as_vtk, to_world, volume_to_local
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import of_class
from CardioAILib.mrml.making import (
    PREFIX,
    Maker,
    all_or_nothing,
    place_beside,
    require_present,
    write_attributes,
)
from CardioAILib.mrml.planarfacts import OF_SCAN
from CardioAILib.mrml.threeviews import views_named

REGION, SHAPE = "Region", "Shape"
"""Attributes of a markup: the name of its region, and "ellipse" or "box"."""
MOVABLE = ("heart", "contralateral", "ribs", "sternum", "background")
"""Regions that are shown to be moved; the others follow from the scan."""
COLORS = {
    "heart": (0.82, 0.22, 0.18),
    "contralateral": (0.18, 0.44, 0.69),
    "ribs": (0.90, 0.60, 0.12),
    "sternum": (0.55, 0.38, 0.68),
    "background": (0.20, 0.60, 0.50),
}
HANDLE_SCALE, TEXT_SCALE = 1.0, 2.0
"""Percent of the view: a heart is small on the scan of a whole body."""
DEPTH_MM = 20.0
"""Extent of a box across the image: it has no meaning there, but must hold the plane."""
VIEW, SLICES = "Red", "vtkMRMLSliceNode"
"""Slice view of the anterior scan, and the class of views."""


def make_regions(scene: Node, volume: Node, regions: Mapping[str, Region]) -> dict[str, Node]:
    """Lay regions on a scan as markups: all of them, or none where one cannot be made.

    Markups of the same names that lie on it already are moved instead.

    Args:
        scene: The scene.
        volume: Volume of the anterior view.
        regions: By name, in pixels; those not in `MOVABLE` are passed over.

    Returns:
        The vtkMRMLMarkupsROINode of each region, by name.

    Raises:
        MissingInputError: The scan was deleted.
    """
    require_present(scene, volume, "the scan")
    there = regions_on(scene, volume)
    wanted = {name: own for name, own in regions.items() if name in MOVABLE}
    with all_or_nothing(scene) as maker:
        for name, region in wanted.items():
            if name not in there:
                there[name] = _markup(maker, volume, region)
            lay_region(there[name], volume, region)
        place_beside(scene, [one for one in maker.made if one.IsA("vtkMRMLMarkupsNode")], volume)
    return {name: there[name] for name in wanted}


def regions_on(scene: Node, volume: Node) -> dict[str, Node]:
    """Return the markups that lie on a scan, by the name of their region."""
    return {
        node.GetAttribute(PREFIX + REGION): node
        for node in of_class(scene, "vtkMRMLMarkupsROINode")
        if node.GetNodeReference(OF_SCAN) is volume and node.GetAttribute(PREFIX + REGION)
    }


def read_regions(nodes: Mapping[str, Node], volume: Node) -> dict[str, Region]:
    """Return regions in pixels of a scan, as their markups lie now.

    Args:
        nodes: The markups by name.
        volume: Volume of the anterior view.
    """
    return {name: _region(name, node, volume) for name, node in nodes.items()}


def lay_region(node: Node, volume: Node, region: Region) -> None:
    """Move a markup to where a region lies."""
    matrix = pixels_to_world(volume)
    row, column = region.center
    place = matrix @ [column, row, 0.0, 1.0]
    sides = np.linalg.norm(matrix[:3, :2], axis=0)
    frame = np.eye(4)
    frame[:3, :2] = matrix[:3, :2] / sides
    frame[:3, 2] = np.cross(frame[:3, 0], frame[:3, 1])
    frame[:3, 3] = place[:3]
    node.SetAndObserveObjectToNodeMatrix(as_vtk(frame))
    node.SetSize(region.size[1] * sides[0], region.size[0] * sides[1], DEPTH_MM)


def _region(name: str, node: Node, volume: Node) -> Region:
    """Read a markup; one that was turned keeps the extent of its box along rows and columns."""
    to_pixels = np.linalg.inv(pixels_to_world(volume))
    frame = to_pixels @ as_array(node.GetObjectToWorldMatrix())
    column, row = frame[:2, 3]
    reach = np.abs(frame[:2, :3]) @ np.array(node.GetSize())
    depth = np.abs(frame[:2, 2]) * DEPTH_MM
    columns, rows = np.maximum(reach - depth, 1.0)
    shape = node.GetAttribute(PREFIX + SHAPE) or "ellipse"
    return Region(name, (float(row), float(column)), (float(rows), float(columns)), shape)


def _markup(maker: Maker, volume: Node, region: Region) -> Node:
    node = maker.node("vtkMRMLMarkupsROINode", region.name)
    node.SetROIType(node.ROITypeBox)
    node.SetNodeReferenceID(OF_SCAN, volume.GetID())
    write_attributes(node, {REGION: region.name, SHAPE: region.shape})
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    maker.made.append(display)
    display.SetSelectedColor(*COLORS[region.name])
    display.SetColor(*COLORS[region.name])
    display.SetFillVisibility(False)
    display.SetVisibility3D(False)
    # A plane image turned about has no rows any more.
    display.SetRotationHandleVisibility(False)
    # The ellipse inside carries the name.
    display.SetPropertiesLabelVisibility(region.shape != "ellipse")
    display.SetInteractionHandleScale(HANDLE_SCALE)
    display.SetTextScale(TEXT_SCALE)
    display.SetHandlesInteractive(True)
    display.SetViewNodeIDs([view.GetID() for view in views_named(maker.scene, SLICES, VIEW)])
    return node


def pixels_to_world(volume: Node) -> np.ndarray:
    """Return the matrix (4, 4) from (column, row, slice) to world RAS, in mm."""
    return to_world(volume, "the scan") @ volume_to_local(volume)
