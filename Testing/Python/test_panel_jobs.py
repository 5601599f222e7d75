"""Jobs of the panel: started once, followed, cancelled, and nodes only from whole results.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene, worker and panel are
real, and where a test says so, the worker's process too.
"""

import time
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import slicer  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.embedded.standins import packages as standin  # noqa: E402
from CardioAILib.panel import predicting, tasks  # noqa: E402
from CardioAILib.panel.runner import Task  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.worker import read_job, run_job  # noqa: E402
from qt_standins import process_events  # noqa: E402
from qt_standins.opened import FakeLaunch, add_heart, open_panel  # noqa: E402

PATIENCE = 120.0
"""Seconds to wait for a real process on a busy machine."""


@pytest.fixture
def heart(panel, scene):
    """A heart in the scene, chosen as the study."""
    added = add_heart(scene)
    (row,) = panel.board.inputs.rows
    row.image.setCurrentNode(added.volume)
    row.mask.setCurrentNode(added.segmentation)
    return added


def nodes_of(scene) -> set[str]:
    every = (scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes()))
    return {node.GetID() for node in every}


def finish(launch: FakeLaunch) -> None:
    """Do the job here, as the worker would there, and say so."""
    run_job(launch.folder)
    launch.end("done")


# Apply


def test_apply_writes_a_job_and_starts_one_worker(ui, heart, launch, tiny_model):
    ui.deviceSelector.currentIndex = 1
    ui.applyButton.click()
    (call,) = launch.calls
    assert call.arguments[1:3] == ["-m", "CardioAILib.worker"]
    job = read_job(launch.folder)
    assert (job.task, Path(job.model)) == ("predict", tiny_model)
    assert job.setting("device") == "cpu"
    assert job.setting("explain")


def test_while_a_job_runs_nothing_else_can_be_started(panel, ui, heart, launch):
    ui.applyButton.click()
    buttons = (ui.applyButton, ui.checkButton, ui.sampleButton, ui.trainButton, ui.batchButton)
    assert not any(button.enabled for button in buttons)
    assert "A job is running" in ui.applyButton.toolTip
    panel.board._predicting.apply()
    other = Task("another", launch.folder, ui.trainSlot, lambda folder: "")
    assert not panel.board.runner.start(other)
    assert len(launch.calls) == 1
    launch.end("cancelled")
    assert ui.applyButton.enabled


def test_progress_shows_the_share_the_words_and_the_log(ui, heart, launch):
    ui.applyButton.click()
    launch.say(event="progress", done=0.25, message="predicting")
    launch.say(event="log", level="info", message="a word from the worker")
    assert ui.progressBar.visible
    assert ui.progressBar.value == 250
    assert ui.progressBar.format == "25 %"
    assert ui.statusLabel.text == "predicting"
    assert "a word from the worker" in ui.logText.plainText


def test_a_finished_job_shows_card_nodes_report_and_heatmap(ui, heart, launch, scene, tmp_path):
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    ui.applyButton.click()
    finish(launch)
    assert "Done" in ui.statusLabel.text
    assert not ui.progressBar.visible
    assert not ui.resultCollapsibleButton.collapsed
    assert RESEARCH_ONLY in ui.resultLabel.text
    assert "Demonstration model" in ui.resultLabel.text
    assert scene.GetNumberOfNodesByClass("vtkMRMLColorLegendDisplayNode") == 1
    assert composite.GetBackgroundVolumeID() == heart.volume.GetID()
    heatmap = scene.GetNodeByID(composite.GetForegroundVolumeID())
    assert heatmap.GetAttribute("CardioAI.Role") == "heatmap"
    assert not launch.folder.exists()


