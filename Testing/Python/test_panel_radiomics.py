"""The section Radiomics: tables, curves over the cycle, maps, and the wall.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene and panel are real.
"""

import csv
import json

import numpy as np
import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")
pytest.importorskip("numba", reason="without numba maps are slow")

from CardioAILib.embedded import install_stand_ins
from CardioAILib.errors import CardioAIError
from CardioAILib.measurements import Orientation

install_stand_ins()

import helpers_scene as made  # noqa: E402
import slicer  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.mrml.geometry import pixels  # noqa: E402
from CardioAILib.mrml.layers import overlaid  # noqa: E402
from CardioAILib.mrml.making import all_or_nothing  # noqa: E402
from CardioAILib.panel import dialogs, presetchooser, samples, wallsection  # noqa: E402
from CardioAILib.phantoms import SMALL, hcm_cine  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY  # noqa: E402
from CardioAILib.worker import read_job, run_job  # noqa: E402
from helpers_wall import ventricle  # noqa: E402
from PySide6.QtCore import Qt  # noqa: E402
from qt_standins.opened import FakeLaunch, add_heart, heart  # noqa: E402


def finish(launch: FakeLaunch) -> None:
    """Do the job here, as the worker would there, and say so."""
    run_job(launch.folder)
    launch.end("done")


def choose(ui, shown) -> None:
    ui.radiomicsImageSelector.setCurrentNode(shown.volume)
    ui.radiomicsMaskSelector.setCurrentNode(shown.segmentation)


def check(ui, *names: str) -> None:
    """Check these segments and no others, as clicks would."""
    listed = ui.radiomicsSegmentsList
    for row in range(listed.count):
        wanted = listed.item(row).text() in names
        listed.item(row).setCheckState(Qt.Checked if wanted else Qt.Unchecked)


def checked(ui) -> list[str]:
    items = [ui.radiomicsSegmentsList.item(row) for row in range(ui.radiomicsSegmentsList.count)]
    return [item.text() for item in items if item.checkState() == Qt.Checked]


def pick(selector, value: str) -> None:
    assert selector.findData(value) >= 0, value
    selector.currentIndex = selector.findData(value)


def column(table, name: str) -> list[str]:
    names = [table.GetColumnName(index) for index in range(table.GetNumberOfColumns())]
    return [table.GetCellText(row, names.index(name)) for row in range(table.GetNumberOfRows())]


def whole_heart(scene):
    """A heart whose cavities are segmented too."""
    mask = heart()[1]
    parts = {name: mask.of(name)[0] for name in (MYOCARDIUM, LV_CAVITY, RV_CAVITY)}
    return add_heart(scene, **parts)


def small_cine(scene, frames: int = 6):
    """A cine of a few frames with its segmentations, as Sample Data makes them."""
    cine = hcm_cine(1, samples.SEED, effect=8.0, size=SMALL, frames=frames)
    with all_or_nothing(scene) as maker:
        return samples._make(maker, samples.SAMPLES["scar"], cine)


# Inputs


def test_the_structure_is_checked_at_first(ui, scene):
    choose(ui, whole_heart(scene))
    assert checked(ui) == [MYOCARDIUM]
    assert ui.radiomicsButton.enabled


def test_nothing_is_checked_where_it_is_open_which_segment_is_meant(ui, scene):
    choose(ui, add_heart(scene, Myocardium=True, LV_myo=True))
    assert checked(ui) == []
    assert not ui.radiomicsButton.enabled
    assert not ui.wallButton.enabled
    assert "that is the myocardium" in ui.wallButton.toolTip
    check(ui, "LV_myo")
    assert ui.radiomicsButton.enabled
    assert ui.wallButton.enabled


def test_segments_checked_in_one_segmentation_are_not_taken_for_another(ui, scene):
    first, second = (add_heart(scene, Segment_1=True, Segment_2=True) for _ in range(2))
    choose(ui, first)
    check(ui, "Segment_2")
    choose(ui, second)
    assert checked(ui) == []
    choose(ui, first)
    assert checked(ui) == ["Segment_2"]


def test_a_segment_that_is_renamed_or_added_appears_in_the_list(panel, ui, scene):
    shown = whole_heart(scene)
    choose(ui, shown)
    shown.segmentation.GetSegmentation().GetSegment(LV_CAVITY).SetName("blood")
    panel.exit()
    panel.enter()
    listed = [ui.radiomicsSegmentsList.item(row).text() for row in range(3)]
    assert listed == [MYOCARDIUM, "blood", RV_CAVITY]
    assert checked(ui) == [MYOCARDIUM]


