"""Files go through slicer.util and come back with the same values at the same place."""

import numpy as np
import pytest
from CardioAILib.embedded import add_image, add_outlines
from helpers_embedded import embedded_scene, oblique, square_heart

slicer = pytest.importorskip("slicer", reason="slicer-core is not installed")


@pytest.fixture
def scene():
    return embedded_scene()


@pytest.fixture
def volume(scene):
    return add_image(square_heart()[0], "heart")


def matrix_of(node) -> np.ndarray:
    import vtk

    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    return slicer.util.arrayFromVTKMatrix(matrix)


@pytest.mark.parametrize("ending", [".nrrd", ".nii.gz", ".mha", ".nii"])
def test_volumes_come_back(volume, tmp_path, ending):
    path = tmp_path / f"stored heart{ending}"
    assert slicer.util.saveNode(volume, str(path))
    found = slicer.util.loadVolume(path)
    assert found.GetName() == "stored heart"
    assert np.array_equal(slicer.util.arrayFromVolume(found), slicer.util.arrayFromVolume(volume))
    assert matrix_of(found) == pytest.approx(oblique(), abs=1e-4)
    assert found.GetDisplayNode() is not None


def test_a_volume_takes_the_name_and_the_color_that_are_asked_for(volume, tmp_path):
    path = str(tmp_path / "a.nrrd")
    slicer.util.saveNode(volume, path)
    color = "vtkMRMLColorTableNodeFileInferno.txt"
    found = slicer.util.loadVolume(path, {"name": "mine", "colorNodeID": color})
    assert found.GetName() == "mine"
    assert found.GetDisplayNode().GetColorNodeID() == color


def test_label_volumes_come_back_as_such(scene, tmp_path):
    _, mask = square_heart()
    node = slicer.util.addVolumeFromArray(
        mask.array[0], mask.ijk_to_ras, "labels", "vtkMRMLLabelMapVolumeNode"
    )
    path = str(tmp_path / "labels.nrrd")
    slicer.util.saveNode(node, path)
    found = slicer.util.loadLabelVolume(path)
    assert found.IsA("vtkMRMLLabelMapVolumeNode")
    assert np.array_equal(slicer.util.arrayFromVolume(found), mask.array[0])


def test_folders_may_have_any_letters(volume, tmp_path):
    folder = tmp_path / "Käthe 心臓" / ("long " * 20)
    folder.mkdir(parents=True)
    path = folder / "ß.nrrd"
    assert slicer.util.saveNode(volume, str(path))
    found = slicer.util.loadVolume(path)
    assert np.array_equal(slicer.util.arrayFromVolume(found), slicer.util.arrayFromVolume(volume))


def test_segmentations_come_back_with_ids_and_pixels(volume, tmp_path):
    _, mask = square_heart()
    node = add_outlines(mask, volume, "outline", (0.2, 0.9, 0.8))
    path = tmp_path / "outline.seg.nrrd"
    assert slicer.util.saveNode(node, str(path))
    found = slicer.util.loadSegmentation(path)
    assert found.GetName() == "outline"
    assert found.GetSegmentation().GetSegmentIDs() == ("myocardium",)
    pixels = slicer.util.arrayFromSegmentBinaryLabelmap(found, "myocardium", volume)
    assert np.array_equal(pixels, mask.array[0])


def test_a_labelmap_file_can_be_read_as_a_segmentation(scene, volume, tmp_path):
    _, mask = square_heart()
    labels = slicer.util.addVolumeFromArray(
        mask.array[0], mask.ijk_to_ras, "labels", "vtkMRMLLabelMapVolumeNode"
    )
    path = str(tmp_path / "labels.nii.gz")
    slicer.util.saveNode(labels, path)
    found = slicer.util.loadSegmentation(path)
    (segment,) = found.GetSegmentation().GetSegmentIDs()
    pixels = slicer.util.arrayFromSegmentBinaryLabelmap(found, segment, volume)
    assert pixels.sum() == mask.array.sum()


def cine(scene, volume, frames: int = 3):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "cine")
    sequence.SetIndexName("time")
    sequence.SetIndexUnit("ms")
    sequence.SetIndexType(slicer.vtkMRMLSequenceNode.NumericIndex)
    for frame in range(frames):
        copy = slicer.vtkMRMLScalarVolumeNode()
        copy.CopyContent(volume)
        slicer.util.updateVolumeFromArray(copy, slicer.util.arrayFromVolume(volume) + frame)
        sequence.SetDataNodeAtValue(copy, str(frame * 40))
    return sequence


def test_sequences_come_back_frame_by_frame_and_are_shown(scene, volume, tmp_path):
    path = tmp_path / "cine.seq.nrrd"
    assert slicer.util.saveNode(cine(scene, volume), str(path))
    found = slicer.util.loadSequence(path)
    assert [found.GetNthIndexValue(i) for i in range(3)] == ["0", "40", "80"]
    for frame in range(3):
        pixels = slicer.util.arrayFromVolume(found.GetNthDataNode(frame))
        assert pixels[4, 12, 20] == 400 + frame
    (browser,) = slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode")
    assert browser.GetProxyNode(found).IsA("vtkMRMLScalarVolumeNode")


