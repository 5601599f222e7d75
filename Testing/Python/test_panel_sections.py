"""Train and Batch: each writes its job, and shows what comes of it.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene and panel are real.
"""

import shutil

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.io import save_cohort  # noqa: E402
from CardioAILib.worker import read_job, run_job  # noqa: E402
from conftest import small_cohort  # noqa: E402
from qt_standins.opened import FakeLaunch, add_heart  # noqa: E402


def finish(launch: FakeLaunch) -> None:
    """Do the job here, as the worker would there, and say so."""
    run_job(launch.folder)
    launch.end("done")


@pytest.fixture
def training(ui, tmp_path):
    """Everything chosen to train into tmp_path/model."""
    ui.trainCohortEdit.currentPath = str(save_cohort(small_cohort(4, seed=3), tmp_path / "data"))
    ui.trainOutputEdit.currentPath = str(tmp_path / "model")
    return tmp_path / "model"


def test_training_sends_what_differs_from_the_declaration(ui, training, launch):
    assert ui.trainArmSelector.itemData(0) == "dl_radiomics"
    ui.trainArmSelector.currentIndex = ui.trainArmSelector.findData("size")
    ui.trainEpochsSpinBox.value = 3
    ui.trainWidthSpinBox.value = 0.25
    ui.trainButton.click()
    job = read_job(launch.folder)
    assert launch.folder == training.with_name("model.unfinished")
    assert job.settings == {
        "system": "fahmy2022",
        "arms": ["size"],
        "epochs": 3,
        "width": 0.25,
        "device": "auto",
    }


def test_a_training_draws_its_curve_and_its_model_is_chosen(
    ui, training, launch, tiny_model, scene
):
    ui.trainButton.click()
    assert not ui.curveLabel.visible
    for epoch in (1, 2, 3):
        row = {"epoch": epoch, "training loss": 1 / epoch, "validation loss": 1.2 / epoch}
        launch.say(event="curve", network="member 1", **row)
    # Qt says that a widget in a closed section is not visible; whether it is hidden tells.
    assert not ui.curveLabel.isHidden()
    assert ui.curveLabel.pixmap.width() > 100
    chart = scene.GetFirstNodeByClass("vtkMRMLPlotChartNode")
    assert chart.GetNumberOfPlotSeriesNodes() == 2
    shutil.copytree(tiny_model, launch.folder / "out" / "model")
    launch.end("done")
    assert (training / "model.json").is_file()
    assert not launch.folder.exists()
    assert ui.modelFolderEdit.currentPath == str(training)


def test_a_model_trained_while_another_module_is_open_is_chosen(
    panel, ui, training, launch, tiny_model, scene
):
    ui.trainButton.click()
    panel.exit()
    shutil.copytree(tiny_model, launch.folder / "out" / "model")
    launch.end("done")
    panel.enter()
    assert ui.modelFolderEdit.currentPath == str(training)
    assert panel.logic.getParameterNode().parameterNode.GetParameter("model") == str(training)


def test_a_training_goes_on_when_the_scene_is_closed(ui, training, launch, tiny_model, scene):
    row = {"epoch": 1, "training loss": 1.0}
    ui.trainWidthSpinBox.value = 0.25
    ui.trainButton.click()
    launch.say(event="curve", network="member 1", **row)
    scene.Clear(False)
    assert not (launch.folder / "cancel").exists()
    launch.say(event="curve", network="member 1", **{**row, "epoch": 2})
    assert scene.GetFirstNodeByClass("vtkMRMLPlotChartNode") is None
    assert ui.trainOutputEdit.currentPath == str(training)
    assert ui.trainWidthSpinBox.value == 0.25
    shutil.copytree(tiny_model, launch.folder / "out" / "model")
    launch.end("done")
    assert ui.modelFolderEdit.currentPath == str(training)
    scene.Clear(False)
    assert ui.trainOutputEdit.currentPath == ""


def test_a_training_cancelled_after_its_scene_can_be_resumed(ui, training, launch, scene):
    ui.trainButton.click()
    scene.Clear(False)
    launch.end("cancelled")
    assert ui.trainButton.text == "Resume training"
    ui.trainButton.click()
    assert launch.calls[0].arguments == launch.calls[1].arguments


