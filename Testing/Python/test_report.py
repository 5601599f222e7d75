import csv
import json

import matplotlib.image
import numpy as np
import pytest
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.report import Context, write_report
from CardioAILib.verbs import Failure, batch, evaluate, predict_cohort
from CardioAILib.verbs.summary import summarize


@pytest.fixture(scope="module")
def folder(fitted, test_cohort, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    cohort = read_cohort(save_cohort(test_cohort, folder / "data"))
    results, _ = predict_cohort(fitted.model, cohort, folder / "results", explain=True)

    evaluation = evaluate(fitted.model.system, results, cohort)
    failures = [Failure("lost", "1", "Got <nothing>; wanted a mask. To fix: segment it.")]
    context = Context(cohort, folder / "results", summarize(fitted.model), failures)
    write_report(evaluation, context, folder)
    return folder


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


PICTURES = ["attention", "calibration", "cases", "curves", "features", "roc", "scores"]


def test_every_picture_is_drawn(folder):
    assert sorted(path.stem for path in (folder / "figures").iterdir()) == PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_is_blank(folder, name):
    pixels = matplotlib.image.imread(folder / "figures" / f"{name}.png")[..., :3]
    assert min(pixels.shape[:2]) > 200
    painted = np.mean(np.abs(pixels - pixels[0, 0]).max(axis=2) > 0.1)
    assert painted > 0.01
    assert len(np.unique((pixels * 15).astype(int).reshape(-1, 3), axis=0)) > 8


def test_a_case_shows_a_slice_an_outline_and_a_heatmap(folder):
    pixels = matplotlib.image.imread(folder / "figures" / "cases.png")[..., :3]
    red, green, blue = np.moveaxis(pixels, -1, 0)
    colored = np.abs(pixels - pixels.mean(axis=2, keepdims=True)).max(axis=2) > 0.15
    outline = (green > 0.6) & (red < 0.5) & (blue > 0.5)
    heat = (red > blue + 0.2) & (red > 0.4)
    assert outline.mean() > 0.001
    assert heat.mean() > 0.001
    assert 0.5 < np.mean(~colored) < 1.0


def test_the_page_is_one_file(page):
    assert page.count("data:image/png;base64,") == len(PICTURES)
    assert 'src="figures' not in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_page_says_what_it_is_not(page, fitted):
    assert "Research use only" in page
    assert "The images are simulated." in page
    assert fitted.model.system.published.caution.split(".")[1].strip() in page


def test_the_column_that_the_paper_calls_recall_is_named_npv(page):
    assert "<th>NPV</th>" in page
    assert "<th>Recall</th>" not in page


def test_published_numbers_stand_beside_ours(page):
    for printed in ("0.75±0.03", "0.76±0.01", "0.81±0.02", "0.42±0.06"):
        assert printed in page


def test_failures_are_listed_and_their_text_is_no_markup(page):
    assert "lost" in page
    assert "Got &lt;nothing&gt;" in page


def test_the_origin_is_on_the_page(page, fitted):
    assert fitted.model.provenance.definition in page
    assert fitted.model.provenance.versions["torch"] in page


def test_the_tables_hold_the_numbers_of_the_results(folder, test_cohort):
    rows = list(csv.DictReader((folder / "results.csv").open(encoding="utf-8")))
    assert [row["subject"] for row in rows] == [study.subject for study in test_cohort]
    stored = batch.read_results(folder / "results")
    by_subject = {result.subject: result for result in stored}
    for row in rows:
        score = by_subject[row["subject"]].arms["dl"].score
        assert float(row["dl_score"]) == pytest.approx(score, abs=1e-6)


def test_the_evaluation_is_there_for_machines(folder):
    stored = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert set(stored["arms"]) == {"size", "radiomics", "dl", "dl_radiomics"}
    counts = stored["arms"]["dl"]["counts"]
    assert sum(counts.values()) == stored["positives"] + stored["negatives"]
    assert stored["provenance"]["definition"]


def test_folds_have_a_mean_and_a_spread(folder):
    rows = list(csv.DictReader((folder / "folds.csv").open(encoding="utf-8")))
    means = [row for row in rows if row["fold"] == "mean±SD"]
    assert len(means) == 4
    assert all("±" in row["AUC"] for row in means)