def test_settings_of_a_pyradiomics_file_are_listed_and_taken(panel, ui, scene, launch, tmp_path):
    file = tmp_path / "texture.yaml"
    file.write_text("featureClass:\n  glcm:\nsetting:\n  binCount: 16\n  force2D: true\n")
    choose(ui, add_heart(scene))
    before = ui.radiomicsPresetSelector.count
    measured(panel).load_preset(str(file))
    assert ui.radiomicsPresetSelector.count == before + 1
    assert ui.radiomicsPresetSelector.currentText == "texture.yaml"
    ui.radiomicsButton.click()
    assert read_job(launch.folder).setting("preset") == str(file)
    finish(launch)
    table = scene.GetFirstNodeByClass("vtkMRMLTableNode")
    assert float(column(table, "original_glcm_Contrast")[0]) > 0
    assert table.GetColumnIndex("original_glrlm_RunEntropy") < 0


def test_a_file_with_an_unknown_key_is_refused_by_name(panel, ui, monkeypatch, tmp_path):
    file = tmp_path / "wrong.json"
    file.write_text('{"setting": {"binWidht": 25}}')
    monkeypatch.setattr(presetchooser, "ask_for_preset", lambda: str(file))
    ui.radiomicsLoadButton.click()
    assert "binWidht" in ui.statusLabel.text
    assert "#d0392f" in ui.statusLabel.styleSheet
    assert ui.radiomicsPresetSelector.currentText == "fahmy2022"


def test_settings_are_saved_as_json_and_loaded_again(panel, ui, monkeypatch, tmp_path):
    pick(ui.radiomicsPresetSelector, "fahmy2022_paper")
    monkeypatch.setattr(presetchooser, "ask_where", lambda *_: str(tmp_path / "mine"))
    ui.radiomicsSaveButton.click()
    saved = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert saved["name"] == "fahmy2022_paper"
    assert saved["note"] == RESEARCH_ONLY
    measured(panel).load_preset(str(tmp_path / "mine.json"))
    assert ui.radiomicsPresetSelector.currentText == "mine.json"


def test_no_answer_to_the_question_for_a_file_changes_nothing(ui, monkeypatch):
    monkeypatch.setattr(presetchooser, "ask_for_preset", lambda: "")
    monkeypatch.setattr(presetchooser, "ask_where", lambda *_: "")
    ui.radiomicsLoadButton.click()
    ui.radiomicsSaveButton.click()
    assert ui.radiomicsPresetSelector.currentText == "fahmy2022"
    assert ui.progressFrame.isHidden()


def test_an_answer_is_a_path_in_each_binding_of_qt():
    assert dialogs.chosen("/a/b.json") == "/a/b.json"
    assert dialogs.chosen(("/a/b.json", "Settings (*.json)")) == "/a/b.json"


def test_choices_come_back_with_a_saved_scene(ui, scene, tmp_path):
    choose(ui, whole_heart(scene))
    check(ui, MYOCARDIUM, RV_CAVITY)
    pick(ui.radiomicsPresetSelector, "fahmy2022_released")
    pick(ui.mapImageTypeSelector, "wavelet-LH")
    pick(ui.mapFeatureSelector, "glrlm_RunEntropy")
    ui.mapRadiusSpinBox.value = 3
    pick(ui.wallBySelector, "aha-layers")
    pick(ui.wallFeatureSelector, "original_firstorder_Entropy")
    file = str(tmp_path / "saved.mrb")
    assert slicer.util.saveScene(file)
    scene.Clear(False)
    assert ui.radiomicsPresetSelector.currentText == "fahmy2022"
    assert ui.radiomicsSegmentsList.count == 0
    pick(ui.mapImageTypeSelector, "original")
    slicer.util.loadScene(file)
    assert checked(ui) == [MYOCARDIUM, RV_CAVITY]
    assert ui.radiomicsPresetSelector.currentText == "fahmy2022_released"
    assert ui.mapImageTypeSelector.currentText == "wavelet-LH"
    assert ui.mapFeatureSelector.currentText == "glrlm: RunEntropy"
    assert ui.mapRadiusSpinBox.value == 3
    assert ui.wallBySelector.itemData(ui.wallBySelector.currentIndex) == "aha-layers"


# Tables


