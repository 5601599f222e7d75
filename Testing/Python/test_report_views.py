"""The pages on two classes: thresholds, the band of doubt, several views, a reader's findings."""

import csv
import json
import re
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest
from CardioAILib.decide import INDETERMINATE
from CardioAILib.evaluate import mann_whitney
from CardioAILib.mrml.outputs import decisive_slices
from CardioAILib.report import Context, result_pictures, write_report, write_single
from CardioAILib.report.bandtable import band_rates, band_rows
from CardioAILib.report.byview import share_rows, view_rows
from CardioAILib.report.confusions import panels
from CardioAILib.report.contributions import draw_contributions
from CardioAILib.report.curves import draw_curves
from CardioAILib.report.importance import draw_importance
from CardioAILib.report.matrixplots import panels_figure
from CardioAILib.report.population import by_class, by_part
from CardioAILib.report.populationtable import population_rows
from CardioAILib.report.rates import rate_rows
from CardioAILib.report.readersfindings import finding_rows
from CardioAILib.report.singlepictures import draw_slice_scores
from CardioAILib.report.sweep import sweep_rows
from CardioAILib.report.viewcases import findings_told
from CardioAILib.report.wording import scoring_of, told_class
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Mask
from CardioAILib.systems import FAHMY_2022, MARTINI_2020_EMIDEC
from CardioAILib.verbs import Failure, evaluate
from CardioAILib.verbs.band import Band, Sorted
from CardioAILib.verbs.cells import items_of
from CardioAILib.verbs.predict import explained_class
from helpers_views import (
    LACKING,
    NEGATIVE,
    POSITIVE,
    SCORES,
    SHARES,
    SILENT,
    SMALL,
    SUMMARY,
    SYSTEM,
    cohort,
    results_of,
)

PICTURES = ["attention", "calibration", "confusions", "curves", "deciles", "importance", "roc"]
PICTURES += ["scores"]


@pytest.fixture(scope="module")
def studies():
    return cohort()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("views")


@pytest.fixture(scope="module")
def results(studies, folder):
    return results_of(studies, folder)


@pytest.fixture(scope="module")
def evaluation(results, studies):
    return evaluate(SYSTEM, results, studies)


@pytest.fixture(scope="module")
def page(evaluation, studies, folder):
    failures = [Failure("lost", "1", "Got one view; wanted two.")]
    context = Context(studies, folder, SUMMARY, failures)
    return write_report(evaluation, context, folder).read_text(encoding="utf-8")


def words_of(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S).split())


def lines_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Confusion


def test_each_arm_has_a_confusion_matrix_with_the_printed_one_after_it(evaluation):
    found = list(panels(evaluation))
    assert [panel.title.split("\n")[0] for panel in found] == [
        "dl, here",
        "dl, published",
        "gbm, here",
        "gbm, published",
    ]
    assert [panel.ours for panel in found] == [True, False, True, False]
    np.testing.assert_array_equal(found[1].counts, [[17, 4], [1, 20]])
    assert found[1].right == pytest.approx(37 / 42)


def test_what_the_primary_arm_does_not_decide_has_a_column_of_its_own(evaluation):
    network, _, boosted, _ = panels(evaluation)
    assert network.called == (NEGATIVE, INDETERMINATE, POSITIVE)
    np.testing.assert_array_equal(network.counts, [[4, 1, 1], [0, 2, 4]])
    assert network.right == pytest.approx(8 / 9)
    assert boosted.called == (NEGATIVE, POSITIVE)
    assert boosted.counts.sum() == len(SCORES) - 1


def test_cells_and_titles_of_all_matrices_are_alike(evaluation):
    drawn = panels_figure(list(panels(evaluation)))
    drawn.draw_without_rendering()
    boxes = [axes.get_window_extent() for axes in drawn.axes]
    assert [box.width / box.height for box in boxes] == pytest.approx([1.5, 1, 1, 1], rel=0.02)
    assert [box.height for box in boxes] == pytest.approx([boxes[0].height] * 4, rel=0.02)
    assert [box.y1 for box in boxes] == pytest.approx([boxes[0].y1] * 4, abs=3)


# Thresholds and rates


