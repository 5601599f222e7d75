"""What can be chosen in the panel, what it says of it, and what a saved scene brings back.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene and panel are real.
"""

import shutil
from types import SimpleNamespace

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

import helpers_scene as made
import numpy as np
import slicer
from __feature__ import true_property  # noqa: F401
from CardioAILib.mrml import structure_candidates
from CardioAILib.results import RESEARCH_ONLY
from qt_standins.opened import FakeLaunch, add_heart, open_panel


@pytest.fixture
def panel(scene, tiny_model):
    opened = open_panel(tiny_model, FakeLaunch())
    yield opened
    opened.cleanup()
    opened.parent.close()


@pytest.fixture
def ui(panel):
    return panel.board.ui


def choose(panel, heart) -> None:
    (row,) = panel.board.inputs.rows
    row.image.setCurrentNode(heart.volume)
    row.mask.setCurrentNode(heart.segmentation)


def test_an_empty_scene_leaves_nothing_to_press_but_sample_data(ui):
    assert not ui.checkButton.enabled
    assert not ui.applyButton.enabled
    assert "Choose an image" in ui.applyButton.toolTip
    assert ui.sampleButton.enabled
    assert not ui.hintFrame.visible


def test_research_use_only_stands_above_everything(ui):
    assert ui.noticeLabel.text == RESEARCH_ONLY
    assert ui.noticeLabel.visible


def test_a_model_of_simulated_images_is_marked_as_a_demonstration(ui):
    assert "Demonstration: trained on simulated images" in ui.modelLabel.text
    assert "Arms: size, dl" in ui.modelLabel.toolTip


def test_a_folder_without_a_model_is_said(ui, tmp_path):
    ui.modelFolderEdit.currentPath = str(tmp_path)
    assert ui.modelLabel.text == "No model in this folder."
    ui.modelFolderEdit.currentPath = str(tmp_path / "gone")
    assert "moved or renamed" in ui.modelLabel.text


def test_selectors_offer_images_and_segmentations_and_nothing_else(panel, scene):
    heart = add_heart(scene)
    labelmap = made.volume(
        scene, heart.myocardium.astype("i2"), np.eye(4), kind="vtkMRMLLabelMapVolumeNode"
    )
    (row,) = panel.board.inputs.rows
    assert row.image.nodes() == [heart.volume]
    assert row.mask.nodes() == [heart.segmentation, labelmap]


def test_everything_chosen_enables_check_and_apply(panel, ui, scene):
    choose(panel, add_heart(scene))
    assert ui.checkButton.enabled
    assert ui.applyButton.enabled
    assert panel.board.inputs.nodes()["ES"].segment is None


def test_an_image_alone_says_what_is_missing_and_offers_to_segment_it(panel, ui, scene):
    panel.board.inputs.rows[0].image.setCurrentNode(add_heart(scene).volume)
    assert ui.hintFrame.visible
    assert "myocardium" in ui.hintLabel.text
    assert ui.segmentButton.text == "Segment myocardium..."
    assert not ui.applyButton.enabled


def test_segmenting_makes_a_coded_segment_on_the_image_and_opens_segment_editor(
    panel, ui, scene, monkeypatch
):
    heart, opened, told = add_heart(scene), [], {}
    editor = SimpleNamespace(
        setSegmentationNode=lambda node: told.update(segmentation=node),
        setSourceVolumeNode=lambda node: told.update(image=node),
    )
    widget = SimpleNamespace(self=lambda: SimpleNamespace(editor=editor))
    module = SimpleNamespace(widgetRepresentation=lambda: widget)
    monkeypatch.setattr(slicer.modules, "segmenteditor", module, raising=False)
    monkeypatch.setattr(slicer.util, "selectModule", opened.append)
    (row,) = panel.board.inputs.rows
    row.image.setCurrentNode(heart.volume)
    ui.segmentButton.click()
    made_node = row.mask.currentNode()
    assert opened == ["SegmentEditor"]
    assert told == {"segmentation": made_node, "image": heart.volume}
    (candidate,) = structure_candidates(made_node)
    assert candidate.coded == "myocardium"
    role = made_node.GetReferenceImageGeometryReferenceRole()
    assert made_node.GetNodeReference(role) is heart.volume
    assert not ui.hintFrame.visible


