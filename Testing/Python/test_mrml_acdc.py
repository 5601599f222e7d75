"""A real heart through the scene: the same voxels at the same places as through files."""

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.io import read_image, read_mask
from CardioAILib.mrml import InputNodes, study_from_nodes
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, same_grid
from CardioAILib.systems import FAHMY_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

LABELS = {RV_CAVITY: 1, MYOCARDIUM: 2, LV_CAVITY: 3}


@pytest.fixture(scope="module")
def files(acdc):
    image = min(acdc.glob("training/patient023/*_frame09.nii.gz"), default=None)
    if image is None:
        pytest.skip("this ACDC patient is not there")
    return image, image.with_name(image.name.replace(".nii.gz", "_gt.nii.gz"))


def name_labels(scene, labelmap) -> None:
    """Give a labelmap a color table that names ACDC's labels."""
    colors = scene.AddNewNodeByClass("vtkMRMLColorTableNode", "acdc")
    colors.SetTypeToUser()
    colors.SetNumberOfColors(4)
    names = {value: structure for structure, value in LABELS.items()}
    for value in range(4):
        colors.SetColor(value, names.get(value, "background"), 0.5, 0.5, 0.5, 1.0)
    labelmap.GetDisplayNode().SetAndObserveColorNodeID(colors.GetID())


@pytest.mark.parametrize("kind", ["labelmap", "segmentation"])
def test_a_real_patient_reads_alike_from_the_scene_and_from_files(files, kind):
    import slicer

    scene = made.fresh_scene()
    cine = slicer.util.loadVolume(str(files[0]))
    mask = slicer.util.loadLabelVolume(str(files[1]))
    name_labels(scene, mask)
    if kind == "segmentation":
        labelmap, mask = mask, scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "heart")
        logic = slicer.modules.segmentations.logic()
        assert logic.ImportLabelmapToSegmentationNode(labelmap, mask)
    study, findings = study_from_nodes(FAHMY_2022, {"ES": InputNodes(cine, mask)})
    needed = FAHMY_2022.inputs["ES"]
    image, truth = read_image(files[0]), read_mask(files[1], LABELS)
    assert same_grid(study.images[needed.image], image)
    assert np.array_equal(study.images[needed.image].array, image.array)
    for structure in LABELS:
        assert np.array_equal(study.images[needed.mask].of(structure), truth.of(structure))
        assert truth.of(structure).any()
    assert not findings
