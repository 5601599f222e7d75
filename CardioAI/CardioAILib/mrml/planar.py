"""Planar scans: volumes of one slice, anterior and posterior side by side as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from CardioAILib.mrml.counts import CountDisplay, show_counts
from CardioAILib.mrml.geometry import as_vtk, image_data
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import of_class, set_legend_visible
from CardioAILib.mrml.layouts import side_by_side, switch_layout
from CardioAILib.mrml.making import (
    PREFIX,
    Maker,
    all_or_nothing,
    hierarchy_of,
    require_present,
    write_attributes,
)
from CardioAILib.mrml.planarfacts import write_facts
from CardioAILib.mrml.threeviews import fill_view, views_named
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image

ANTERIOR, POSTERIOR = "anterior", "posterior"
VIEW = "View"
"""Attribute of a volume with the side from which it was taken."""
VIEWS = {ANTERIOR: "Red", POSTERIOR: "Green"}
"""Slice view of each side."""
LAYOUTS = {1: (20205, side_by_side(("Red",))), 2: (20206, side_by_side(("Red", "Green")))}
"""Number and description of the layout for one scan, and for both side by side."""


@dataclass(frozen=True, eq=False)
class PlanarNodes:
    """The nodes of a planar examination.

    Args:
        anterior: Volume of the view from the front.
        posterior: Volume of the view from behind, or None.
        findings: What a reader should know of the files.
    """

    anterior: Node
    posterior: Node | None = None
    findings: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[Node]:
        return (node for node in (self.anterior, self.posterior) if node is not None)


def add_planar(
    scene: Node,
    anterior: Image,
    posterior: Image | None = None,
    *,
    name: str = "bone scan",
    facts: Mapping[str, Fact] | None = None,
    parent: int = 0,
) -> PlanarNodes:
    """Put a planar examination into a scene, without showing it; see `show_planar`.

    Args:
        scene: The scene.
        anterior: Counts (1, 1, H, W) of the view from the front, as the reader of files gives it.
        posterior: Counts of the view from behind, or None.
        name: Name of the study and of its nodes; never the patient's.
        facts: What is known beside the counts, as cells of a cohort table; see `write_facts`.
        parent: Item of the subject hierarchy that the volumes come to lie in; 0 for a new study.

    Returns:
        The volumes; their display is the logarithm of counts in inverted gray.
    """
    images = {ANTERIOR: anterior, POSTERIOR: posterior}
    with all_or_nothing(scene) as maker:
        made = {
            side: _volume(maker, image, f"{name}: {side}", side)
            for side, image in images.items()
            if image is not None
        }
        write_facts(made[ANTERIOR], facts or {})
        hierarchy, item = hierarchy_of(scene), parent
        if not item:
            item = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), name)
        for node in made.values():
            hierarchy.CreateItem(item, node)
    return PlanarNodes(made[ANTERIOR], made.get(POSTERIOR))


def show_planar(scene: Node, anterior: Node, posterior: Node | None = None) -> None:
    """Show a planar examination: each side in a slice view of its own, the posterior from behind.

    The counts are shown as reading rooms do, in inverted gray, unless a display of ours is there.

    Args:
        scene: The scene.
        anterior: Volume of the view from the front.
        posterior: Volume of the view from behind, or None.

    Raises:
        MissingInputError: A node was deleted.
    """
    nodes = PlanarNodes(anterior, posterior)
    for node in nodes:
        require_present(scene, node, "the scan")
    switch_layout(*LAYOUTS[len(list(nodes))])
    with all_or_nothing(scene):
        for node in nodes:
            if node.GetAttribute(PREFIX + "Scale") is None:
                show_counts(node, CountDisplay())
        for view, node in zip(VIEWS.values(), nodes, strict=False):
            fill_view(scene, view, node, None)
            _mark_sides(scene, view)


def _mark_sides(scene: Node, view: str) -> None:
    """Show which way the patient's right is: it changes between the views from front and behind."""
    for node in views_named(scene, "vtkMRMLSliceNode", view):
        node.SetOrientationMarkerType(node.OrientationMarkerTypeAxes)
        node.SetOrientationMarkerSize(node.OrientationMarkerSizeSmall)


def is_shown(scene: Node, scan: Node) -> bool:
    """Say whether a slice view shows a scan."""
    composites = of_class(scene, "vtkMRMLSliceCompositeNode")
    return any(one.GetBackgroundVolumeID() == scan.GetID() for one in composites)


def is_anterior(volume: Node) -> bool:
    """Say whether a volume is the anterior view of a scan that `add_planar` made."""
    return volume.GetAttribute(PREFIX + VIEW) == ANTERIOR


def overlay_planar(scene: Node, scan: Node, overlay: Node, opacity: float) -> None:
    """Lay a volume over a scan, with its legend, in the views that show the scan.

    Args:
        scene: The scene.
        scan: Volume of the scan.
        overlay: The volume over it, on the scan's grid.
        opacity: Of the overlay, 0 to 1.

    Raises:
        MissingInputError: A node was deleted.
    """
    require_present(scene, scan, "the scan")
    require_present(scene, overlay, "the overlay")
    with all_or_nothing(scene):
        for composite in of_class(scene, "vtkMRMLSliceCompositeNode"):
            if composite.GetBackgroundVolumeID() == scan.GetID():
                composite.SetForegroundVolumeID(overlay.GetID())
                composite.SetForegroundOpacity(opacity)
        set_legend_visible(overlay, True)


def _volume(maker: Maker, image: Image, name: str, side: str) -> Node:
    """Make the volume of one view; counts keep their type."""
    volume = maker.node("vtkMRMLScalarVolumeNode", name)
    volume.SetIJKToRASMatrix(as_vtk(image.ijk_to_ras))
    volume.SetAndObserveImageData(image_data(image.array[0]))
    volume.CreateDefaultDisplayNodes()
    maker.made.append(volume.GetDisplayNode())
    write_attributes(volume, {VIEW: side})
    return volume