def test_the_heatmap_is_hidden_and_shown_again_by_its_button(ui, heart, launch, scene):
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    ui.applyButton.click()
    finish(launch)
    heatmap = composite.GetForegroundVolumeID()
    legend = scene.GetFirstNodeByClass("vtkMRMLColorLegendDisplayNode")
    assert ui.showHeatmapButton.text == "Hide heatmap"
    ui.showHeatmapButton.click()
    assert (composite.GetForegroundVolumeID(), legend.GetVisibility()) == (None, 0)
    assert ui.showHeatmapButton.text == "Show heatmap"
    ui.showHeatmapButton.click()
    assert (composite.GetForegroundVolumeID(), legend.GetVisibility()) == (heatmap, 1)


def test_the_report_is_saved_where_it_was_asked_for(ui, heart, launch, tmp_path, monkeypatch):
    ui.applyButton.click()
    finish(launch)
    monkeypatch.setattr(predicting, "ask_for_report", lambda: str(tmp_path / "mein Bericht ü"))
    assert ui.saveReportButton.enabled
    ui.saveReportButton.click()
    page = (tmp_path / "mein Bericht ü.html").read_text(encoding="utf-8")
    assert RESEARCH_ONLY in page
    monkeypatch.setattr(predicting, "ask_for_report", lambda: str(tmp_path / "x.html" / "y.html"))
    (tmp_path / "x.html").write_text("")
    ui.saveReportButton.click()
    assert "#d0392f" in ui.statusLabel.styleSheet


def test_a_second_apply_forgets_the_first_result(ui, heart, launch):
    ui.applyButton.click()
    finish(launch)
    ui.applyButton.click()
    assert ui.resultLabel.text == ""
    assert not ui.showHeatmapButton.enabled
    assert not ui.saveReportButton.enabled


def test_a_real_worker_goes_from_apply_to_a_heatmap(scene, tiny_model):
    """With Slicer's own launcher, its thread and its timer, and a real process."""
    opened = open_panel(tiny_model)
    heart = add_heart(scene)
    (row,) = opened.board.inputs.rows
    row.image.setCurrentNode(heart.volume)
    row.mask.setCurrentNode(heart.segmentation)
    opened.board.ui.applyButton.click()
    deadline = time.monotonic() + PATIENCE
    while opened.board.runner.busy and time.monotonic() < deadline:
        process_events(0.05)
    assert "Done" in opened.board.ui.statusLabel.text, opened.board.ui.logText.plainText
    assert opened.board.ui.showHeatmapButton.enabled
    opened.cleanup()


# What goes wrong


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (lambda launch: launch.end("failed", 1, kind="ModelError", message="Got x."), "Got x."),
        (lambda launch: launch.end("cancelled"), "Judging the study was cancelled."),
        (lambda launch: launch.calls[-1].end(1), "ended"),
    ],
)
def test_a_job_without_results_gives_a_message_and_no_nodes(ui, heart, launch, scene, how, told):
    before = nodes_of(scene)
    ui.applyButton.click()
    how(launch)
    assert told in ui.statusLabel.text
    assert nodes_of(scene) == before
    assert ui.applyButton.enabled
    assert ui.resultCollapsibleButton.collapsed
    # Patient images stay on the disk only where the message asks for the log beside them.
    log = str(launch.folder / "log.txt")
    assert launch.folder.exists() == (log in ui.statusLabel.text.replace("\u200b", ""))


def test_what_a_failure_left_goes_with_the_scene(ui, heart, launch, scene):
    ui.applyButton.click()
    message = f"CardioAI stopped. {launch.folder / 'log.txt'} has the details."
    launch.end("failed", 1, kind="ValueError", message=message)
    assert launch.folder.exists()
    scene.Clear(False)
    assert not launch.folder.exists()


def test_a_study_that_cannot_be_written_leaves_no_folder(ui, heart, launch, tmp_path, monkeypatch):
    def fill_the_disk(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(slicer.app), "temporaryPath", str(tmp_path))
    monkeypatch.setattr(tasks, "write_job", fill_the_disk)
    ui.applyButton.click()
    assert "No space left" in ui.statusLabel.text
    assert list(tmp_path.iterdir()) == []


