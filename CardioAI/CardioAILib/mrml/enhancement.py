"""Late enhancement becomes two tables, and a segment over its image."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.measurements import LGE_DEFINITIONS
from CardioAILib.measurements.lge import SUGGESTION, LateEnhancement, SegmentReading
from CardioAILib.mrml.frames import Frame, image_frame
from CardioAILib.mrml.geometry import as_vtk, image_data, volume_to_local
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import (
    Maker,
    all_or_nothing,
    place_beside,
    require_present,
    write_attributes,
)
from CardioAILib.mrml.segments import BINARY
from CardioAILib.mrml.tables import new_table
from CardioAILib.results import RESEARCH_ONLY

COLOR = (0.98, 0.85, 0.2)
FILLED = 0.4
"""Opacity of the segment, so that the image is seen through it."""


@dataclass(frozen=True, eq=False)
class EnhancementNodes:
    """The nodes that show late enhancement.

    Args:
        table: A row a value.
        segments: A row a segment, with extent and suggested pattern; None where they are unknown.
        enhanced: Segmentation with the enhanced pixels.
    """

    table: Node
    segments: Node | None
    enhanced: Node


def show_enhancement(
    scene: Node,
    image_node: Node,
    found: LateEnhancement,
    frame: int | None = None,
    *,
    attributes: Mapping[str, str] | None = None,
) -> EnhancementNodes:
    """Make the nodes of measured late enhancement: all of them, or none.

    Args:
        scene: The scene.
        image_node: The volume that was measured.
        found: What was measured.
        frame: Index in a sequence; None for the frame shown.
        attributes: Further provenance for the nodes.

    Raises:
        MissingInputError: The image was deleted.
    """
    require_present(scene, image_node, "the image")
    place = image_frame(image_node, frame, "the image")
    told = _attributes(found) | dict(attributes or {})
    with all_or_nothing(scene) as maker:
        table = new_table(maker, "late enhancement", _columns(found.values))
        segments = _segments_table(maker, found.segments)
        enhanced = _segmentation(maker, found, place)
        made = [node for node in (table, segments, enhanced) if node is not None]
        for node in made:
            write_attributes(node, told | {"Role": "late enhancement"})
        place_beside(scene, made, place.placed)
    return EnhancementNodes(table, segments, enhanced)


def _columns(values: Mapping[str, float]) -> dict[str, Sequence[Any]]:
    return {
        "measurement": [one.name for one in LGE_DEFINITIONS],
        "value": [float(values[one.name]) for one in LGE_DEFINITIONS],
        "unit": [one.unit for one in LGE_DEFINITIONS],
        "definition": [one.meaning for one in LGE_DEFINITIONS],
        "source": [one.source for one in LGE_DEFINITIONS],
    }


def _segments_table(maker: Maker, read: Sequence[SegmentReading]) -> Node | None:
    if not read:
        return None
    columns: dict[str, Sequence[Any]] = {
        "segment": [float(one.segment) for one in read],
        "name": [one.name for one in read],
        "extent_percent": [one.percent for one in read],
        "pattern_suggestion": [one.pattern for one in read],
    }
    for index, layer in enumerate(("endo", "mid", "epi")):
        columns[f"{layer}_percent"] = [_percent(one.layers[index]) for one in read]
    return new_table(maker, "late enhancement by segment", columns)


def _percent(share: float) -> float:
    return 100 * share if math.isfinite(share) else math.nan


def _segmentation(maker: Maker, found: LateEnhancement, place: Frame) -> Node:
    """Make a segmentation with the enhanced pixels, which may be none."""
    import slicer

    node = maker.node("vtkMRMLSegmentationNode", "late enhancement, enhanced")
    node.CreateDefaultDisplayNodes()
    maker.made.append(node.GetDisplayNode())
    labelmap, segment = slicer.vtkOrientedImageData(), slicer.vtkSegment()
    labelmap.DeepCopy(image_data(found.enhanced.astype(np.uint8)))
    labelmap.SetGeometryFromImageToWorldMatrix(as_vtk(volume_to_local(place.node)))
    # A name that no structure has: what is enhanced need not be an infarct.
    segment.SetName("enhanced region")
    segment.SetColor(*COLOR)
    segment.AddRepresentation(BINARY, labelmap)
    node.GetSegmentation().AddSegment(segment, "enhanced")
    node.SetAndObserveTransformNodeID(place.placed.GetTransformNodeID())
    node.SetReferenceImageGeometryParameterFromVolumeNode(place.placed)
    node.GetDisplayNode().SetOpacity2DFill(FILLED)
    return node


def _attributes(found: LateEnhancement) -> dict[str, str]:
    return {
        "Enhanced": found.above,
        "Reference": found.reference.told(),
        "Suggestion": found.suggestion or SUGGESTION,
        "Findings": "; ".join(one.message for one in (*found.findings, *found.of_segments)),
        "Note": RESEARCH_ONLY,
    }