def test_the_printed_sweep_beside_ours_has_every_printed_rate(evaluation):
    header, *rows = sweep_rows(evaluation, "dl")
    assert header[7:] == [f"{name}, published" for name in ("FP", "FN", "Se", "Sp", "PPV", "NPV")]
    assert [row[0] for row in rows] == [
        "0.1",
        "0.2",
        "0.3",
        "0.4",
        "0.5",
        "0.6",
        "0.7",
        "0.8",
        "0.9",
    ]
    assert rows[0][7:] == ["18", "0", "1.00", "0.14", "0.54", "1.00"]
    assert rows[3][7:] == ["6", "0", "1.00", "0.71", "0.78", "1.00"]
    assert rows[4][7:] == ["4", "1", "0.95", "0.81", "0.83", "0.94"]
    assert rows[8][7:] == ["0", "13", "0.38", "1.00", "1.00", "0.62"]


def test_our_own_counts_are_those_of_the_scores(evaluation):
    scores, labels = np.array(SCORES), evaluation.labels
    for row in sweep_rows(evaluation, "dl")[1:]:
        called = scores >= float(row[0])
        assert int(row[1]) == np.sum(called & (labels == 0))
        assert int(row[2]) == np.sum(~called & (labels == 1))


def test_only_the_arm_that_the_source_proposes_has_its_sweep_beside(evaluation):
    assert len(sweep_rows(evaluation, "gbm")[0]) == 7


def test_the_printed_rates_stand_below_ours(evaluation):
    rows = {row[0]: row[1:] for row in rate_rows(evaluation)}
    test = "published test set (n = 42)"
    assert rows[f"dl, {test}"] == ["0.88", "0.83", "0.95", "0.89", "0.982"]
    assert rows[f"gbm, {test}"] == ["0.90", "0.95", "0.86", "0.90", "0.952"]
    point = evaluation.arms["dl"].operating
    assert rows["dl"][0].startswith(f"{point.accuracy:.2f} (")
    assert rows["dl"][3].startswith(f"{point.f1:.2f} (")


def test_a_source_without_counts_has_no_row_of_rates(evaluation):
    elsewhere = replace(SYSTEM, published=FAHMY_2022.published)
    rows = rate_rows(replace(evaluation, system=elsewhere))
    assert [row[0] for row in rows[1:]] == ["dl", "gbm"]


# The band of doubt


def test_the_band_is_counted_and_rates_of_nothing_are_dashes():
    band = Band(0.4, 0.5, Sorted(8, 0), Sorted(4, 1), Sorted(8, 6))
    names = (NEGATIVE, POSITIVE)
    assert [row[1:] for row in band_rows(band, names)[1:]] == [
        ["8", "0", "8"],
        ["4", "1", "3"],
        ["8", "6", "2"],
    ]
    shares = [row[1] for row in band_rates(band, names)[1:]]
    assert shares == ["4/20", "8/8", "6/8", "6/6", "8/10"]
    nothing = Band(0.4, 0.5, Sorted(0, 0), Sorted(3, 1), Sorted(0, 0))
    assert [row[2] for row in band_rates(nothing, names)[2:]] == ["-"] * 4


# Who was judged


def test_the_population_of_two_classes_is_compared_by_mann_whitney(evaluation, studies):
    population = by_class(evaluation, {study.key: study for study in studies})
    rows = {row[0].split(",")[0]: row[1:] for row in population_rows(population, (6, 6))}
    assert rows["subjects"] == ["6", "6", ""]
    mass = [[s.facts["LVMI_g_per_m2"] for s, y in zip(studies, evaluation.labels, strict=True)
             if y == label and "LVMI_g_per_m2" in s.facts] for label in (0, 1)]  # fmt: skip
    p = mann_whitney(*mass)
    assert rows["LV mass index (g/m²)"][2] == ("< 0.001" if p < 0.001 else f"{p:.3f}")
    assert rows["Prior infarct"][0].startswith("2/6")


def test_an_answer_that_none_can_read_is_not_known(evaluation, studies):
    first, *others = studies
    odd = replace(first, facts={**first.facts, "prior_infarct": "perhaps"})
    known = {study.key: study for study in (odd, *others)}
    titles = [row[0] for row in population_rows(by_class(evaluation, known))]
    assert "Prior infarct, not known of 1" in titles


def test_development_data_are_told_by_what_they_served_for(studies):
    names = [study.subject for study in studies]
    parts = dict(zip(names, ["training"] * 6 + ["validation"] * 3 + ["test"] * 3, strict=True))
    rows = population_rows(by_part(SYSTEM, studies, parts))
    assert rows[0] == ["", "training", "validation", "test", "p"]
    assert rows[1] == ["subjects", "6", "3", "3", ""]


