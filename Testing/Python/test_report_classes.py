"""The page on an evaluation of several classes."""

import csv
import json
import re
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest
from CardioAILib.evaluate import Estimate, Interval, wilson
from CardioAILib.published import PublishedArm
from CardioAILib.report import Context, write_report
from CardioAILib.report.caseviews import with_bar
from CardioAILib.report.classcases import choose, draw_class_cases, judged_by, looks_at
from CardioAILib.report.classfigures import draw_accuracies
from CardioAILib.report.classpage import page_text
from CardioAILib.report.classtables import arm_rows, matrix_rows, study_rows
from CardioAILib.report.population import by_class
from CardioAILib.report.populationtable import population_rows
from CardioAILib.results import RESEARCH_ONLY, Attention
from CardioAILib.study import Role
from CardioAILib.system import CrossValidation
from CardioAILib.systems.germain2021_published import PUBLISHED
from CardioAILib.verbs import Failure, evaluate
from CardioAILib.verbs.classes import Discrepancy, ReaderComparison
from CardioAILib.verbs.mapcheck import MapCheck
from helpers_report import DEVELOPED, NAMES, SYSTEM, cohort, results_of

PICTURES = ["accuracies", "attention", "calibration", "cases", "confusions", "contributions"]
N = 15


@pytest.fixture(scope="module")
def studies():
    return cohort(N)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("classes")


@pytest.fixture(scope="module")
def evaluation(studies, folder):
    return evaluate(SYSTEM, results_of(studies, folder), studies)


@pytest.fixture(scope="module")
def context(studies, folder):
    failures = [Failure("lost", "1", "Got <nothing>; wanted ED.")]
    return Context(studies, folder, {"development": DEVELOPED}, failures)


@pytest.fixture(scope="module")
def page(evaluation, context, folder):
    return write_report(evaluation, context, folder).read_text(encoding="utf-8")


@pytest.fixture
def rewritten(evaluation, studies, folder):
    """Return the words of the page on a changed evaluation, without pictures."""

    def write(summary=None, **changed):
        context = Context(studies, folder, summary or {})
        by_key = {study.key: study for study in studies}
        return words_of(page_text(replace(evaluation, **changed), context, by_key, {}))

    return write


def words_of(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S).split())


def lines_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_is_one_file_with_every_picture(page, folder):
    assert sorted(path.stem for path in (folder / "figures").iterdir()) == PICTURES
    assert page.count("data:image/png;base64,") == len(PICTURES)
    assert 'src="figures' not in page
    assert "http://" not in page
    assert "https://" not in page


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_is_blank(page, folder, name):
    pixels = matplotlib.image.imread(folder / "figures" / f"{name}.png")[..., :3]
    assert min(pixels.shape[:2]) > 200
    assert np.mean(np.abs(pixels - pixels[0, 0]).max(axis=2) > 0.1) > 0.01


def test_the_page_says_what_it_is_not_and_what_the_networks_lacked(page):
    text = words_of(page)
    assert text.count(RESEARCH_ONLY) == 1
    assert "The images are simulated." in text
    assert "Backbone weights: random. vgg_ed, vgg_dual did not start from" in text
    assert SYSTEM.published.caution in text


def test_known_start_weights_are_named_and_not_called_random(rewritten):
    circumstances = {**DEVELOPED["circumstances"], "backbone weights": "f" * 64}
    text = rewritten({"development": {**DEVELOPED, "circumstances": circumstances}})
    assert "Backbone weights: random" not in text
    assert "f" * 12 in text


def test_the_counts_of_the_page_are_those_of_the_results(page, evaluation, folder):
    decided = [result.arms["vgg_dual"].decision for result in evaluation.results]
    truth = [NAMES[label] for label in evaluation.labels]
    right = sum(a == b for a, b in zip(decided, truth, strict=True))
    ours = [
        row
        for row in lines_of(folder / "confusion.csv")
        if row["arm"] == "vgg_dual" and row["source"] == "here"
    ]
    assert sum(int(row[row["truth"]]) for row in ours) == right
    assert sum(int(row[name]) for row in ours for name in NAMES) == N
    assert f"{right / N:.3f} (" in words_of(page)