def test_a_sequence_need_not_be_shown(scene, volume, tmp_path):
    path = str(tmp_path / "cine.seq.nrrd")
    slicer.util.saveNode(cine(scene, volume), path)
    slicer.util.loadSequence(path, {"show": False})
    assert not slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode")


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_tables_come_back(scene, tmp_path, ending):
    node = scene.AddNewNodeByClass("vtkMRMLTableNode", "numbers")
    slicer.util.updateTableFromArray(node, [np.array([0.5, 1.25])], ["score"])
    path = tmp_path / f"numbers{ending}"
    assert slicer.util.saveNode(node, str(path))
    found = slicer.util.dataframeFromTable(slicer.util.loadTable(path))
    assert found["score"].tolist() == [0.5, 1.25]


def test_texts_and_transforms_come_back(scene, tmp_path):
    text = scene.AddNewNodeByClass("vtkMRMLTextNode", "note")
    text.SetText("Research use only")
    assert slicer.util.saveNode(text, str(tmp_path / "note.txt"))
    assert slicer.util.loadText(str(tmp_path / "note.txt")).GetText() == "Research use only"
    moved = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "moved")
    slicer.util.updateTransformMatrixFromArray(moved, oblique())
    assert slicer.util.saveNode(moved, str(tmp_path / "moved.h5"))
    found = slicer.util.loadTransform(str(tmp_path / "moved.h5"))
    assert slicer.util.arrayFromTransformMatrix(found) == pytest.approx(oblique(), abs=1e-9)


def fill(scene, volume) -> None:
    """A scene with one of each that a user of the extension would store."""
    add_outlines(square_heart()[1], volume, "outline", (0.2, 0.9, 0.8))
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", "numbers")
    slicer.util.updateTableFromArray(table, [np.array([0.5])], ["score"])
    slicer.modules.colors.logic().AddDefaultColorLegendDisplayNode(volume)
    volume.GetScalarVolumeDisplayNode().AutoWindowLevelOff()
    volume.GetScalarVolumeDisplayNode().SetWindowLevelMinMax(3, 33)


def check_filled() -> None:
    image, mask = square_heart()
    volume, outline = slicer.util.getNode("heart"), slicer.util.getNode("outline")
    assert np.array_equal(slicer.util.arrayFromVolume(volume), image.array[0])
    assert matrix_of(volume) == pytest.approx(oblique(), abs=1e-6)
    assert volume.GetScalarVolumeDisplayNode().GetWindowLevelMax() == pytest.approx(33)
    pixels = slicer.util.arrayFromSegmentBinaryLabelmap(outline, "myocardium", volume)
    assert np.array_equal(pixels, mask.array[0])
    assert slicer.util.arrayFromTableColumn(slicer.util.getNode("numbers"), "score")[0] == 0.5
    assert slicer.util.getNodesByClass("vtkMRMLColorLegendDisplayNode")


def test_a_scene_comes_back_from_a_bundle(scene, volume, tmp_path):
    fill(scene, volume)
    path = tmp_path / "my scene.mrb"
    assert slicer.util.saveScene(str(path))
    scene.Clear(0)
    slicer.util.loadScene(path)
    check_filled()


def test_a_scene_comes_back_from_a_folder(scene, volume, tmp_path):
    fill(scene, volume)
    assert slicer.util.saveScene(str(tmp_path / "scene"))
    (listing,) = (tmp_path / "scene").glob("*.mrml")
    scene.Clear(0)
    slicer.util.loadScene(listing)
    check_filled()


def test_a_bundle_is_added_to_the_scene_or_replaces_it(scene, volume, tmp_path):
    path = str(tmp_path / "scene.mrb")
    slicer.util.saveScene(path)
    slicer.util.loadScene(path, {"clear": False})
    assert len(slicer.util.getNodes("heart*", useLists=True)["heart"]) == 2
    slicer.util.loadScene(path, {"clear": True})
    assert len(slicer.util.getNodes("heart*", useLists=True)["heart"]) == 1


@pytest.mark.parametrize("load", ["loadVolume", "loadSegmentation", "loadTable", "loadScene"])
def test_a_missing_file_is_named(scene, tmp_path, load):
    before = scene.GetNumberOfNodes()
    with pytest.raises(RuntimeError, match=r"nowhere\.nrrd does not exist"):
        getattr(slicer.util, load)(tmp_path / "nowhere.nrrd")
    assert scene.GetNumberOfNodes() == before


def test_a_kind_without_a_reader_is_named(scene, tmp_path):
    (tmp_path / "a.stl").write_text("solid")
    with pytest.raises(RuntimeError, match=r"no reader for .*a\.stl"):
        slicer.util.loadModel(tmp_path / "a.stl")


def test_an_unwritable_place_is_a_failure_and_no_crash(volume, tmp_path):
    (tmp_path / "file").write_text("")
    assert not slicer.util.saveNode(volume, str(tmp_path / "file" / "heart.nrrd"))
    assert not slicer.app.coreIOManager().saveNodes(
        "VolumeFile", {"nodeID": "none", "fileName": str(tmp_path / "a.nrrd")}
    )