# Several views


def test_each_view_has_a_row_with_its_probability_and_where_its_map_lies(results):
    header, *rows = view_rows(results[0])
    assert header == ["view", "probability", *SHARES]
    assert [row[0] for row in rows] == ["2C", "4C", "SAX", "all views"]
    assert [row[1] for row in rows] == ["0.90", "0.93", "0.96", "0.93"]
    assert rows[0][2:] == ["50%", "20%", "30%", "25%"]
    assert [row[0] for row in view_rows(results[LACKING])[1:]] == ["4C", "SAX", "all views"]


def test_shares_are_summed_up_by_view_and_a_missing_one_does_not_count(results):
    header, *rows = share_rows(results)
    assert header == ["", "studies", *SHARES]
    assert [row[:2] for row in rows] == [
        ["2C", str(len(results) - 1)],
        ["4C", str(len(results))],
        ["SAX", str(len(results))],
        ["all views", str(len(results))],
    ]
    assert rows[0][2] == "50% (50% to 50%)"
    assert share_rows([replace(result, attention=None) for result in results]) == []


def test_evidence_is_that_for_the_disease_whatever_was_decided(results, studies):
    called = results[1].arms["gbm"]
    assert called.decision == NEGATIVE
    assert explained_class(SYSTEM, NEGATIVE) == explained_class(SYSTEM, INDETERMINATE) == 1
    assert told_class(called, SYSTEM) == POSITIVE
    assert told_class(results[3].arms["dl"], SYSTEM) == POSITIVE
    told = findings_told(SYSTEM, results[1], studies.studies[1].facts)
    assert told.speaks_for == POSITIVE
    (axes,) = draw_contributions([told]).axes
    assert axes.get_xlabel().startswith("evidence for amyloidosis (logit)")


def test_the_colors_of_a_view_span_its_own_slices(results):
    assert decisive_slices(results[0], "SAX") == (0, 1, 2)
    assert decisive_slices(results[0], "2C") == (0,)


# The evaluation's page


def test_every_picture_is_drawn_and_the_page_is_one_file(page, folder):
    drawn = [path.stem for path in (folder / "figures").iterdir()]
    cases = [f"case{n}{part}" for n in (1, 2, 3) for part in ("", "_findings")]
    assert sorted(drawn) == sorted([*PICTURES, *cases])
    assert page.count("data:image/png;base64,") == len(drawn)
    assert 'src="figures' not in page
    assert words_of(page).count(RESEARCH_ONLY) == 1


@pytest.mark.parametrize("name", [*PICTURES, "case1", "case1_findings"])
def test_no_picture_is_blank(page, folder, name):
    pixels = matplotlib.image.imread(folder / "figures" / f"{name}.png")[..., :3]
    assert min(pixels.shape[:2]) > 150
    assert np.mean(np.abs(pixels - pixels[0, 0]).max(axis=2) > 0.1) > 0.005


def test_the_page_tells_doubt_missing_views_and_arms_without_an_answer(page):
    text = words_of(page)
    assert "Below the rule-out point 0.4 dl rules amyloidosis out" in text
    assert "1 study lacks a view and was judged by the others." in text
    assert "the mean over its views, each the mean over its slices" in text
    assert "Threshold: 0.5, as declared" in text
    assert "no answer" in text
    assert "incomplete" in text
    assert "Published: the published maps lit the myocardium, and pleural effusion" in text


def test_the_page_says_what_the_audit_counts_and_where_each_score_comes_from(page):
    text = words_of(page)
    assert "of the heatmap lies on the heart or within 10 mm of it" in text
    assert "heart plus band is what the flag counts" in text
    assert "Maps of negative cases, too, show evidence for amyloidosis." in text
    assert "its slices in dl; comes from one row of findings a study in gbm, averaged" in text


@pytest.mark.parametrize("count", [6, 7])
def test_where_most_maps_are_flagged_the_page_warns_above_the_cases(
    evaluation, studies, folder, tmp_path, count
):
    results = tuple(
        replace(own, attention=replace(own.attention, flagged=number < count))
        for number, own in enumerate(evaluation.results)
    )
    flagged = replace(evaluation, results=results)
    path = write_report(flagged, Context(studies, folder, SUMMARY), tmp_path)
    text = words_of(path.read_text(encoding="utf-8"))
    warning = f"Cases {count} of 12 maps are flagged: the maps do not show what the network decides"
    assert (warning in text) == (count == 7)