def test_two_segments_that_could_be_it_are_asked_about(panel, ui, scene):
    choose(panel, add_heart(scene, Myocardium=True, LV_myo=True, LV=True))
    chooser = panel.board.inputs.rows[0].segment
    offered = [chooser.widget.itemText(i) for i in range(chooser.widget.count)]
    assert offered == ["Which one is the myocardium?", "Myocardium", "LV_myo"]
    assert chooser.widget.visible
    assert not ui.applyButton.enabled
    chooser.widget.currentIndex = 2
    assert ui.applyButton.enabled
    assert panel.board.inputs.nodes()["ES"].segment == "LV_myo"


def test_a_segment_chosen_in_one_segmentation_is_not_taken_for_another(panel, ui, scene):
    first = add_heart(scene, Segment_1=True, Segment_2=True)
    second = add_heart(scene, Segment_1=True, Segment_2=True)
    choose(panel, first)
    (row,) = panel.board.inputs.rows
    row.segment.widget.currentIndex = 2
    row.mask.setCurrentNode(second.segmentation)
    assert row.segment.chosen() is None
    assert not ui.applyButton.enabled
    panel.exit()
    panel.enter()
    assert not ui.applyButton.enabled
    row.mask.setCurrentNode(first.segmentation)
    assert row.segment.chosen() == "Segment_2"


def test_where_no_name_says_it_all_segments_are_asked_about(panel, ui, scene):
    choose(panel, add_heart(scene, Segment_1=True, Segment_2=True))
    chooser = panel.board.inputs.rows[0].segment
    assert chooser.widget.count == 3
    assert not ui.applyButton.enabled


def test_labels_of_a_labelmap_are_listed_by_their_value(panel, scene):
    heart = add_heart(scene)
    array = heart.myocardium.astype("i2")
    array[0, 0, 0] = 3
    matrix = heart.image.ijk_to_ras
    labelmap = made.volume(scene, array, matrix, kind="vtkMRMLLabelMapVolumeNode")
    (row,) = panel.board.inputs.rows
    row.mask.setCurrentNode(labelmap)
    chooser = row.segment.widget
    offered = [chooser.itemText(i) for i in range(1, chooser.count)]
    assert [text.partition(":")[0] for text in offered] == ["1", "3"]
    chooser.currentIndex = 1
    row.image.setCurrentNode(heart.volume)
    assert panel.board.inputs.nodes()["ES"].segment == "1"


def test_one_segment_by_its_name_is_not_asked_about(panel, scene):
    choose(panel, add_heart(scene, Myocardium=True, LV=True))
    assert not panel.board.inputs.rows[0].segment.widget.visible


def test_check_says_what_to_know(panel, ui, scene):
    choose(panel, add_heart(scene))
    ui.checkButton.click()
    assert "The inputs can be used. Notes:" in ui.statusLabel.text
    assert "only 4 slices in " in ui.statusLabel.text


def test_check_says_what_is_wrong_and_how_to_mend_it(panel, ui, scene):
    heart = add_heart(scene, myocardium=np.zeros_like(add_heart(scene).myocardium))
    choose(panel, heart)
    ui.checkButton.click()
    assert "empty" in ui.statusLabel.text
    assert "To fix:" in ui.statusLabel.text
    assert "#d0392f" in ui.statusLabel.styleSheet


def test_a_sample_is_chosen_by_one_click_and_its_frame_is_followed(panel, ui, scene):
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    ui.sampleButton.click()
    (row,) = panel.board.inputs.rows
    assert composite.GetBackgroundVolumeID() == row.image.currentNode().GetID()
    assert ui.applyButton.enabled
    assert row.frame.visible
    shown = row.frame.text
    assert " of " in shown
    browser = scene.GetFirstNodeByClass("vtkMRMLSequenceBrowserNode")
    browser.SetSelectedItemNumber(0)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
    assert row.frame.text.startswith("1 of ")
    assert row.frame.text != shown