def test_printed_figures_stand_beside_ours(page, folder):
    assert "0.982±0.009" in page
    assert "not in the paper" in page
    printed = [row for row in lines_of(folder / "confusion.csv") if row["source"] != "here"]
    assert [[int(row[name]) for name in NAMES] for row in printed] == [
        [388, 4, 3],
        [6, 400, 5],
        [2, 2, 388],
    ]


def test_the_table_of_results_holds_the_probability_of_each_class(page, folder, evaluation):
    rows = lines_of(folder / "results.csv")
    assert [row["truth"] for row in rows] == [NAMES[label] for label in evaluation.labels]
    for row in rows:
        assert sum(float(row[f"vgg_ed_{name}"]) for name in NAMES) == pytest.approx(1, abs=1e-5)
        top = max(NAMES, key=lambda name, row=row: float(row[f"vgg_ed_{name}"]))
        assert row["vgg_ed_decision"] == top


def test_maps_are_counted_by_zone_and_the_wrong_ones_listed(page, folder, evaluation):
    rows = lines_of(folder / "attention.csv")
    assert len(rows) == N
    outside = [row for row in rows if row["zone"] == "outside"]
    wrong_outside = [row for row in outside if row["called"] != row["truth"]]
    (last,) = (row for row in evaluation.attention if row.zone == "outside")
    assert (last.right, last.wrong) == (len(outside) - len(wrong_outside), len(wrong_outside))
    listed = page[page.index("Cases to check") : page.index("<h2>Cases")]
    wrong = {row["subject"] for row in rows if row["called"] != row["truth"]}
    assert wrong | {row["subject"] for row in outside} == set(re.findall(r"CMP\d{4}", listed))


def test_the_papers_own_audit_stands_beside_ours(rewritten):
    words = rewritten(system=replace(SYSTEM, published=PUBLISHED))
    assert "Published: of 1178 right answers" in words
    assert "Published: of" not in rewritten()


def test_results_without_a_map_are_counted(rewritten, evaluation):
    bare = tuple(replace(result, attention=None) for result in evaluation.results[:2])
    rows = tuple(replace(row, right=0, wrong=0) for row in evaluation.attention)
    changed = rewritten(results=(*bare, *evaluation.results[2:]), attention=rows)
    assert f"{N} results are left out" in changed


def test_the_page_tells_how_much_maps_owe_to_what_was_learned(evaluation, studies, folder):
    checks = [MapCheck("vgg_dual", change, (change,)) for change in (0.25, 0.75)]
    context = Context(studies, folder, map_checks=checks)
    words = words_of(page_text(evaluation, context, {s.key: s for s in studies}, {}))
    assert "after block5_conv3, maps of 2 studies change by 0.50 on average (0.25 to 0.75)" in words


def test_a_system_that_explains_nothing_has_a_page_without_maps(rewritten):
    words = rewritten(system=replace(SYSTEM, explain=None), attention=())
    assert "Sanity check" not in words
    assert "Where the network looked" not in words


def test_cases_are_the_surest_right_ones_of_each_class_and_the_surest_wrong_ones(evaluation):
    chosen = choose(judged_by(evaluation, "vgg_dual"), NAMES)
    right = [case for case in chosen if case.is_right]
    assert [case.truth for case in right] == list(NAMES)
    for case in right:
        score = case.result.arms["vgg_dual"].score
        rivals = [c for c in judged_by(evaluation, "vgg_dual") if c.is_right]
        assert score == max(
            c.result.arms["vgg_dual"].score for c in rivals if c.truth == case.truth
        )


def test_the_population_table_finds_what_was_planted_and_counts_everyone(evaluation, studies):
    known = by_class(evaluation, {study.key: study for study in studies})
    rows = population_rows(known, evaluation.counts)
    by_title = {row[0]: row for row in rows}
    assert by_title["subjects"][1:4] == ["5", "5", "5"]
    sexes = [row for title, row in by_title.items() if title.startswith("sex")]
    assert sum(int(cell) for row in sexes for cell in row[1:4]) == N
    ejection = by_title["LV EF (%)"]
    assert float(ejection[3].split()[0]) < float(ejection[1].split()[0])
    assert ejection[4] == "0.002" or float(ejection[4].removeprefix("< ")) < 0.05


