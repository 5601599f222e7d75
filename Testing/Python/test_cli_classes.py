"""The command line with systems of several classes."""

import csv
import json

import numpy as np
import pytest
from CardioAILib.cli import main
from CardioAILib.cli.commands import warn_of_random_start
from CardioAILib.errors import ResumeError
from CardioAILib.io import save_cohort
from CardioAILib.learning import Run
from CardioAILib.phantoms import SMALL
from CardioAILib.phantoms.planes import plane_cohort
from CardioAILib.study import Cohort
from CardioAILib.systems import FAHMY_2022, GERMAIN_2021, GERMAIN_2021_PLANE, HALME_2022
from CardioAILib.verbs import fit, predict_cohort, save_model
from helpers_germain import hearts, small_germain

RUN = Run(epochs=1, device="cpu", precision="float32")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return save_cohort(hearts(12, seed=2), tmp_path_factory.mktemp("hearts") / "cohort")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "model"
    arms = ("measurements", "vgg_ed")
    save_model(
        fit(small_germain(GERMAIN_2021), hearts(12, seed=2), arms=arms, run=RUN).model, folder
    )
    return folder


@pytest.fixture(scope="module")
def plane_model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plane") / "model"
    views = plane_cohort(8, seed=1, size=SMALL)
    save_model(
        fit(small_germain(GERMAIN_2021_PLANE), views, arms=["vgg_ed"], run=RUN).model, folder
    )
    return folder


@pytest.fixture(autouse=True)
def told(caplog):
    caplog.set_level("INFO")
    return caplog


def test_cross_validation_tells_accuracies_and_reports_every_class(cohort, tmp_path, told):
    out = tmp_path / "cv"
    words = ["--out", str(out), "--arm", "measurements", "--folds", "2"]
    assert main(["cross-validate", "germain2021", str(cohort), *words]) == 0
    assert "measurements   accuracy" in told.text
    assert {"report.html", "confusion.csv", "model"} <= {path.name for path in out.iterdir()}
    assert "Research use only" in (out / "report.html").read_text(encoding="utf-8")


def test_one_part_can_be_held_out(cohort, tmp_path):
    out = tmp_path / "model"
    words = ["--out", str(out), "--arm", "measurements", "--hold-out"]
    assert main(["train", "germain2021", str(cohort), *words]) == 0
    manifest = json.loads((out / "model.json").read_text())
    assert manifest["members"] == 1
    assert manifest["system"]["protocol"]["class"] == "HoldOut"


def test_a_prediction_tells_the_class_and_evaluation_the_accuracy(model, cohort, tmp_path, told):
    out = tmp_path / "results"
    assert main(["predict", str(model), str(cohort), "--out", str(out)]) == 0
    with (out / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 12
    assert 0.0 <= float(rows[0]["vgg_ed_HCM"]) <= 1.0
    report = str(tmp_path / "report")
    assert main(["evaluate", str(out), str(cohort), "--out", report]) == 0
    assert "vgg_ed         accuracy" in told.text


def test_evaluation_and_its_page_tell_which_words_were_left_out(model, cohort, tmp_path, told):
    with cohort.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[0]["pathology"], rows[1]["pathology"] = "MINF", ""
    table = cohort.with_name("others.csv")
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    out, report = tmp_path / "results", tmp_path / "report"
    assert main(["predict", str(model), str(table), "--out", str(out)]) == 0
    assert "demonstration: trained on simulated images only" in told.text
    assert main(["evaluate", str(out), str(table), "--out", str(report)]) == 0
    page = (report / "report.html").read_text(encoding="utf-8")
    for text in (told.text, page):
        assert "left out: MINF 1 (" in text
        assert "1 with an empty cell in column" in text


def test_one_volume_is_judged_without_a_table(model, tmp_path, told):
    from CardioAILib.io import write_image
    from CardioAILib.study import Image
    from helpers_germain import cine

    images = hearts(6, seed=4).studies[1].images
    ed, es = (images[cine(phase)] for phase in ("ED", "ES"))
    between = [(1 - share) * ed.array + share * es.array for share in (0, 0.4, 0.8, 1, 0.7, 0.3)]
    write_image(
        Image(np.concatenate(between).astype(np.float32), ed.ijk_to_ras), tmp_path / "a.nrrd"
    )
    out = str(tmp_path / "results")
    assert main(["predict", str(model), str(tmp_path / "a.nrrd"), "--out", out]) == 0
    assert "by vgg_ed" in told.text
    assert "Research use only" in told.text


def test_images_of_another_matrix_are_for_germain_alone(cohort, tmp_path, told):
    words = ["--out", str(tmp_path / "model"), "--matrix", "128"]
    assert main(["train", "fahmy2022", str(cohort), *words]) == 2
    assert "leave --matrix away" in told.text


def test_folds_and_one_part_held_out_exclude_each_other(cohort, tmp_path):
    with pytest.raises(SystemExit) as ended:
        main(["train", "germain2021", str(cohort), "--out", "x", "--folds", "2", "--hold-out"])
    assert ended.value.code == 2


def test_weights_that_are_not_there_are_refused_before_any_work(cohort, tmp_path, told):
    words = ["--out", str(tmp_path / "model"), "--arm", "vgg_ed", "--folds", "2", "--matrix", "128"]
    weights = ["--weights", str(tmp_path / "absent.safetensors")]
    assert main(["train", "germain2021", str(cohort), *words, *weights]) == 2
    assert "absent.safetensors" in told.text


def test_weights_that_no_wanted_arm_starts_from_are_refused(cohort, tmp_path, told):
    words = ["--out", str(tmp_path / "model"), "--arm", "measurements", "--folds", "2"]
    assert main(["train", "germain2021", str(cohort), *words, "--weights", "any.pt"]) == 2
    assert "published weights for arms without a network" in told.text


def test_views_are_checked_where_a_model_of_planes_is_named(model, plane_model, cohort, tmp_path):
    words = ["--plane-model", str(plane_model)]
    assert main(["check", "germain2021", str(cohort), *words]) == 0
    out = tmp_path / "results"
    assert main(["predict", str(model), str(cohort), "--out", str(out), *words]) == 0
    assert json.loads((out / "run.json").read_text())["choice of --plane-model"]


def test_a_model_of_another_task_checks_no_view(model, cohort, told):
    assert main(["check", "germain2021", str(cohort), "--plane-model", str(model)]) == 2
    assert "germain2021_plane" in told.text


def test_checked_and_unchecked_results_are_not_mixed(model, plane_model, tmp_path):
    from CardioAILib.verbs import load_model

    judging, checking = (load_model(folder, device="cpu") for folder in (model, plane_model))
    few = Cohort(hearts(6, seed=4).studies[:1])
    predict_cohort(judging, few, tmp_path / "out")
    with pytest.raises(ResumeError, match="--plane-model"):
        predict_cohort(judging, few, tmp_path / "out", plane_model=checking)


def test_networks_that_start_at_random_at_the_published_rate_are_warned_of(caplog):
    warn_of_random_start(GERMAIN_2021, None)
    assert "vgg_ed, vgg_es, vgg_dual: random start" in caplog.text
    caplog.clear()
    warn_of_random_start(HALME_2022, None)
    assert "vgg16, resnet50, inception3, mobilenet: random start" in caplog.text
    caplog.clear()
    warn_of_random_start(GERMAIN_2021, ["measurements"])
    warn_of_random_start(HALME_2022, ["linear", "residual"])
    warn_of_random_start(FAHMY_2022, None)
    assert not caplog.text