def test_radiomics_needs_no_model_and_gives_a_table_and_a_file(ui, scene, launch, tmp_path):
    ui.modelFolderEdit.currentPath = str(tmp_path / "no model")
    assert not ui.radiomicsButton.enabled
    choose(ui, add_heart(scene))
    ui.radiomicsFileEdit.currentPath = str(tmp_path / "features.csv")
    pick(ui.radiomicsPresetSelector, "fahmy2022_paper")
    ui.radiomicsButton.click()
    job = read_job(launch.folder)
    assert job.setting("preset") == "fahmy2022_paper"
    assert ui.progressFrame.parent() is ui.radiomicsSlot
    finish(launch)
    table = scene.GetFirstNodeByClass("vtkMRMLTableNode")
    assert table.GetName() in ui.statusLabel.text
    assert "Research use only" in ui.statusLabel.text
    with (tmp_path / "features.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert table.GetNumberOfRows() == len(rows) - 1
    assert sum("_" in name and not name.startswith("diagnostics") for name in rows[0]) >= 944
    assert ui.featureCurveSelector.isHidden()


def test_several_segments_are_measured_at_once(ui, scene, launch):
    choose(ui, whole_heart(scene))
    check(ui, MYOCARDIUM, LV_CAVITY)
    ui.radiomicsButton.click()
    finish(launch)
    table = scene.GetFirstNodeByClass("vtkMRMLTableNode")
    assert set(column(table, "structure")) == {MYOCARDIUM, LV_CAVITY}


def test_a_segment_without_voxels_is_said(ui, scene, launch):
    empty = np.zeros_like(heart()[1].of(MYOCARDIUM)[0])
    choose(ui, add_heart(scene, myocardium=empty))
    ui.radiomicsButton.click()
    assert "empty" in ui.statusLabel.text
    assert "#d0392f" in ui.statusLabel.styleSheet
    assert not launch.calls


def test_frames_are_offered_where_image_and_segmentation_have_them(ui, scene):
    choose(ui, add_heart(scene))
    assert not ui.radiomicsFramesCheckBox.enabled
    choose(ui, small_cine(scene))
    assert ui.radiomicsFramesCheckBox.enabled


def test_all_frames_become_a_chart_that_follows_the_chosen_feature(
    panel, ui, scene, launch, tmp_path
):
    choose(ui, small_cine(scene))
    ui.radiomicsFramesCheckBox.checked = True
    ui.radiomicsButton.click()
    assert read_job(launch.folder).setting("frames") == "all"
    finish(launch)
    chart = scene.GetFirstNodeByClass("vtkMRMLPlotChartNode")
    assert chart.GetYAxisTitle() == "original_firstorder_Mean"
    assert chart.GetXAxisTitle() == "time (ms)"
    assert not ui.featureCurveSelector.isHidden()
    pick(ui.featureCurveSelector, "original_glcm_Contrast")
    assert chart.GetYAxisTitle() == "original_glcm_Contrast"
    assert "research use only" in chart.GetTitle()
    assert scene.GetNumberOfNodesByClass("vtkMRMLPlotChartNode") == 1
    panel.exit()
    panel.enter()
    assert ui.featureCurveSelector.currentText == "original_glcm_Contrast"
    file = str(tmp_path / "saved.mrb")
    assert slicer.util.saveScene(file)
    scene.Clear(False)
    assert ui.featureCurveSelector.isHidden()
    slicer.util.loadScene(file)
    assert not ui.featureCurveSelector.isHidden()
    assert ui.featureCurveSelector.count > 900


# Maps


def measured(panel):
    """The part of the panel that the whole section shares."""
    return next(one for one in panel.board._sections if type(one).__name__ == "RadiomicsInputs")


def maps_of(scene) -> list:
    nodes = scene.GetNodesByClass("vtkMRMLScalarVolumeNode")
    every = [nodes.GetItemAsObject(index) for index in range(nodes.GetNumberOfItems())]
    return [node for node in every if node.GetAttribute("CardioAI.Role") == "feature map"]


@pytest.fixture
def view(scene):
    """What a slice view shows."""
    return scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")


def test_a_map_is_laid_over_the_slices_and_hidden_again(ui, scene, view):
    shown = add_heart(scene)
    choose(ui, shown)
    assert ui.mapButton.text == "Show map"
    ui.mapButton.click()
    (volume,) = maps_of(scene)
    assert overlaid(scene, volume)
    assert not shown.segmentation.GetDisplayNode().GetVisibility2DFill()
    assert view.GetBackgroundVolumeID() == shown.volume.GetID()
    assert volume.GetAttribute("CardioAI.Feature") == "original_glcm_Contrast"
    assert "original_glcm_Contrast is shown. Research use only." in ui.statusLabel.text
    assert ui.progressFrame.parent() is ui.mapSlot
    assert ui.mapButton.text == "Hide map"
    ui.mapButton.click()
    assert not overlaid(scene, volume)
    assert ui.mapButton.text == "Show map"
    assert scene.IsNodePresent(volume)


def test_a_shown_map_follows_feature_image_type_and_radius(ui, scene, view):
    choose(ui, add_heart(scene))
    ui.mapButton.click()
    (volume,) = maps_of(scene)
    seen = [pixels(volume.GetImageData()).copy()]
    for act in (
        lambda: pick(ui.mapFeatureSelector, "firstorder_Mean"),
        lambda: pick(ui.mapImageTypeSelector, "wavelet-LL"),
        lambda: setattr(ui.mapRadiusSpinBox, "value", 2),
    ):
        act()
        assert maps_of(scene) == [volume]
        now = pixels(volume.GetImageData()).copy()
        assert not np.array_equal(now, seen[-1])
        seen.append(now)
    assert volume.GetAttribute("CardioAI.Feature") == "wavelet-LL_firstorder_Mean"
    assert volume.GetAttribute("CardioAI.Radius") == "2"


def test_a_hidden_map_follows_nothing(ui, scene, view):
    choose(ui, add_heart(scene))
    ui.mapButton.click()
    ui.mapButton.click()
    pick(ui.mapFeatureSelector, "firstorder_Mean")
    (volume,) = maps_of(scene)
    assert volume.GetAttribute("CardioAI.Feature") == "original_glcm_Contrast"


def test_every_feature_with_a_map_is_offered(ui):
    offered = ui.mapFeatureSelector
    assert ui.mapImageTypeSelector.count == 10
    assert offered.count == 93
    assert not any("shape" in offered.itemText(index) for index in range(offered.count))


def test_a_map_covers_the_one_checked_segment(ui, scene, view):
    choose(ui, whole_heart(scene))
    check(ui, MYOCARDIUM, LV_CAVITY)
    assert not ui.mapButton.enabled
    assert "one segment" in ui.mapButton.toolTip
    check(ui, LV_CAVITY)
    ui.mapButton.click()
    (volume,) = maps_of(scene)
    assert volume.GetAttribute("CardioAI.Structure") == LV_CAVITY
    check(ui, MYOCARDIUM)
    assert volume.GetAttribute("CardioAI.Structure") == MYOCARDIUM
    pick(ui.radiomicsPresetSelector, "fahmy2022_paper")
    assert volume.GetAttribute("CardioAI.Preset") == "fahmy2022_paper"


def test_a_radius_that_no_slice_bears_is_said_and_leaves_the_map(ui, scene, view):
    choose(ui, add_heart(scene, myocardium=tiny_region()))
    ui.mapButton.click()
    (volume,) = maps_of(scene)
    ui.mapRadiusSpinBox.value = 9
    assert "smaller radius" in ui.statusLabel.text
    assert volume.GetAttribute("CardioAI.Radius") == "1"


def tiny_region() -> np.ndarray:
    array = np.zeros(heart()[0].array[0].shape, bool)
    array[1, 40:46, 40:47] = True
    return array


def test_settings_without_maps_are_said(ui, scene, view):
    choose(ui, add_heart(scene))
    pick(ui.radiomicsPresetSelector, "ibsi")
    ui.mapButton.click()
    assert "choose fahmy2022, or a parameter file of pyradiomics" in ui.statusLabel.text
    assert not maps_of(scene)


def test_a_map_that_was_deleted_is_made_again(ui, scene, view):
    choose(ui, add_heart(scene))
    ui.mapButton.click()
    scene.RemoveNode(maps_of(scene)[0])
    assert ui.mapButton.text == "Show map"
    ui.mapButton.click()
    assert len(maps_of(scene)) == 1


# The wall


@pytest.fixture
def walled(ui, scene):
    """A ventricle with its cavities, chosen."""
    one = ventricle()
    volume = made.volume(scene, (100 + 200 * one.depth.clip(0, 1)).astype("f4"), one.matrix)
    parts = {MYOCARDIUM: one.wall, LV_CAVITY: one.cavity, RV_CAVITY: one.rv}
    ui.radiomicsImageSelector.setCurrentNode(volume)
    ui.radiomicsMaskSelector.setCurrentNode(made.segmentation(scene, one.matrix, **parts))
    return volume


def colors_of(pixmap) -> int:
    """How many colors a picture has, seen coarsely."""
    image = pixmap.toImage()
    spots = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7))
    return len({image.pixelColor(x, y).name() for x, y in spots})


