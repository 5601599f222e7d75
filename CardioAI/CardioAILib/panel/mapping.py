"""A feature map of nodes in the scene, for the panel and for scripts. No Qt here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from CardioAILib.mrml import InputNodes, image_from_node, mask_from_node
from CardioAILib.mrml.featuremaps import show_feature_map, show_feature_map_layers
from CardioAILib.mrml.layers import show_outlines
from CardioAILib.mrml.segmentstudies import segment_names
from CardioAILib.progress import Progress, silent
from CardioAILib.study import MYOCARDIUM
from CardioAILib.verbs.features.featuremap import map_feature
from CardioAILib.verbs.features.presets import Preset


def compute_map(
    scene: Any,
    nodes: InputNodes,
    feature: str,
    preset: Preset | Path | str = "fahmy2022",
    radius: int | None = None,
    *,
    structure: str | None = None,
    progress: Progress = silent,
) -> Any:
    """Map a feature over a structure and show it in the slice views.

    Called again for the same image, it changes the map that is there; the views stay where they
    are as long as they show it.

    Args:
        scene: The scene.
        nodes: Image and segmentation.
        feature: One of `radiomics.maps.map_features()`.
        preset: Preset, its name, or the path of its file.
        radius: Pixels from a window's center to its edge; None for the preset's.
        structure: What to cover; None for the segment of the nodes, or the myocardium.
        progress: Told the share done.

    Returns:
        The map's vtkMRMLScalarVolumeNode.

    Raises:
        CardioAIError: The nodes, the feature or the preset cannot be used; the scene is left as
            it was.
    """
    structure = structure or structure_of(nodes)
    image, read = image_from_node(nodes.image, nodes.frame)
    mask, masked = mask_from_node(nodes, structure)
    found = map_feature(image, mask, feature, preset, structure, radius, progress)
    # The frame is told twice, once by the image and once with its segmentation.
    findings = tuple(dict.fromkeys((*read, *masked, *found.findings)))
    volume = show_feature_map(scene, nodes.image, replace(found, findings=findings), nodes.frame)
    show_feature_map_layers(scene, nodes.image, volume)
    show_outlines(nodes.mask)
    return volume


def structure_of(nodes: InputNodes) -> str:
    """Return what a map of these nodes covers: their segment's structure, else the myocardium.

    Raises:
        CardioAIError: The segmentation does not have the segment.
    """
    if nodes.segment is None:
        return MYOCARDIUM
    (name,) = segment_names(nodes, [nodes.segment]).values()
    return name