def test_options_and_nodes_come_back_with_a_saved_scene(panel, scene, tmp_path):
    ui, heart = panel.board.ui, add_heart(scene, Myocardium=True, LV_myo=True)
    choose(panel, heart)
    panel.board.inputs.rows[0].segment.widget.currentIndex = 2
    ui.deviceSelector.currentIndex = 1
    ui.explainCheckBox.checked = False
    ui.trainEpochsSpinBox.value = 7
    ui.trainCohortEdit.currentPath = "/data/cohort.csv"
    ui.radiomicsImageSelector.setCurrentNode(heart.volume)
    file = str(tmp_path / "saved.mrb")
    assert slicer.util.saveScene(file)
    scene.Clear(False)
    (row,) = panel.board.inputs.rows
    assert row.image.currentNode() is None
    assert (ui.explainCheckBox.checked, ui.trainEpochsSpinBox.value) == (True, 0)
    slicer.util.loadScene(file)
    assert row.image.currentNode().GetName() == "cine"
    assert panel.board.inputs.nodes()["ES"].segment == "LV_myo"
    assert ui.deviceSelector.currentText == "cpu"
    assert not ui.explainCheckBox.checked
    assert ui.trainEpochsSpinBox.value == 7
    assert ui.trainCohortEdit.currentPath == "/data/cohort.csv"
    assert ui.radiomicsImageSelector.currentNode() is row.image.currentNode()


def test_what_selectors_lose_while_a_scene_is_loaded_is_not_written_down(panel, scene):
    heart = add_heart(scene)
    choose(panel, heart)
    node = panel.logic.getParameterNode().parameterNode
    scene.StartState(slicer.vtkMRMLScene.ImportState)
    panel.board.inputs.rows[0].image.setCurrentNode(None)
    assert node.GetNodeReference("ES.image") is heart.volume
    scene.EndState(slicer.vtkMRMLScene.ImportState)
    assert panel.board.inputs.rows[0].image.currentNode() is heart.volume


def test_the_place_of_the_demonstration_is_not_saved(panel, scene):
    node = panel.logic.getParameterNode().parameterNode
    assert not node.GetParameter("model")
    panel.board.ui.modelFolderEdit.currentPath = "/elsewhere"
    assert node.GetParameter("model") == "/elsewhere"


def test_leaving_the_module_and_coming_back_keeps_the_choice(panel, scene):
    heart = add_heart(scene)
    choose(panel, heart)
    panel.exit()
    panel.enter()
    assert panel.board.inputs.rows[0].image.currentNode() is heart.volume
    assert panel.board.ui.applyButton.enabled


def test_deleting_the_chosen_image_disables_apply(panel, scene):
    heart = add_heart(scene)
    choose(panel, heart)
    scene.RemoveNode(heart.volume)
    assert not panel.board.ui.applyButton.enabled


def test_a_closed_panel_observes_nothing_any_more(scene, tiny_model):
    opened = open_panel(tiny_model, FakeLaunch())
    assert opened.Observations
    opened.cleanup()
    assert not opened.Observations
    node = opened.logic.getParameterNode().parameterNode
    node.SetParameter("train.cohort", "/later.csv")
    assert opened.board.ui.trainCohortEdit.currentPath == ""


def test_a_model_that_went_away_is_said_when_apply_is_pressed(scene, tiny_model, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    launch = FakeLaunch()
    opened = open_panel(folder, launch)
    choose(opened, add_heart(scene))
    shutil.rmtree(folder)
    opened.board.ui.applyButton.click()
    assert "moved, renamed or removed" in opened.board.ui.statusLabel.text
    assert not launch.calls
    opened.cleanup()
