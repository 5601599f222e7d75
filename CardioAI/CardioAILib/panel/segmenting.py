"""The way to a segmentation: a tagged segment, and Segment Editor with our terminology."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import add_segment, load_terminology
from CardioAILib.mrml.making import place_beside
from CardioAILib.panel.bindings import Node


def start_segmentation(scene: Any, image: Node, structure: str) -> Node:
    """Make a segmentation of an image with an empty segment, coded as the structure.

    Args:
        scene: The scene.
        image: The volume that it is drawn on; its grid becomes the segmentation's.
        structure: What the segment is.

    Returns:
        The vtkMRMLSegmentationNode.
    """
    import slicer

    load_terminology(slicer.modules.terminologies.logic())
    name = scene.GenerateUniqueName(_("Segmentation of {structure}").format(structure=structure))
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    node.CreateDefaultDisplayNodes()
    node.SetReferenceImageGeometryParameterFromVolumeNode(image)
    add_segment(node, structure)
    place_beside(scene, [node], image)
    return node


def open_segment_editor(segmentation: Node, image: Node) -> None:
    """Open Segment Editor on a segmentation and the image that it is drawn on.

    Raises:
        RuntimeError: There is no main window.
    """
    import slicer.util

    slicer.util.selectModule("SegmentEditor")
    editor = slicer.modules.segmenteditor.widgetRepresentation().self().editor
    editor.setSegmentationNode(segmentation)
    editor.setSourceVolumeNode(image)
