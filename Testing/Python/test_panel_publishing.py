"""Finished results come to the wanted folder whole, and nothing is written over."""

import pytest
from CardioAILib.embedded import install_stand_ins
from CardioAILib.errors import InputError, ResumeError

pytest.importorskip("slicer_core", reason="slicer-core is not installed")
install_stand_ins()

from CardioAILib.panel.publishing import publish, require_free, work_folder  # noqa: E402


def made_in(out):
    """Return results in the work folder of a wanted folder."""
    results = work_folder(out) / "out"
    results.mkdir(parents=True)
    (results / "results.csv").write_text("subject\n")
    (results / "job.json").write_text('{"cohort": "/home/someone/cohort.csv"}')
    return results


def test_the_work_folder_is_beside_the_wanted_one(tmp_path):
    assert work_folder(str(tmp_path / "model")) == tmp_path / "model.unfinished"


def test_an_absent_and_an_empty_folder_are_free_and_left_as_they_are(tmp_path):
    require_free(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    require_free(tmp_path / "empty")
    assert (tmp_path / "empty").is_dir()
    assert not (tmp_path / "new").exists()


def test_what_holds_anything_is_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ResumeError, match="not empty"):
        require_free(tmp_path / "full")
    with pytest.raises(ResumeError, match="a file"):
        require_free(tmp_path / "full" / "notes.txt")
    with pytest.raises(InputError, match="below it"):
        require_free("/")


@pytest.mark.parametrize("exists", [True, False])
def test_results_appear_without_the_job_and_its_folder(tmp_path, exists):
    out = tmp_path / "results"
    if exists:
        out.mkdir()
    publish(made_in(out), out)
    assert [path.name for path in out.iterdir()] == ["results.csv"]
    assert not work_folder(out).exists()


def test_a_folder_that_was_filled_meanwhile_keeps_what_it_has_and_the_results_stay(tmp_path):
    out = tmp_path / "results"
    results = made_in(out)
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(ResumeError):
        publish(results, out)
    assert (out / "notes.txt").read_text() == "mine"
    assert (results / "job.json").is_file()