def test_the_wall_becomes_a_table_labels_and_a_bulls_eye(ui, scene, view, walled):
    ui.wallButton.click()
    assert "Research use only" in ui.statusLabel.text
    assert ui.progressFrame.parent() is ui.wallSlot
    table = scene.GetFirstNodeByClass("vtkMRMLTableNode")
    assert table.GetNumberOfRows() == 17
    assert (
        view.GetForegroundVolumeID()
        == scene.GetFirstNodeByClass("vtkMRMLLabelMapVolumeNode").GetID()
    )
    assert not ui.bullseyeLabel.isHidden()
    assert colors_of(ui.bullseyeLabel.pixmap) > 10


def test_the_bulls_eye_follows_the_chosen_feature(ui, walled):
    ui.wallButton.click()
    before = ui.bullseyeLabel.pixmap.toImage()
    pick(ui.wallFeatureSelector, "original_firstorder_Mean")
    assert ui.bullseyeLabel.pixmap.toImage() != before


def test_the_bulls_eye_is_saved_as_a_picture(ui, walled, monkeypatch, tmp_path):
    ui.wallButton.click()
    monkeypatch.setattr(wallsection, "ask_where", lambda *_: str(tmp_path / "mein Bild"))
    ui.bullseyeButton.click()
    svg = (tmp_path / "mein Bild.svg").read_text(encoding="utf-8")
    assert RESEARCH_ONLY in svg
    assert "thickness" in svg