def test_a_subject_of_several_results_counts_once(evaluation, studies):
    first = evaluation.results[0]
    doubled = replace(
        evaluation,
        results=(*evaluation.results, replace(first, study="2")),
        labels=np.append(evaluation.labels, evaluation.labels[0]),
    )
    known = by_class(doubled, {study.key: study for study in studies})
    rows = population_rows(known, doubled.counts)
    assert rows[2] == ["subjects", "5", "5", "5", ""]


def test_unknown_facts_leave_no_row_and_gaps_are_counted(evaluation, studies):
    known = {study.key: replace(study, facts={}) for study in studies}
    titles = [row[0] for row in population_rows(by_class(evaluation, known), evaluation.counts)]
    assert not [title for title in titles if title.startswith(("age", "sex"))]
    known[studies.studies[0].key] = studies.studies[0]
    titles = [row[0] for row in population_rows(by_class(evaluation, known), evaluation.counts)]
    assert f"age (years), not known of {N - 1}" in titles


def test_measurements_are_written_by_name_with_unit(page, folder, evaluation):
    rows = lines_of(folder / "measurements.csv")
    first = evaluation.results[0]
    assert float(rows[0]["LV_EDV_ml"]) == first.measurements["LV_EDV_ml"]
    assert "F 86 to 178, M 106 to 214" in page


def test_the_evaluation_is_there_for_machines(page, folder, evaluation):
    stored = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert stored["classes"] == {name: 5 for name in NAMES}
    assert stored["note"] == RESEARCH_ONLY
    arm = stored["arms"]["measurements"]
    assert np.trace(arm["confusion"]) / N == pytest.approx(arm["accuracy"]["value"])
    assert arm["accuracy"]["low"] < arm["accuracy"]["value"] <= arm["accuracy"]["high"]


def test_failures_are_listed_and_their_text_is_no_markup(page):
    assert "Got &lt;nothing&gt;" in page


def test_folds_that_divide_subjects_are_called_optimistic(rewritten, evaluation):
    leaking = replace(SYSTEM, protocol=CrossValidation(6, 0.0, by="study"))
    text = rewritten(system=leaking)
    assert "may have learned from another input of the subject" in text
    assert "never learned from its subject" not in text


def test_a_test_that_saw_its_studies_in_training_says_so(rewritten):
    text = rewritten(cross_validated=False, seen=4)
    assert "4 of these results come from images that took part in training" in text


def test_an_arm_that_could_not_judge_a_study_has_no_answer_there(evaluation):
    first = evaluation.results[0]
    mute = replace(first, arms={a: f for a, f in first.arms.items() if a != "measurements"})
    rows = study_rows(replace(evaluation, results=(mute, *evaluation.results[1:])))
    column = rows[0].index("measurements")
    assert rows[1][column] == "no answer"
    assert rows[2][column] != "no answer"


def test_printed_matrix_sizes_stand_below_ours_and_nowhere_else(rewritten, evaluation):
    printed = {"matrix 160": {"vgg_ed": PublishedArm(accuracy=0.959)}}
    tests = {**SYSTEM.published.tests, **printed}
    system = replace(SYSTEM, published=replace(SYSTEM.published, tests=tests))
    judged = replace(evaluation, system=system)
    rows = {row[0]: row[1:] for row in matrix_rows({"128": judged, "160": judged})}
    assert rows["vgg_ed, published"] == ["not in the paper", "0.959"]
    assert "vgg_dual, published" not in rows
    assert "0.959" not in rewritten(system=system)


def test_matrix_sizes_stand_side_by_side(evaluation):
    fewer = replace(evaluation, arms={"vgg_ed": evaluation.arms["vgg_ed"]})
    rows = matrix_rows({"128": fewer, "160": evaluation})
    assert rows[0] == ["arm", f"128, n = {N}", f"160, n = {N}"]
    assert [row[0] for row in rows[1:]] == ["vgg_ed", "measurements", "vgg_dual"]
    assert rows[1][1] == rows[1][2] != "-"
    assert rows[2][1] == "-"