def test_a_batch_of_a_table_goes_on_when_the_scene_is_closed(ui, launch, scene, tmp_path):
    ui.batchCohortEdit.currentPath = str(save_cohort(small_cohort(2, seed=4), tmp_path / "data"))
    ui.batchOutputEdit.currentPath = str(tmp_path / "results")
    ui.batchButton.click()
    scene.Clear(False)
    finish(launch)
    told = ui.statusLabel.text.replace("\u200b", "")
    assert told == f"Done: 2 results in {tmp_path / 'results'}; no study failed."
    assert (tmp_path / "results" / "results.csv").is_file()
    assert scene.GetFirstNodeByClass("vtkMRMLTableNode") is None


def test_a_batch_of_the_scene_ends_with_it(ui, launch, scene, tmp_path):
    heart = add_heart(scene)
    heart.segmentation.SetReferenceImageGeometryParameterFromVolumeNode(heart.volume)
    ui.batchSourceSelector.currentIndex = 1
    ui.batchOutputEdit.currentPath = str(tmp_path / "results")
    ui.batchButton.click()
    scene.Clear(False)
    assert (launch.folder / "cancel").exists()


def test_an_interrupted_training_is_resumed_by_the_same_button(ui, training, launch):
    assert ui.trainButton.text == "Train"
    ui.trainButton.click()
    launch.end("cancelled")
    assert ui.trainButton.text == "Resume training"
    ui.trainButton.click()
    assert launch.calls[0].arguments == launch.calls[1].arguments


def test_training_never_writes_over_a_folder(ui, training, launch):
    training.mkdir()
    (training / "notes.txt").write_text("mine")
    ui.trainButton.click()
    assert "name a folder that does not exist yet" in ui.statusLabel.text
    assert not launch.calls


def test_a_batch_of_a_table_becomes_a_table_in_the_scene(ui, launch, scene, tmp_path):
    ui.batchCohortEdit.currentPath = str(save_cohort(small_cohort(2, seed=4), tmp_path / "data"))
    # The folder button can name none but an existing folder.
    (tmp_path / "Ergebnisse für Prüfung").mkdir()
    ui.batchOutputEdit.currentPath = str(tmp_path / "Ergebnisse für Prüfung")
    ui.batchButton.click()
    finish(launch)
    assert "2 results" in ui.statusLabel.text
    assert (tmp_path / "Ergebnisse für Prüfung" / "results.csv").is_file()
    assert scene.GetFirstNodeByClass("vtkMRMLTableNode").GetNumberOfRows() == 2


def test_a_batch_of_the_scene_takes_every_image_with_a_segmentation(ui, launch, scene, tmp_path):
    heart = add_heart(scene)
    heart.segmentation.SetReferenceImageGeometryParameterFromVolumeNode(heart.volume)
    ui.batchSourceSelector.currentIndex = 1
    assert ui.batchCohortEdit.isHidden()
    ui.batchOutputEdit.currentPath = str(tmp_path / "results")
    ui.batchButton.click()
    finish(launch)
    table = scene.GetFirstNodeByClass("vtkMRMLTableNode")
    assert ui.statusLabel.text == f"Done: 1 result in the table {table.GetName()}; no study failed."
    assert table.GetNumberOfRows() == 1


def test_a_batch_of_an_empty_scene_says_so(ui, launch, tmp_path):
    ui.batchSourceSelector.currentIndex = 1
    ui.batchOutputEdit.currentPath = str(tmp_path / "results")
    ui.batchButton.click()
    assert "reference volume" in ui.statusLabel.text
    assert not launch.calls


def test_an_output_folder_that_cannot_be_made_is_said(ui, training, launch, tmp_path):
    (tmp_path / "file").write_text("")
    ui.trainOutputEdit.currentPath = str(tmp_path / "file" / "model")
    ui.trainButton.click()
    assert "#d0392f" in ui.statusLabel.styleSheet
    assert "file" in ui.statusLabel.text
    assert not launch.calls
