"""A simulated study of late enhancement in three views, made on the spot, with its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.mrml import InputNodes, add_segment
from CardioAILib.mrml.geometry import as_vtk
from CardioAILib.mrml.making import Maker, all_or_nothing, hierarchy_of
from CardioAILib.mrml.threeviews import show_images
from CardioAILib.study import Fact, Image, Mask, Role
from CardioAILib.system import System

TITLE = "CardioAI simulated late enhancement"
ICON = "CardioAISimulatedEnhancement.png"
SUBJECT = "CardioAI simulated"
SEED = 2020
SOURCE = "simulated"
"""Source of the findings of the simulated reader."""
MODALITY, KIND = "MR", "LGE"


@dataclass(frozen=True, eq=False)
class LgeSample:
    """The nodes of the sample.

    Args:
        nodes: Volume and segmentation of each view, by its name.
        facts: What the simulated table says of the patient.
    """

    nodes: Mapping[str, InputNodes]
    facts: Mapping[str, Fact]


def reads_enhancement(system: System) -> bool:
    """Say whether all images of a system are late enhancement."""
    return all(needed.image.kind == KIND for needed in system.inputs.values())


def load_enhancement(scene: Any, diagnosis: str = "amyloidosis") -> LgeSample:
    """Simulate a patient, put the three views into a scene, and show them.

    Args:
        scene: The scene.
        diagnosis: One of `phantoms.lgepatient.DIAGNOSES`.
    """
    # Drawing needs scipy, which Slicer's start does not wait for.
    from CardioAILib.phantoms import LGE_VIEWS, lge_cohort

    study = lge_cohort(1, seed=SEED, diagnoses=(diagnosis,), clear=True).studies[0]
    with all_or_nothing(scene) as maker:
        nodes = {}
        for view in LGE_VIEWS:
            image = study.images[Role(MODALITY, KIND, view)]
            mask = study.images[Role(MODALITY, "mask", view, KIND)]
            nodes[view] = _make(maker, view, image, mask)
        _file(scene, [node for own in nodes.values() for node in (own.image, own.mask)])
    show_images(scene, {view: own.image for view, own in nodes.items()})
    return LgeSample(nodes, study.facts)


def download(source: Any = None) -> list[Any]:
    """Load the sample and show it; what a click in Sample Data calls, with its entry."""
    import slicer

    nodes = load_enhancement(slicer.mrmlScene).nodes.values()
    return [node for own in nodes for node in (own.image, own.mask)]


def _make(maker: Maker, view: str, image: Image, mask: Mask) -> InputNodes:
    """Make volume and segmentation of a view, as a reader of Slicer would."""
    from slicer.util import updateSegmentBinaryLabelmapFromArray, updateVolumeFromArray

    turned, matrix = right_handed(image)
    volume = maker.node("vtkMRMLScalarVolumeNode", f"{TITLE}: {view}")
    volume.SetIJKToRASMatrix(as_vtk(matrix))
    # Scanners store whole numbers.
    updateVolumeFromArray(volume, image.array[0, turned].round().astype(np.int16))
    maker.made.append(volume.GetDisplayNode())
    node = maker.node("vtkMRMLSegmentationNode", f"{TITLE}: {view} segmentation")
    node.CreateDefaultDisplayNodes()
    maker.made.append(node.GetDisplayNode())
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    for structure in mask.labels:
        pixels = mask.of(structure)[0, turned].astype(np.uint8)
        if pixels.any():
            segment = add_segment(node, structure)
            updateSegmentBinaryLabelmapFromArray(pixels, node, segment, volume)
    node.GetDisplayNode().SetVisibility2DFill(False)
    return InputNodes(volume, node)


def right_handed(image: Image) -> tuple[slice, np.ndarray]:
    """Return the order of slices, and the matrix (4, 4), that Slicer would read an image with."""
    if np.linalg.det(image.ijk_to_ras[:3, :3]) > 0:
        return slice(None), image.ijk_to_ras
    turned = np.eye(4)
    turned[2, 2:] = -1, image.array.shape[1] - 1
    return slice(None, None, -1), image.ijk_to_ras @ turned


def _file(scene: Any, nodes: list[Any]) -> None:
    """Put nodes under a study of their own, so that results come to lie beside them."""
    hierarchy = hierarchy_of(scene)
    top = hierarchy.GetSceneItemID()
    subject = hierarchy.GetItemChildWithName(top, SUBJECT)
    study = hierarchy.CreateStudyItem(subject or hierarchy.CreateSubjectItem(top, SUBJECT), TITLE)
    for node in nodes:
        hierarchy.CreateItem(study, node)
