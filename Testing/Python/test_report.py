import csv
import json
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest
from CardioAILib import embedded
from CardioAILib.cli.sliceviews import case_drawer
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.report import Context, write_report
from CardioAILib.report.cases import draw_cases
from CardioAILib.report.caseviews import BAR, GAP, VIEW
from CardioAILib.verbs import Failure, batch, evaluate, predict_cohort
from CardioAILib.verbs.mapcheck import check_few_maps
from CardioAILib.verbs.summary import summarize
from helpers_embedded import need_rendering


@pytest.fixture(scope="module")
def folder(fitted, test_cohort, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    cohort = read_cohort(save_cohort(test_cohort, folder / "data"))
    results, _ = predict_cohort(fitted.model, cohort, folder / "results", explain=True)

    evaluation = evaluate(fitted.model.system, results, cohort)
    failures = [Failure("lost", "1", "Got <nothing>; wanted a mask. To fix: segment it.")]
    checks = check_few_maps(fitted.model, cohort.studies[:1])
    summary = summarize(fitted.model)
    context = Context(cohort, folder / "results", summary, failures, map_checks=checks)
    write_report(evaluation, context, folder)
    return folder


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


PICTURES = ["attention", "calibration", "cases", "confusions", "curves", "deciles", "features"]
PICTURES += ["roc", "scores"]


def test_every_picture_is_drawn(folder):
    assert sorted(path.stem for path in (folder / "figures").iterdir()) == PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_is_blank(folder, name):
    pixels = matplotlib.image.imread(folder / "figures" / f"{name}.png")[..., :3]
    assert min(pixels.shape[:2]) > 200
    painted = np.mean(np.abs(pixels - pixels[0, 0]).max(axis=2) > 0.1)
    assert painted > 0.01
    assert len(np.unique((pixels * 15).astype(int) @ (256, 16, 1))) > 8


def test_a_case_shows_a_slice_an_outline_and_a_heatmap(folder):
    pixels = matplotlib.image.imread(folder / "figures" / "cases.png")[..., :3]
    red, green, blue = np.moveaxis(pixels, -1, 0)
    colored = np.abs(pixels - pixels.mean(axis=2, keepdims=True)).max(axis=2) > 0.15
    outline = (green > 0.6) & (red < 0.5) & (blue > 0.5)
    heat = (red > blue + 0.2) & (red > 0.4)
    assert outline.mean() > 0.001
    assert heat.mean() > 0.001
    assert 0.5 < np.mean(~colored) < 1.0


@pytest.fixture(scope="module")
def judged(folder, fitted):
    """The evaluation of the report's folder and its cohort, read back from the files."""
    cohort = read_cohort(folder / "data" / "cohort.csv")
    return evaluate(fitted.model.system, batch.read_results(folder / "results"), cohort), cohort


def test_a_drawer_is_told_the_case_and_its_pictures_are_left_as_they_are(folder, judged, tmp_path):
    told, colors = [], ((10, 20, 30), (200, 150, 100))

    def drawer(case, size):
        told.append(case)
        return tuple(np.full((*size[::-1], 3), color, np.uint8) for color in colors)

    evaluation, cohort = judged
    path = draw_cases(evaluation, cohort, folder / "results", tmp_path / "cases.png", drawer)
    pixels = np.round(matplotlib.image.imread(path)[..., :3] * 255).astype(int)
    title = len(pixels) // len(told) - VIEW[1] - GAP
    assert len(pixels) == len(told) * (VIEW[1] + title + GAP)
    assert 30 < title < 80
    dark, light = ((pixels == color).all(axis=2) for color in colors)
    assert dark.sum() == light.sum() == len(told) * VIEW[0] * VIEW[1]
    assert not dark[:title].any()
    for case in told:
        arm = case.result.arms[case.system.explain.arm]
        top = max(arm.examples, key=lambda example: example.score)
        assert (case.input, case.slice) == (top.input, top.slice)
        assert case.heatmap.array[0, case.slice].max() == pytest.approx(1.0)
        assert case.heatmap.array.max() <= 1.0
        assert case.mask.array[0, case.slice].any()
        assert case.window[0] < case.window[1]


def test_cases_are_drawn_by_slicers_own_views(folder, judged, tmp_path):
    need_rendering()
    drawer = case_drawer()
    evaluation, cohort = judged
    before = drawer.scene.GetNumberOfNodesByClass("vtkMRMLVolumeNode")
    path = draw_cases(evaluation, cohort, folder / "results", tmp_path / "cases.png", drawer)
    # The last row ends with a gap.
    pixels = matplotlib.image.imread(path)[-GAP - VIEW[1] : -GAP, :, :3]
    plain = pixels[:, GAP : GAP + VIEW[0]]
    overlaid, bar = np.split(pixels[:, 2 * GAP + VIEW[0] :], [VIEW[0]], axis=1)
    assert bar.shape[1] == BAR + GAP
    assert len(np.unique(bar.reshape(-1, 3), axis=0)) > 100
    for picture in (plain, overlaid):
        red, green, blue = np.moveaxis(picture, -1, 0)
        assert ((green > 0.6) & (red < 0.5) & (blue > 0.5)).mean() > 0.002
    red, green, blue = np.moveaxis(overlaid, -1, 0)
    assert ((red > blue + 0.2) & (red > 0.4)).mean() > 0.002
    changed = np.abs(plain - overlaid).max(axis=2) > 0.1
    assert not changed[60:420, 460:].any(), "a legend on the picture"
    assert changed[460:, 100:400].sum() > 50, "the ruler"
    assert drawer.scene.GetNumberOfNodesByClass("vtkMRMLVolumeNode") == before


def test_where_nothing_can_be_drawn_the_log_says_what_is_missing(monkeypatch, caplog):
    monkeypatch.setattr(embedded, "rendering_problem", lambda: "install libegl1")
    assert case_drawer() is None
    assert caplog.messages == ["cases are drawn as plain plots: install libegl1"]


def test_the_page_is_one_file(page):
    assert page.count("data:image/png;base64,") == len(PICTURES)
    assert 'src="figures' not in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_page_tells_how_much_maps_owe_to_what_was_learned(page):
    assert "with random weights in the layers after relu3" in page


def test_the_page_says_what_it_is_not(page, fitted):
    assert "Research use only" in page
    assert "The images are simulated." in page
    assert fitted.model.system.published.caution.split(".")[1].strip() in page


def test_real_images_are_not_called_simulated_where_only_the_model_is(
    folder, judged, fitted, tmp_path
):
    evaluation, cohort = judged
    real = replace(evaluation, target_source="LGE, consensus of two readers")
    context = Context(cohort, folder / "results", summarize(fitted.model))
    page = write_report(real, context, tmp_path).read_text(encoding="utf-8")
    assert "The images are simulated." not in page
    assert "The model was trained on\n  simulated images only." in page


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
