"""Regions of the wall of one image of the scene: table, labels and bull's-eye. No Qt here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from CardioAILib.measurements import AUTO, By, Orientation
from CardioAILib.mrml.featurecolumns import unit_of
from CardioAILib.mrml.images import image_from_node
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.masks import mask_from_node
from CardioAILib.mrml.wall import WallNodes, show_wall
from CardioAILib.radiomics.ibsi.counterparts import counterpart
from CardioAILib.report.bullseye import bullseye_svg
from CardioAILib.results import Finding
from CardioAILib.verbs.features.presetfiles import find_preset
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.features.wall import FEATURES, WallFeatures
from CardioAILib.verbs.features.wallstudy import measure_regions
from CardioAILib.verbs.features.walltable import TITLES, UNITS, values_of
from CardioAILib.verbs.origin import versions


@dataclass(frozen=True, eq=False)
class Walled:
    """A measured wall in the scene.

    Args:
        nodes: Table and labelmap.
        measured: Regions and features; `bullseye_of` draws each of them.
        findings: What a reader should know of image, segmentation and regions.
    """

    nodes: WallNodes
    measured: WallFeatures
    findings: tuple[Finding, ...]


def measure_wall(
    scene: Any,
    nodes: InputNodes,
    features: Sequence[str] = FEATURES,
    preset: Preset | Path | str = "fahmy2022",
    by: By = "aha",
    orientation: Orientation = AUTO,
) -> Walled:
    """Divide the wall of an image, measure its regions, and show them in the scene.

    Args:
        scene: The scene.
        nodes: Image and segmentation; LV and RV cavity are found in it by terminology or name.
        features: Names of features of the original image; thickness is there always.
        preset: Preset, its name, or the path of its file.
        by: "aha", "layers" or "aha-layers".
        orientation: What is known beyond the segmentation.

    Raises:
        CardioAIError: Image, segmentation, preset or features cannot be used; the scene is left
            as it was.
    """
    chosen = preset if isinstance(preset, Preset) else find_preset(preset)
    image, taken = image_from_node(nodes.image, nodes.frame)
    mask, more = mask_from_node(nodes)
    measured = measure_regions(image, mask, features, chosen, by, orientation)
    # The frame is told twice, once by the image and once with its segmentation.
    findings = tuple(dict.fromkeys((*taken, *more, *measured.regions.findings)))
    about = {
        "Preset": chosen.name,
        "Settings": json.dumps(chosen.meaning, sort_keys=True),
        "Regions": by,
        "Orientation": json.dumps(asdict(orientation), sort_keys=True, default=float),
        "Findings": "; ".join(finding.message for finding in findings),
        "Versions": json.dumps(versions(), sort_keys=True),
        "Inputs": json.dumps({"image": image.digest, "mask": mask.digest}),
    }
    shown = show_wall(scene, nodes.image, measured, nodes.frame, attributes=about)
    return Walled(shown, measured, findings)


def bullseye_of(measured: WallFeatures, feature: str) -> str:
    """Draw one feature of a measured wall, or its thickness, as SVG.

    The title is the IBSI name where there is one, with the column's name below.

    Args:
        measured: Regions by "aha" or "aha-layers".
        feature: One of its features, "wall_thickness_mm" or "voxels".

    Raises:
        InputError: There is no such column, or the regions are layers alone.
    """
    values, own = values_of(measured, feature), counterpart(feature)
    title = TITLES.get(feature) or (own.ibsi_name if own else "") or feature
    return bullseye_svg(
        values,
        title,
        UNITS.get(feature, "") or unit_of(feature),
        subtitle=feature if title != feature else "",
        note=f"Preset {measured.preset}." if measured.preset else "",
    )
