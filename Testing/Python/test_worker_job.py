"""What may be asked of a worker, and what is refused before one starts."""

import json
import shutil

import pytest
from CardioAILib.errors import (
    CancelledError,
    CohortError,
    InputError,
    MissingInputError,
    ResumeError,
    UnreadableFileError,
)
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.study import Cohort, Study
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs import batch
from CardioAILib.worker import Job, read_job, run_job, tasks, write_job
from CardioAILib.worker.run import missing_package
from CardioAILib.worker.settings import SETTINGS
from conftest import small, small_cohort


def test_a_job_comes_back_as_it_was_written(tmp_path):
    settings = {"explain": False, "device": "cuda:1"}
    job = Job("predict", "other/table.csv", "/models/心", settings)
    write_job(tmp_path / "new" / "folder", job)
    assert read_job(tmp_path / "new" / "folder") == job


def test_every_default_is_a_value_that_may_be():
    assert {"predict", "radiomics", "train", "views", "worklist"} == set(SETTINGS)
    for settings in SETTINGS.values():
        for setting in settings.values():
            assert setting.fits(setting.default)


def test_a_setting_left_out_has_its_default():
    job = Job("predict", model="m", settings={"explain": False})
    assert not job.setting("explain")
    assert job.setting("device") == "auto"


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (Job("diagnose"), "'diagnose'"),
        (Job("predict"), "a model folder"),
        (Job("train", model="m"), "uses no model"),
        (Job("radiomics", cohort=""), "cohort table"),
        (Job("radiomics", settings={"presets": "x"}), "'presets'"),
        (Job("radiomics", settings={"preset": "other"}), "'other'"),
        (Job("radiomics", settings=[]), "names and values"),
        (Job("predict", model="m", settings={"explain": "yes"}), "true or false"),
        (Job("predict", model="m", settings={"device": "gpu"}), "cuda"),
        (Job("train", settings={"epochs": 0}), "whole number of 1"),
        (Job("train", settings={"folds": 2.5}), "whole number of 2"),
        (Job("train", settings={"seed": None}), "whole number of 0"),
        (Job("train", settings={"seed": True}), "whole number of 0"),
        (Job("train", settings={"width": float("nan")}), "above 0"),
        (Job("train", settings={"arms": "size"}), "list of arms"),
    ],
)
def test_a_job_that_cannot_be_is_refused_and_not_written(tmp_path, job, words):
    with pytest.raises(InputError, match=words):
        write_job(tmp_path, job)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"task": "train", "more": 1}', '"x"'])
def test_a_folder_without_a_readable_job_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "job.json").write_text(text)
    with pytest.raises(UnreadableFileError, match="readable job"):
        read_job(tmp_path)


def test_a_job_written_by_hand_is_checked_too(tmp_path):
    (tmp_path / "job.json").write_text(json.dumps({"task": "predict"}))
    with pytest.raises(InputError, match="model"):
        read_job(tmp_path)


def test_an_interrupted_prediction_goes_on_unless_its_images_have_changed(
    tmp_path, tiny_model, test_cohort
):
    one, other = test_cohort.studies[:2]
    save_cohort(Cohort((one, other)), tmp_path)
    write_job(tmp_path, Job("predict", model=str(tiny_model), settings={"pages": False}))
    told = []

    def cancel_at_the_second(done, message):
        told.append(message)
        if message == "predicting study 2/2":
            (tmp_path / "cancel").touch()

    with pytest.raises(CancelledError):
        run_job(tmp_path, cancel_at_the_second)
    (tmp_path / "cancel").unlink()
    told.clear()
    kept = shutil.copytree(tmp_path, tmp_path.with_name("kept"))
    run_job(kept, lambda done, message: told.append(message))
    assert "predicting study 1/2, scoring" not in told
    assert "predicting study 2/2, scoring" in told

    told.clear()
    changed = Study(one.subject, one.study, other.images, one.facts)
    save_cohort(Cohort((changed, other)), tmp_path)
    run_job(tmp_path, lambda done, message: told.append(message))
    assert "predicting study 1/2, scoring" in told
    first, second = batch.read_results(tmp_path / "out")
    assert first.arms == second.arms


def test_packages_are_named_as_they_are_installed():
    assert "pip install scikit-learn'" in str(missing_package("sklearn.linear_model"))
    assert "pip install jinja2'" in str(missing_package("jinja2"))


# In process, as the console does it


@pytest.fixture
def radiomics(tmp_path, test_cohort):
    """A radiomics job on one study."""
    save_cohort(Cohort(test_cohort.studies[:1]), tmp_path, ".nrrd")
    write_job(tmp_path, Job("radiomics"))
    return tmp_path


