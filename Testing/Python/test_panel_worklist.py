"""The section Worklist: a folder in, a table with thumbnails, a double click loads a scan."""

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import qt_standins  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.mrml.planarfacts import facts_of  # noqa: E402
from CardioAILib.panel.publishing import work_folder  # noqa: E402
from CardioAILib.panel.worklistsection import told  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.verbs.worklistfiles import read_entries  # noqa: E402
from CardioAILib.worker.job import read_job  # noqa: E402
from CardioAILib.worker.run import run_job  # noqa: E402
from helpers_halme import COARSE, scans  # noqa: E402
from helpers_worklist import save_untrained, scan_files  # noqa: E402
from qt_standins.openedscan import open_scan_panel  # noqa: E402


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_untrained(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two scans of both views, and a file that is cut off."""
    made = tmp_path_factory.mktemp("scans")
    scan_files(made, studies=scans(2, seed=3, size=COARSE, views=("anterior", "posterior")))
    (made / "bad.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 40)
    return made


@pytest.fixture
def panel(scene, launch):
    opened = open_scan_panel(launch=launch)
    yield opened
    opened.cleanup()


@pytest.fixture
def listed(panel, launch, model, folder, tmp_path):
    """The panel after a worklist; the worker's task ran in this process."""
    choose(panel, model, folder, tmp_path / "out")
    panel.board.ui.worklistButton.click()
    run_job(launch.folder)
    launch.end("done")
    qt_standins.process_events(0.3)
    return panel


def choose(panel, model, folder, out):
    ui = panel.board.ui
    ui.modelFolderEdit.currentPath = str(model)
    ui.worklistFolderEdit.currentPath = str(folder)
    ui.worklistOutputEdit.currentPath = str(out)


def test_the_button_waits_for_folder_output_and_model(panel, model, folder, tmp_path):
    ui = panel.board.ui
    assert not ui.worklistButton.enabled
    choose(panel, model, folder, tmp_path / "out")
    assert ui.worklistButton.enabled
    ui.worklistFolderEdit.currentPath = ""
    assert not ui.worklistButton.enabled
    assert not ui.worklistPageButton.enabled


def test_the_worker_is_asked_for_the_folder_with_the_chosen_model(
    panel, launch, model, folder, tmp_path
):
    choose(panel, model, folder, tmp_path / "out")
    panel.board.ui.worklistButton.click()
    job = read_job(launch.folder)
    assert (job.task, job.cohort, job.model) == ("worklist", str(folder), str(model))
    assert launch.folder == work_folder(tmp_path / "out")
    assert not panel.board.ui.worklistButton.enabled
    panel.board.ui.cancelButton.click()
    launch.end("cancelled")
    assert panel.board.ui.worklistButton.text == "Resume"


def test_a_full_output_folder_is_refused_before_anything_starts(
    panel, launch, model, folder, tmp_path
):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    choose(panel, model, folder, tmp_path / "out")
    panel.board.ui.worklistButton.click()
    assert not launch.calls
    assert "not empty" in panel.board.ui.statusLabel.text


def test_the_table_has_thumbnails_and_the_highest_probability_first(listed, tmp_path):
    ui, entries = listed.board.ui, read_entries(tmp_path / "out")
    table = ui.worklistTable
    assert table.rowCount == len(entries) == 2
    assert [table.item(row, 2).text() for row in range(2)] == [f"{e.score:.2f}" for e in entries]
    assert table.horizontalHeaderItem(2).text() == "P(grade >= 2)"
    assert not table.item(0, 0).icon().isNull()
    assert entries[0].subject in table.item(0, 3).toolTip()
    assert table.item(0, 0).text() == ""
    assert RESEARCH_ONLY in ui.statusLabel.text
    assert "1 scan was refused" in ui.statusLabel.text
    assert "bad.dcm" in ui.logText.plainText
    assert ui.worklistPageButton.enabled
    assert (tmp_path / "out" / "worklist.html").is_file()
    assert not work_folder(tmp_path / "out").exists()


def test_a_double_click_loads_the_scan_with_its_result(listed, tmp_path):
    board, entry = listed.board, read_entries(tmp_path / "out")[1]
    board.ui.worklistTable.cellDoubleClicked.emit(1, 0)
    anterior, posterior = board.anterior(), board.posterior()
    assert anterior.GetName() == f"{entry.subject}: anterior"
    assert posterior.GetName() == f"{entry.subject}: posterior"
    assert facts_of(anterior)["radiopharmaceutical"] == "HMDP"
    assert entry.decision in board.ui.resultLabel.text
    assert RESEARCH_ONLY.split(".")[0] in board.ui.resultLabel.text
    assert "rank 2" in board.ui.statusLabel.text


def test_a_scan_that_is_gone_is_told(listed, folder, tmp_path):
    board, entry = listed.board, read_entries(tmp_path / "out")[0]
    (path,) = (folder / name for name in entry.files)
    away = path.rename(path.with_suffix(".away"))
    try:
        board.ui.worklistTable.cellDoubleClicked.emit(0, 0)
        assert "no file of" in board.ui.statusLabel.text
    finally:
        away.rename(path)


def test_the_end_is_told_in_numbers():
    assert "1 scan in" in told(1, 0)
    assert "refused" not in told(3, 0)
    assert "2 scans were refused" in told(3, 2)
