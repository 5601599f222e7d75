"""The command `cardioai worklist`, and the same as a job of the worker."""

import csv

import pytest
from CardioAILib.cli import main
from CardioAILib.report.worklistpage import PAGE
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.worklistfiles import TABLE, read_entries
from CardioAILib.worker import Job, write_job
from CardioAILib.worker.run import run_job
from helpers_worklist import save_untrained, scan_files


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_untrained(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("scans")
    scan_files(made, 2)
    return made


def call(folder, model, out):
    words = [folder, "--model", model, "--out", out, "--device", "cpu", "--readers", 1]
    return main(["worklist", *map(str, words)])


def test_a_folder_becomes_page_table_and_thumbnails(folder, model, tmp_path, caplog):
    caplog.set_level("INFO")
    assert call(folder, model, tmp_path / "out") == 0
    out = tmp_path / "out"
    assert (out / PAGE).is_file()
    with (out / TABLE).open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2
    assert len(list((out / "thumbnails").glob("*.png"))) == 4
    assert not (out / "failures.csv").exists()
    assert RESEARCH_ONLY in caplog.text
    assert f"1. {read_entries(out)[0].subject}" in caplog.text
    assert "trained on simulated images only" in caplog.text


def test_refused_scans_are_counted_in_the_exit_status(folder, model, tmp_path, caplog):
    made = tmp_path / "scans"
    (path,) = scan_files(made, 1)
    path.with_name("bad.dcm").write_bytes(path.read_bytes()[:900])
    assert call(made, model, tmp_path / "out") == 1
    assert "scans refused: 1" in caplog.text
    path.with_name("bad.dcm").unlink()
    assert call(made, model, tmp_path / "out") == 0
    assert not (tmp_path / "out" / "failures.csv").exists()


def test_a_folder_of_nothing_is_a_bad_call(model, tmp_path, caplog):
    assert call(tmp_path, model, tmp_path / "out") == 2
    assert "To fix" in caplog.text


def test_the_worker_makes_the_same_list(folder, model, tmp_path):
    call(folder, model, tmp_path / "called")
    write_job(tmp_path / "job", Job("worklist", str(folder), str(model), {"device": "cpu"}))
    told = []
    run_job(tmp_path / "job", lambda done, message: told.append(message))
    made = tmp_path / "job" / "out"
    assert read_entries(made) == read_entries(tmp_path / "called")
    assert (made / PAGE).is_file()
    assert any("scan 2/2" in message for message in told)


def test_the_worker_starts_over_where_its_scratch_is_of_another_model(folder, model, tmp_path):
    other = tmp_path / "other"
    save_untrained(other, members=1)
    call(folder, other, tmp_path / "job" / "unfinished")
    write_job(tmp_path / "job", Job("worklist", str(folder), str(model), {"device": "cpu"}))
    run_job(tmp_path / "job")
    assert len(read_entries(tmp_path / "job" / "out")) == 2