def test_labels_of_the_wall_take_the_place_of_a_map(ui, scene, view, walled):
    ui.mapButton.click()
    assert ui.mapButton.text == "Hide map"
    ui.wallButton.click()
    assert ui.mapButton.text == "Show map"


def test_layers_alone_have_a_table_and_no_bulls_eye(ui, scene, walled):
    ui.wallButton.click()
    pick(ui.wallBySelector, "layers")
    ui.wallButton.click()
    assert ui.bullseyeLabel.isHidden()
    assert ui.bullseyeButton.isHidden()
    rows = [node.GetNumberOfRows() for node in slicer.util.getNodesByClass("vtkMRMLTableNode")]
    assert sorted(rows) == [3, 17]


def test_a_wall_whose_septum_cannot_be_told_is_said(ui, scene):
    choose(ui, add_heart(scene))
    ui.wallButton.click()
    assert "To fix:" in ui.statusLabel.text
    assert "#d0392f" in ui.statusLabel.styleSheet
    assert ui.bullseyeLabel.isHidden()


def test_a_closed_scene_takes_the_bulls_eye_along(ui, scene, walled):
    ui.wallButton.click()
    scene.Clear(False)
    assert ui.bullseyeLabel.isHidden()
    assert not ui.wallButton.enabled


# The console


def test_the_console_is_told_what_the_scene_does_not_tell(panel, scene):
    one = ventricle()
    volume = made.volume(scene, one.depth.astype("f4"), one.matrix)
    parts = {MYOCARDIUM: one.wall, LV_CAVITY: one.cavity}
    segmentation = made.segmentation(scene, one.matrix, **parts)
    with pytest.raises(CardioAIError, match="anterior_insertion"):
        panel.logic.computeWall(volume, segmentation)
    known = Orientation(anterior_insertion=120.0)
    found = panel.logic.computeWall(volume, segmentation, orientation=known, features=[])
    assert found.measured.regions.labels.max() >= 16


def test_the_console_maps_a_feature_and_measures_the_wall(panel, scene, view, walled):
    segmentation = scene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
    feature = "original_firstorder_Mean"
    volume = panel.logic.computeFeatureMap(walled, segmentation, feature, radius=2)
    assert volume.GetAttribute("CardioAI.Structure") == MYOCARDIUM
    again = panel.logic.computeFeatureMap(walled, segmentation, feature, segment=LV_CAVITY)
    assert again is volume
    assert volume.GetAttribute("CardioAI.Structure") == LV_CAVITY
    found = panel.logic.computeWall(walled, segmentation, features=[feature], by="aha-layers")
    assert found.measured.values.shape == (51, 1)
    assert found.nodes.table.GetNumberOfRows() == 51