def test_images_of_a_job_are_nrrd(radiomics):
    study = read_cohort(radiomics / "cohort.csv").studies[0]
    names = [name for image in study.images.values() for name in image.source]
    assert len(names) == 4
    assert all(name.endswith(".nrrd") for name in names)


def test_subjects_with_long_names_are_saved_and_read(tmp_path, test_cohort):
    studies = test_cohort.studies[:2]
    names = "心臓" * 60 + "1", "心臓" * 60 + "2"
    long = (Study(n, s.study, s.images, s.facts) for n, s in zip(names, studies, strict=True))
    save_cohort(Cohort(tuple(long)), tmp_path, ".nrrd")
    write_job(tmp_path, Job("radiomics"))
    run_job(tmp_path)
    text = (tmp_path / "out" / "features.csv").read_text(encoding="utf-8")
    assert all(name in text for name in names)


def test_one_study_without_features_fails_with_its_own_reason(radiomics, test_cohort):
    study = test_cohort.studies[0]
    images = {role: image for role, image in study.images.items() if role.kind != "mask"}
    save_cohort(Cohort((Study(study.subject, study.study, images),)), radiomics)
    with pytest.raises(MissingInputError, match="mask_SAX_ES"):
        run_job(radiomics)


def test_a_cohort_without_a_usable_study_is_refused_with_the_reasons(radiomics, test_cohort):
    images = {}
    for study in test_cohort.studies[:2]:
        images[study.subject] = Study(study.subject, "1", dict(list(study.images.items())[:1]))
    save_cohort(Cohort(tuple(images.values())), radiomics)
    with pytest.raises(CohortError, match=r"nothing that could be measured \(studies: 2\)"):
        run_job(radiomics)
    assert not (radiomics / "out").exists()


def test_a_done_job_is_left_as_it_is(radiomics):
    run_job(radiomics)
    table = radiomics / "out" / "features.csv"
    made = table.stat().st_mtime_ns
    told = []
    run_job(radiomics, lambda done, message: told.append(done))
    assert table.stat().st_mtime_ns == made
    assert not told


def test_results_of_another_job_are_not_passed_off_as_these(radiomics):
    run_job(radiomics)
    write_job(radiomics, Job("radiomics", settings={"preset": "fahmy2022_paper"}))
    with pytest.raises(ResumeError, match="another job"):
        run_job(radiomics)


def test_the_cancel_file_stops_a_job_at_the_next_progress(radiomics):
    told = []

    def cancel_at_the_third(done, message):
        told.append(done)
        if len(told) == 3:
            (radiomics / "cancel").touch()

    with pytest.raises(CancelledError):
        run_job(radiomics, cancel_at_the_third)
    assert len(told) == 3
    assert not (radiomics / "out").exists()


def test_progress_never_falls_and_ends_at_one(radiomics):
    told = []
    run_job(radiomics, lambda done, message: told.append(done))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5


@pytest.fixture
def training(tmp_path, monkeypatch):
    """A job that trains a network for two steps a fold."""
    monkeypatch.setattr(tasks, "named", lambda name: small(FAHMY_2022, steps=2))
    save_cohort(small_cohort(8, seed=3), tmp_path)
    settings = {"arms": ["dl"], "folds": 2, "epochs": 2, "width": 0.05, "device": "cpu"}
    write_job(tmp_path, Job("train", settings=settings))
    return tmp_path


def test_training_shows_every_epoch_and_leaves_a_model(training):
    seen = []
    run_job(training, event=seen.append)
    assert [(e["network"], e["epoch"]) for e in seen] == [
        ("member 1, dl", 1), ("member 1, dl", 2), ("member 2, dl", 1), ("member 2, dl", 2),
    ]  # fmt: skip
    assert all(e["event"] == "curve" and e["training loss"] > 0 for e in seen)
    assert (training / "out" / "model" / "model.json").exists()
    assert not (training / "training").exists()


def test_an_interrupted_training_goes_on_and_shows_its_whole_curve(training):
    def cancel_after_the_first(done, message):
        if message == "member 1, dl, fitted":
            (training / "cancel").touch()

    with pytest.raises(CancelledError):
        run_job(training, cancel_after_the_first)
    # The cancel comes with the next progress, when the first network is on the disk.
    weights = training / "training" / "member-1" / "dl" / "weights.safetensors"
    made = weights.stat().st_mtime_ns
    (training / "cancel").unlink()
    seen, kept = [], set()

    def look(done, message):
        if weights.exists():
            kept.add(weights.stat().st_mtime_ns)

    run_job(training, look, seen.append)
    assert kept == {made}
    assert [e["network"] for e in seen] == ["member 1, dl"] * 2 + ["member 2, dl"] * 2