def test_cancel_asks_the_worker_to_stop(ui, heart, launch):
    ui.applyButton.click()
    ui.cancelButton.click()
    assert (launch.folder / "cancel").exists()
    assert ui.statusLabel.text == "Cancelling..."
    assert not ui.cancelButton.enabled


def test_closing_the_scene_stops_the_job_and_brings_no_nodes(panel, ui, heart, launch, scene):
    ui.applyButton.click()
    folder = launch.folder
    scene.Clear(False)
    assert (folder / "cancel").exists()
    (folder / "cancel").unlink()
    run_job(folder)
    before = nodes_of(scene)
    launch.end("done")
    assert nodes_of(scene) == before
    assert "its scene was closed" in ui.statusLabel.text
    assert not folder.exists()
    assert not panel.board.runner.busy
    assert ui.resultLabel.text == ""


@pytest.mark.parametrize("gone", ["volume", "segmentation"])
def test_a_node_deleted_meanwhile_leaves_the_card_and_the_report(ui, heart, launch, scene, gone):
    ui.applyButton.click()
    scene.RemoveNode(getattr(heart, gone))
    before = nodes_of(scene)
    finish(launch)
    assert "deleted meanwhile" in ui.statusLabel.text
    assert nodes_of(scene) == before
    assert RESEARCH_ONLY in ui.resultLabel.text
    assert ui.saveReportButton.enabled
    assert not ui.showHeatmapButton.enabled


def test_a_folder_that_cannot_be_written_is_said(ui, heart, launch, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(type(slicer.app), "temporaryPath", str(tmp_path / "file"))
    ui.applyButton.click()
    assert str(tmp_path / "file") in ui.statusLabel.text.replace("\u200b", "")
    assert not launch.calls


def without_torch(monkeypatch) -> None:
    check = slicer.packaging.pip_check
    monkeypatch.setattr(
        slicer.packaging, "pip_check", lambda one: "torch" not in str(one) and check(one)
    )


def test_a_torch_that_is_too_old_counts_as_missing(ui, heart, launch, monkeypatch):
    installed = standin.version
    old = {"torch": "2.3.1"}
    monkeypatch.setattr(standin, "version", lambda name: old.get(name) or installed(name))
    ui.applyButton.click()
    assert "PyTorch >=2.4" in ui.statusLabel.text
    assert not launch.calls


def test_a_missing_torch_is_named_and_nothing_starts(ui, heart, launch, monkeypatch):
    without_torch(monkeypatch)
    ui.applyButton.click()
    assert "without the PyTorch extension" in ui.statusLabel.text
    assert not launch.calls


def test_a_declined_installation_is_said(ui, heart, launch, monkeypatch):
    def decline(*_, **__):
        raise RuntimeError("User declined package installation")

    monkeypatch.setattr(slicer.packaging, "pip_ensure", decline)
    ui.applyButton.click()
    assert "User declined package installation" in ui.statusLabel.text
    assert "accept the installation" in ui.statusLabel.text
    assert not launch.calls


def test_in_testing_mode_missing_packages_are_named(ui, heart, launch, monkeypatch):
    monkeypatch.setattr(slicer.packaging, "pip_check", lambda wanted: "numba" not in str(wanted))
    ui.applyButton.click()
    assert "without numba" in ui.statusLabel.text
    assert not launch.calls


def test_cleanup_stops_the_job_and_removes_its_folder(scene, tiny_model):
    launch = FakeLaunch()
    opened = open_panel(tiny_model, launch)
    heart = add_heart(scene)
    (row,) = opened.board.inputs.rows
    row.image.setCurrentNode(heart.volume)
    row.mask.setCurrentNode(heart.segmentation)
    opened.board.ui.applyButton.click()
    folder = launch.folder
    opened.cleanup()
    assert launch.killed == 1
    launch.end("cancelled")
    assert not folder.exists()
    assert not opened.board.runner.busy