def test_an_arm_of_measurements_is_scored_by_one_row_a_study():
    assert scoring_of(MARTINI_2020_EMIDEC, ["lge"]) == "comes from one row of measurements a study"
    assert scoring_of(MARTINI_2020_EMIDEC, ["dl"]) == "is the mean over its slices"


def test_cases_show_the_readers_findings_beside_the_networks(page, evaluation):
    text = words_of(page)
    assert "highest score with amyloidosis" in text
    assert "dl: amyloidosis 0.97; gbm: amyloidosis 0.80. Truth: amyloidosis." in text
    assert "Late enhancement subendocardial to transmural yes" in text
    assert "prior infarct yes" in text


def test_the_rows_of_training_data_stand_on_the_page_where_they_are_known(
    evaluation, studies, folder, tmp_path
):
    parts = dict.fromkeys([study.subject for study in studies], "training")
    parts[studies.studies[0].subject] = "test"
    bare = replace(
        evaluation, results=tuple(replace(r, files={}, attention=None) for r in evaluation.results)
    )
    context = Context(studies, folder, SUMMARY, parts=parts)
    text = words_of(write_report(bare, context, tmp_path).read_text(encoding="utf-8"))
    assert "subjects 11 0 1" in text
    assert "Attention audit" not in text
    assert "Cases" not in text


def test_the_table_of_results_holds_each_view_and_region(page, folder, results):
    rows = lines_of(folder / "results.csv")
    assert float(rows[0]["dl_SAX"]) == pytest.approx(
        results[0].arms["dl"].by_input["SAX"], abs=1e-6
    )
    assert rows[LACKING]["dl_2C"] == ""
    assert rows[0]["heatmap_on_pericardial_band_share"] == "0.2000"
    assert rows[SILENT]["gbm_score"] == ""
    assert [row["dl_decision"] for row in rows].count(INDETERMINATE) == 3


def test_thresholds_band_and_tenths_are_there_for_machines(page, folder):
    stored = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    network = stored["arms"]["dl"]
    assert network["band"]["indeterminate"] == {"n": 3, "positives": 2}
    assert sum(network["thresholds"]["0.5"].values()) == len(SCORES)
    assert sum(map(sum, stored["deciles"].values())) == len(SCORES)
    assert stored["arms"]["gbm"]["band"] is None
    assert len(lines_of(folder / "thresholds.csv")) == 2 * 9


def test_columns_that_were_never_worth_anything_have_no_bar(tmp_path):
    rows = SUMMARY["development"]["importance"]["gbm"]
    assert draw_importance({"gbm": rows[2:]}, {}, tmp_path / "x.png") is None
    assert draw_importance({"gbm": rows}, {}, tmp_path / "x.png") is not None


def test_every_part_of_an_ensemble_has_curves_of_its_own(tmp_path):
    one = draw_curves({"dl": SUMMARY["curves"]["dl, 2C"]}, tmp_path / "one.png")
    three = draw_curves(SUMMARY["curves"], tmp_path / "three.png")
    heights = [matplotlib.image.imread(path).shape[0] for path in (one, three)]
    assert heights[1] == 2 * heights[0]
    assert draw_curves({"dl": [()]}, tmp_path / "none.png") is None


# The page on one result


@pytest.fixture
def single(tmp_path):
    """Write the page on a result and return its words."""

    def write(result, pictures=(), facts=None):
        path = write_single(result, SYSTEM, SUMMARY, tmp_path / "page.html", pictures, facts)
        return words_of(path.read_text(encoding="utf-8"))

    return write


def test_the_page_on_one_result_tells_doubt_and_views(single, results, studies):
    text = single(results[3], facts=studies.studies[3].facts)
    assert "Indeterminate. The score lies between the rule-out point 0.40 and the threshold" in text
    assert "threshold 0.50 rule-out point 0.40" in text
    assert "2C 0.41 50% 20% 30% 25%" in text
    assert "Prior infarct" not in text
    assert "LV ejection fraction (%)" in text
    assert "Indeterminate." not in single(results[0])