def test_readers_are_set_beside_the_model_and_disagreements_listed(rewritten):
    share = Estimate(0.9, wilson(9, 10))
    case = Discrepancy("CMP0007", "1", "HCM", "normal", "HCM")
    reader = ReaderComparison("anna", 10, share, share, share, 0.85, None, 1.0, (case,))
    text = rewritten(readers=(reader,))
    assert "anna 10 0.900 (0.596 to 0.982)" in text
    assert "anna CMP0007 1 HCM normal HCM" in text


def test_cases_without_a_segmentation_are_drawn_whole(evaluation, studies, folder, tmp_path):
    def bare(study):
        images = {role: study.images[role] for role in study.images if role.kind != "mask"}
        return replace(study, images=images)

    unmasked = replace(studies, studies=tuple(bare(study) for study in studies))
    assert studies.studies[0].find(Role(kind="mask")) is not None
    told = []

    def drawer(case, size):
        told.append(case)
        return tuple(np.zeros((*size[::-1], 3), np.uint8) for _ in range(2))

    by_key = {study.key: study for study in unmasked}
    path = draw_class_cases(evaluation, by_key, folder, tmp_path / "cases.png", drawer)
    assert {case.input for case in told} == {"ED", "ES"}
    assert not any(case.outline.any() for case in told)
    cases = matplotlib.image.imread(path)
    assert cases.shape[1] == 4 * (480 + 10) + 10 + 120


def test_captions_tell_that_where_maps_lie_is_told_of_all_inputs_together():
    attention = Attention(0.2, 0.1, True, "vgg_dual", (3,), "outside")
    told = "outside the heart (20% on or near it)"
    assert looks_at(attention, ["ED", "ES"]) == f"ED and ES together: {told}"
    assert looks_at(attention, ["ED"]) == told


def test_the_bar_of_colors_lies_beside_a_view_and_never_on_it():
    view = np.full((480, 480, 3), 7, np.uint8)
    barred = with_bar(view)
    assert np.array_equal(barred[:, :480], view)
    assert len(np.unique(barred[:, 480:].reshape(-1, 3), axis=0)) > 100


def test_one_arm_without_a_network_has_no_columns_and_rows_of_nothing(rewritten, evaluation):
    alone = replace(
        evaluation,
        arms={"measurements": evaluation.arms["measurements"]},
        results=tuple(replace(result, attention=None) for result in evaluation.results),
        attention=(),
    )
    assert study_rows(alone)[0] == ["subject", "study", "truth", "measurements"]
    assert {len(row) for row in study_rows(alone)} == {4}
    assert {len(row) for row in arm_rows(alone, DEVELOPED)} == {5}
    text = rewritten(arms=alone.arms, results=alone.results, attention=())
    for absent in ("not in the paper", "McNemar", "start weights", "looks at", "published acc"):
        assert absent not in text
    assert study_rows(evaluation)[0][-1] == "looks at"
    assert "p (McNemar)" in arm_rows(evaluation, DEVELOPED)[0]


def test_published_marks_are_in_the_legend_only_where_there_are_any(evaluation, tmp_path):
    def width_of(arm):
        own = replace(evaluation, arms={arm: evaluation.arms[arm]})
        drawn = draw_accuracies(own, tmp_path / f"{arm}.png")
        pixels = matplotlib.image.imread(drawn)[..., :3]
        right = np.flatnonzero((pixels < 0.5).any(axis=(0, 2)))
        legend = pixels[:, int(right.max()) - 100 : int(right.max())]
        return int((legend < 0.5).any(axis=(1, 2)).sum())

    assert width_of("measurements") < width_of("vgg_ed")


def test_where_every_result_is_right_the_bootstrap_is_a_dash(rewritten, evaluation):
    sure = Estimate(1.0, Interval(1.0, 1.0, 0.95, "bootstrap"))
    found = evaluation.arms["measurements"]
    perfect = replace(
        found, accuracy=Estimate(1.0, wilson(N, N)), accuracy_bootstrap=sure, macro_auc=sure
    )
    arms = {**evaluation.arms, "measurements": perfect}
    rows = arm_rows(replace(evaluation, arms=arms), DEVELOPED)
    (row,) = (row for row in rows if row[0] == "measurements")
    assert row[2].startswith("1.000 (0.")
    assert row[3] == "-"
    assert "1.000" in row
    assert "1.000 (1.000 to 1.000)" not in row
    assert "A dash for the bootstrap" in rewritten(arms=arms)