def test_the_page_on_one_result_says_once_that_a_view_is_missing(single, results):
    text = single(results[LACKING])
    assert text.count("no LGE_2C: the result rests on 4C, SAX alone") == 1
    assert "Incomplete." in text
    assert "Warnings" not in text


def test_views_of_one_image_stand_beside_the_slices_of_the_stack(single, results):
    picture = draw_slice_scores(results[0], SYSTEM)
    said = "Score of each view of one image and slice, mean over the members of dl."
    assert picture.caption == said
    assert said in single(results[0])
    assert "thick" not in single(results[0])


def test_a_study_without_a_stack_has_scores_of_its_views_alone(results):
    network = results[0].arms["dl"]
    flat = replace(network, examples=tuple(e for e in network.examples if e.input != "SAX"))
    picture = draw_slice_scores(replace(results[0], arms={"dl": flat}), SYSTEM)
    assert picture.caption.startswith("Score of each view of one image, mean")


def test_findings_are_answers_numbers_or_not_assessed(studies):
    facts = {"age": 70.0, "sex": "F", "early_darkening": 1.0, "LGE_present": "maybe"}
    rows = dict(finding_rows(SYSTEM, facts)[1:])
    assert len(rows) == len(items_of(SYSTEM)) == 20
    assert rows["Age (years)"] == "70"
    assert rows["Sex"] == "F"
    assert rows["Early blood-pool darkening"] == "yes"
    assert rows["Late enhancement present"] == "not readable"
    assert rows["Pleural effusion"] == "not assessed"
    assert finding_rows(FAHMY_2022, facts) == []


def slices_drawn(result, study, folder):
    """Return the slice on which each view of a result is drawn."""
    asked = {}

    def drawer(case, size):
        asked[case.input] = case.slice
        return np.zeros((*size[::-1], 3), np.uint8), np.full((*size[::-1], 3), 200, np.uint8)

    result_pictures(result, study, SYSTEM, folder, drawer)
    return asked


def with_masks(study, change):
    """The study with masks (1, S, H, W) made by `change` from its own."""
    images = {
        role: replace(own, array=change(own.array)) if isinstance(own, Mask) else own
        for role, own in study.images.items()
    }
    return replace(study, images=images)


def test_all_views_are_in_one_picture(results, studies, folder):
    assert list(slices_drawn(results[0], studies.studies[0], folder)) == ["2C", "4C", "SAX"]
    assert list(slices_drawn(results[LACKING], studies.studies[LACKING], folder)) == ["4C", "SAX"]


def test_a_stack_is_shown_where_it_is_most_suspicious_and_shows_the_heart(results, studies, folder):
    study, top = studies.studies[0], SMALL.slices - 1

    def without_top(mask):
        return np.where(np.arange(mask.shape[1])[:, None, None] == top, 0, mask)

    assert slices_drawn(results[0], study, folder)["SAX"] == top
    hidden = with_masks(study, lambda m: without_top(m) if m.shape[1] > 1 else m)
    assert slices_drawn(results[0], hidden, folder)["SAX"] == top - 1


def test_a_stack_without_a_segmentation_is_shown_in_the_middle(results, studies, folder):
    images = {r: own for r, own in studies.studies[0].images.items() if not isinstance(own, Mask)}
    bare = replace(studies.studies[0], images=images)
    assert slices_drawn(results[0], bare, folder) == {"2C": 0, "4C": 0, "SAX": SMALL.slices // 2}


def test_without_maps_the_views_are_drawn_as_segmented(results, studies, folder):
    bare = replace(results[LACKING], files={})
    (picture,) = result_pictures(bare, studies.studies[LACKING], SYSTEM, folder)
    assert picture.png.startswith(b"\x89PNG")
    assert "As it was judged" in picture.caption


def test_what_was_measured_of_enhancement_is_shown_by_name_and_as_a_bulls_eye(tmp_path, results):
    values = {f"LGE_extent_segment_{n:02d}_percent": 10.0 * n for n in range(1, 10)}
    known = replace(results[0], measurements={**values, "LGE_extent_5sd_percent": 12.5})
    path = write_single(known, SYSTEM, SUMMARY, tmp_path / "page.html")
    page = path.read_text(encoding="utf-8")
    assert page.count("data:image/svg+xml;base64,") == 1
    assert "LGE extent 5sd 12.5 %" in words_of(page)
