"""Pages on planar scintigraphy: evaluations of four grades and of two, and single scans."""

import csv
import json
import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from CardioAILib.cli.sliceviews import case_drawer
from CardioAILib.evaluate import cohen_kappa
from CardioAILib.report import Context, result_pictures, write_report, write_single
from CardioAILib.report.montage import median_case, stage_words
from CardioAILib.report.papertable import paper_rows, prints_table
from CardioAILib.report.ratioplots import limit_words
from CardioAILib.report.scancases import scan_cases
from CardioAILib.report.scans import case_of, cut, read_scan, without_empty_ends
from CardioAILib.report.scanviews import (
    draw_plainly,
    footed,
    marked,
    scan_png,
    sides_of,
    whole_size,
)
from CardioAILib.report.uptakerows import grade_words, uptake_rows
from CardioAILib.report.wording import scoring_of
from CardioAILib.results import RESEARCH_ONLY, ArmResult, Attention, Finding, Provenance, Result
from CardioAILib.study import Image, Role
from CardioAILib.systems import (
    FAHMY_2022,
    GERMAIN_2021,
    HALME_2022,
    HALME_2022_GRADE_3,
    HALME_2022_POSITIVE,
)
from CardioAILib.verbs import batch, evaluate
from CardioAILib.verbs.activations import activation_name
from CardioAILib.verbs.planar import is_planar
from CardioAILib.verbs.positives import asked, is_graded
from helpers_embedded import need_rendering
from helpers_halme import COARSE, OWN, scans
from jinja2 import Environment, PackageLoader
from matplotlib.image import imread

ANTERIOR = Role("NM", "planar", "anterior")
N = 8
MR_WORDS = ("slice", "myocardium", "ventric", "short-axis")


@pytest.fixture(scope="module")
def cohort():
    return scans(N, seed=4, metastases=0.4, size=COARSE)


def made(system, study, seed, folder, mapped):
    """A result that an arm might give: right for three of four scans."""
    random = np.random.default_rng(seed)
    truth = system.task.label(study)
    image = study.images[ANTERIOR]
    maps = {}
    if mapped:
        heat = np.zeros(image.array.shape, np.float32)
        heat[0, 0, 150:190, 60:90] = random.random((40, 30))
        names = [activation_name(a, s) for a in OWN for s in system.activations.stages]
        maps = {name: Image(heat, image.ijk_to_ras) for name in ("anterior", *names)}
    result = Result(
        study.subject,
        study.study,
        {arm: answer(system, truth, random) for arm in OWN},
        "residual",
        Provenance(system.name, "sound", "d" * 64, "", 0, {"cardioai": "0.1"}),
        findings=(Finding("counts", "the scan has few counts"),),
        attention=Attention(0.8, 0.2, False, "residual", (0,), "heart") if mapped else None,
        fold=seed % 2,
        measurements={
            "visual_grade": float((seed + 1) % 4),
            "heart_to_contralateral": 1.62,
            "heart_to_contralateral_sd": 0.031,
            "heart_to_ribs_net": 1.01,
            "heart_to_ribs_net_sd": 0.05,
            "heart_to_whole_body_percent": float("nan"),
        },
    )
    return batch.write_result(result, maps, folder)


def answer(system, truth, random):
    names = system.task.names
    called = truth if random.random() < 0.75 else int(random.integers(len(names)))
    p = random.dirichlet(np.ones(len(names)) + 6 * np.eye(len(names))[called])
    if not system.task.several:
        score = float(p[1])
        return ArmResult(score, (score,), 0.5, names[score >= 0.5], ())
    row, top = tuple(p.tolist()), int(p.argmax())
    return ArmResult(float(p[top]), (float(p[top]),), None, names[top], (), row, (row,))


@pytest.fixture(scope="module")
def made_pages(cohort, tmp_path_factory):
    pages = {}
    for system in (HALME_2022, HALME_2022_POSITIVE):
        folder = tmp_path_factory.mktemp(system.name)
        results = [made(system, s, i, folder, i < 4) for i, s in enumerate(cohort)]
        evaluation = evaluate(system, results, cohort)
        page = write_report(evaluation, Context(cohort, folder), folder)
        pages[system.name] = evaluation, folder, page.read_text(encoding="utf-8")
    return pages


@pytest.fixture(params=[HALME_2022.name, HALME_2022_POSITIVE.name])
def report(request, made_pages):
    return made_pages[request.param]


def words_of(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S).split())


def lines_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_page_has_examples_preparation_montages_and_cases(report):
    evaluation, folder, page = report
    names = {path.stem for path in (folder / "figures").glob("*.png")}
    assert {"examples", "preparation", "activations_linear", "activations_residual"} <= names
    words = words_of(page)
    assert RESEARCH_ONLY in words
    assert "Visual rule: grade 2: net uptake of heart to ribs 1.01" in words
    assert "heart to contralateral 1.62 ± 0.03" in words
    assert "counts: the scan has few counts" in words
    assert page.count('alt="Scan of') >= len(evaluation.system.task.names)


def test_a_page_on_scans_does_not_speak_of_hearts_on_slices(report):
    words = words_of(report[2]).lower()
    assert not [word for word in MR_WORDS if word in words]


def test_the_published_table_stands_beside_ours(report):
    evaluation, folder, page = report
    rows = lines_of(folder / "beside.csv")
    assert rows == paper_rows(evaluation)
    assert rows[0][1:3] == ["linear, here", "linear, published"]
    printed = {row[0]: row[2::2] for row in rows[1:]}
    if evaluation.system.task.several:
        assert printed["AUC, mean over classes"] == ["0.86", "0.86"]
        assert printed["accuracy"] == ["0.66", "0.67"]
        assert len(rows) == 1 + 2 + 4 + 4 + 4
    else:
        assert printed["AUC"] == ["0.88", "0.89"]
        assert printed["recall, grade 2 or 3"] == ["0.79", "0.81"]
        assert len(rows) == 1 + 2 + 2 + 2
    assert "1334 patients, five-fold cross-validation" in words_of(page)


def test_figures_of_the_table_are_those_of_the_evaluation(made_pages):
    evaluation = made_pages["halme2022_positive"][0]
    point = evaluation.arms["residual"].operating
    rows = {row[0]: row[3] for row in paper_rows(evaluation)}
    assert rows["recall, grade 2 or 3"].startswith(f"{point.sensitivity:.2f} (")
    assert rows["recall, grade 0 or 1"].startswith(f"{point.specificity:.2f} (")
    assert rows["precision, grade 2 or 3"].startswith(f"{point.ppv:.2f} (")
    four = made_pages["halme2022"][0]
    rows = {row[0]: row[3] for row in paper_rows(four)}
    assert rows["recall, grade 3"] == str(four.arms["residual"].recall[3])
    assert rows["AUC, grade 3"] == str(four.arms["residual"].auc[3])


def test_printed_precision_of_grade_3_is_at_hand():
    (arms,) = HALME_2022_GRADE_3.published.tests.values()
    assert arms["residual"].precision == (None, 0.83)
    assert arms["residual"].recall == (None, 0.89)
    assert [prints_table(s) for s in (HALME_2022, GERMAIN_2021, FAHMY_2022)] == [True, False, False]


def test_readers_agree_with_themselves_each_other_and_the_model(report):
    evaluation, folder, page = report
    rows = lines_of(folder / "agreement.csv")
    assert [row[1] for row in rows[1:]] == [
        "reader1 and reader1 again",
        "reader1 and reader2",
        "reader1 and model",
        "reader2 and model",
    ]
    assert (len(rows[0]) == 7) is evaluation.system.task.several
    told = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))["agreements"]
    assert told[0]["kind"] == "same reader"
    assert "two physicians graded 40 scans twice" in words_of(page)


def test_ratios_visual_grade_and_the_yes_or_no_stand_in_the_table_of_results(report):
    evaluation, folder, _ = report
    head, *rows = lines_of(folder / "results.csv")
    table = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["visual_grade"] for row in table] == [str((seed + 1) % 4) for seed in range(N)]
    assert table[0]["heart_to_contralateral"] == "1.62"
    assert table[0]["heart_to_whole_body_percent"] == ""
    several = evaluation.system.task.several
    assert ("residual_P(grade >= 2)" in head) is several
    if several:
        p = evaluation.results[0].arms["residual"].probabilities
        assert float(table[0]["residual_P(grade >= 2)"]) == pytest.approx(p[2] + p[3], abs=1e-5)


def test_grades_are_one_scale_and_other_classes_are_not():
    assert is_graded(HALME_2022.task)
    assert asked(HALME_2022.task) == "grade >= 2"
    assert not is_graded(GERMAIN_2021.task)
    assert not is_graded(HALME_2022_POSITIVE.task)
    assert asked(replace(HALME_2022.task, positive=("grade 1",))) == "grade 1"
    assert not is_graded(replace(HALME_2022.task, names=("grade 0", "grade 2")))


def test_the_four_class_page_asks_for_grade_2_or_3_as_a_whole(made_pages):
    evaluation, folder, page = made_pages["halme2022"]
    head, *rows = lines_of(folder / "positive.csv")
    assert head[2:5] == ["grade 2 or grade 3", "sensitivity", "specificity"]
    assert [row[0] for row in rows] == [*OWN, "visual rule", "heart to contralateral"]
    found = {row[0]: row for row in rows}
    own = evaluation.arms["residual"].positive
    assert found["residual"][1:] == [
        str(N), str(N // 2), str(own.sensitivity), str(own.specificity), str(own.auc),
    ]  # fmt: skip
    # The rule was made to call the grade after the true one, and 0 after 3.
    assert found["visual rule"][3].startswith("0.50 (")
    assert found["visual rule"][4].startswith("0.50 (")
    assert found["heart to contralateral"][3:5] == ["-", "-"]
    assert {"positive", "visual_rule", "ratios"} <= {p.stem for p in (folder / "figures").iterdir()}
    words = words_of(page)
    assert "Grade 2 or grade 3 against the others" in words
    assert "no scan here states such a pair" in words
    told = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert told["arms"]["residual"]["positive"]["positives"] == N // 2


def test_the_visual_rule_stands_beside_truth_and_network(made_pages):
    evaluation, folder, page = made_pages["halme2022"]
    rule = evaluation.visual
    assert rule.n == N
    np.testing.assert_array_equal(rule.confusion, np.roll(2 * np.eye(4, dtype=int), 1, axis=1))
    with_truth, network, _ = rule.agreements
    assert with_truth.agreement.value == 0.0
    labels = evaluation.labels
    assert with_truth.kappa_weighted.value == pytest.approx(
        cohen_kappa((labels + 1) % 4, labels, "quadratic")
    )
    assert network.agreement.value == evaluation.arms["residual"].accuracy.value
    rows = lines_of(folder / "visual_rule.csv")
    assert "kappa, quadratic weights (95 %)" in rows[0]
    assert [row[1] for row in rows[1:]] == [
        "visual rule and truth",
        "residual and truth",
        "visual rule and residual",
    ]
    assert "The visual rule beside the network" in words_of(page)


def test_without_grades_of_the_rule_no_page_speaks_of_it(made_pages, cohort, tmp_path):
    evaluation, _, _ = made_pages["halme2022"]
    bare = [replace(r, measurements={}, files={}) for r in evaluation.results]
    again = evaluate(HALME_2022, bare, cohort)
    assert again.visual is None
    page = write_report(again, Context(cohort, tmp_path), tmp_path)
    assert "The visual rule beside" not in page.read_text(encoding="utf-8")
    assert not (tmp_path / "visual_rule.csv").exists()


def test_published_limits_are_named_where_tracer_and_time_are_stated(made_pages, cohort):
    evaluation, _, _ = made_pages["halme2022"]
    facts = {"radiopharmaceutical": "PYP", "delay_min": 60.0}
    first, *others = cohort
    studies = {s.key: s for s in (replace(first, facts={**first.facts, **facts}), *others)}
    (told,) = limit_words(evaluation, studies)
    assert told.startswith("heart to contralateral 1.5, ATTR against AL, PYP at 45 to 90 min")
    assert told.endswith(f"1 of {N} scans")


def test_metastases_divide_the_scans_and_the_source_is_not_set_beside(report):
    evaluation, _, page = report
    assert {group.group for group in evaluation.groups["bone_metastases"]} == {"0", "1"}
    words = words_of(page)
    assert re.search(r"bone metastases yes \d+", words)
    assert "cannot be the same statistic" in words
    assert "sensitivity specificity" in words


def test_the_median_case_is_of_its_class_and_has_the_files(made_pages):
    evaluation, _, _ = made_pages["halme2022"]
    files = frozenset({activation_name("linear", "block1_relu1")})
    found = median_case(evaluation, 2, "residual", files)
    assert files <= set(found.files)
    labels = dict(zip([r.subject for r in evaluation.results], evaluation.labels, strict=True))
    assert labels[found.subject] == 2
    assert median_case(evaluation, 2, "residual", frozenset({"none"})) is None
    assert stage_words("block3_relu1") == "block 3, layer 1"


def test_a_scan_that_cannot_be_read_has_no_picture(made_pages, cohort):
    evaluation, folder, _ = made_pages["halme2022"]
    empty = {study.key: replace(study, images={}) for study in cohort}
    cases = scan_cases(evaluation, empty, folder)
    assert cases
    assert {case["picture"] for case in cases} == {""}


@pytest.mark.parametrize("system", [HALME_2022, HALME_2022_POSITIVE])
def test_the_page_on_one_scan(system, made_pages, cohort, tmp_path):
    evaluation, folder, _ = made_pages[system.name]
    result = evaluation.results[0]
    pictures = result_pictures(result, cohort.studies[0], system, folder)
    assert len(pictures) == 2
    assert "outlined: heart and contralateral" in pictures[0].caption
    assert "where residual saw evidence for" in pictures[0].caption
    page = write_single(result, system, {}, tmp_path / "page.html", pictures)
    words = words_of(page.read_text(encoding="utf-8"))
    assert RESEARCH_ONLY in words
    assert "Visual rule: grade 2" in words
    assert "The network (residual) says grade" in words
    assert "heart to whole body" not in words
    assert not [word for word in MR_WORDS if word in words.lower()]


def test_a_scan_without_a_heatmap_is_shown_plainly(made_pages, cohort):
    evaluation, folder, _ = made_pages["halme2022"]
    (picture,) = result_pictures(evaluation.results[-1], cohort.studies[-1], HALME_2022, folder)
    assert "evidence" not in picture.caption


def test_pictures_are_dark_where_the_scan_is_bright(cohort, made_pages):
    study, result = cohort.studies[0], made_pages["halme2022"][0].results[0]
    scan = read_scan(HALME_2022, study)
    case = replace(case_of(scan, HALME_2022, result, None), place="x")
    width, height = whole_size(case)
    assert height == 640
    assert width == pytest.approx(160, abs=1)
    plain, mapped = draw_plainly(case, (width, height))
    assert plain.shape == (height, width, 3)
    np.testing.assert_array_equal(plain, mapped)
    small = case.image.array[0, 0].reshape(128, 4, 32, 4).mean(axis=(1, 3))
    shown = plain[:, :, 0].reshape(128, 5, 32, -1).mean(axis=(1, 3))
    assert np.corrcoef(small.ravel(), shown.ravel())[0, 1] < -0.8


def test_the_heatmap_lies_where_it_was_put(cohort, made_pages):
    scan = read_scan(HALME_2022, cohort.studies[0])
    heat = np.zeros(scan.counts.shape, np.float32)
    heat[100:140, 50:80] = 1.0
    case = case_of(scan, HALME_2022, made_pages["halme2022"][0].results[0], heat)
    plain, mapped = draw_plainly(case, (128, 512))
    rows, columns = np.nonzero((plain != mapped).any(axis=2))
    assert (rows.min(), rows.max()) == pytest.approx((100, 139), abs=2)
    assert (columns.min(), columns.max()) == pytest.approx((50, 79), abs=2)


def test_slicer_shows_a_scan_as_the_plain_picture_does(cohort, made_pages):
    need_rendering()
    drawer = case_drawer()
    scan = read_scan(HALME_2022, cohort.studies[0])
    heat = np.zeros(scan.counts.shape, np.float32)
    heat[100:140, 20:50] = 1.0
    case = case_of(scan, HALME_2022, made_pages["halme2022"][0].results[0], heat)
    size = whole_size(case)
    pairs = zip(drawer(case, size), draw_plainly(case, size), strict=True)
    for own, plain in pairs:
        assert own.shape == plain.shape
        coarse = [
            picture[:600].astype(float).mean(axis=2).reshape(60, 10, 32, -1).mean(axis=(1, 3))
            for picture in (own, plain)
        ]
        assert np.corrcoef(coarse[0].ravel(), coarse[1].ravel())[0, 1] > 0.8


def test_what_the_network_sees_is_cut_as_it_was_prepared(cohort):
    scan = read_scan(HALME_2022, cohort.studies[0])
    counts = cut(scan.counts, scan).astype(np.float32)
    logged = np.where(counts > 0, np.log(np.maximum(counts, 1e-9)), 0.0)
    np.testing.assert_allclose(logged, scan.crop, atol=1e-5)


def test_words_fit_one_image():
    assert scoring_of(HALME_2022, list(OWN)) == "is that of its one image"
    assert "slices" in scoring_of(FAHMY_2022, ["dl"])
    assert is_planar(HALME_2022)
    assert not is_planar(FAHMY_2022)


def test_values_that_could_not_be_measured_are_left_out():
    assert uptake_rows({"heart_to_sternum": float("nan"), "LV_EDV_ml": 3.0})[1:] == []
    assert grade_words(bare({"heart_to_ribs_net": None})).startswith("no grade: ")


def test_a_grade_that_was_withheld_is_not_made_up_again():
    known = {"heart_to_ribs_net": 1.0, "heart_to_ribs_net_sd": 0.01}
    doubt = Finding("visual rule", "no grade: withheld, since it is a scan of the lungs")
    assert grade_words(bare(known, doubt)) == doubt.message
    assert grade_words(bare({**known, "visual_grade": 2.0})).startswith("grade 2: ")


def bare(measurements, *findings):
    origin = Provenance("halme2022", "sound", "d", "", 0, {})
    return Result("A", "1", {}, "linear", origin, findings=findings, measurements=measurements)


@pytest.mark.parametrize(("across", "sides"), [(-2.0, ("R", "L")), (2.0, ("L", "R"))])
def test_the_sides_of_a_scan_follow_its_geometry(across, sides):
    matrix = np.diag([across, 1.0, 1.0, 1.0])
    assert sides_of(Image(np.zeros((1, 1, 4, 4)), matrix)) == sides


def test_marks_of_the_sides_lie_in_the_upper_corners():
    plain = np.full((120, 90, 3), 128, np.uint8)
    changed = (marked(plain, ("R", "L")) != plain).any(axis=2)
    assert changed[:25, :25].any()
    assert changed[:25, -25:].any()
    assert not changed[40:].any()


def test_the_scale_below_a_picture_is_as_long_as_it_says():
    plain = np.full((120, 200, 3), 128, np.uint8)
    foot = footed(plain, 400.0)[120:]
    assert (footed(plain, 400.0)[:120] == 128).all()
    # Half of 200 pixels would be 20 cm: 10 cm are 50 of them.
    assert (foot[len(foot) // 2, :50] < 64).all()
    assert (foot[len(foot) // 2, 50:54] == 255).all()


def test_rows_without_counts_are_cut_off_and_the_rest_stays_in_place(cohort, made_pages):
    scan = read_scan(HALME_2022, cohort.studies[0])
    case = case_of(scan, HALME_2022, made_pages["halme2022"][0].results[0], None)
    short = without_empty_ends(case)
    first = int(np.flatnonzero(scan.counts.any(axis=1))[0])
    start = max(0, first - 12)
    height = short.image.array.shape[2]
    assert height < case.image.array.shape[2]
    assert scan.counts[start + height :].sum() == 0
    np.testing.assert_array_equal(short.mask.array, case.mask.array[:, :, start : start + height])
    middle = case.image.ijk_to_ras @ (3.0, start + 5.0, 0.0, 1.0)
    np.testing.assert_allclose(short.heatmap.ijk_to_ras @ (3.0, 5.0, 0.0, 1.0), middle)


@pytest.mark.parametrize("mapped", [False, True])
def test_no_large_part_of_a_scans_pictures_stays_empty(cohort, made_pages, mapped):
    scan = read_scan(HALME_2022, cohort.studies[0])
    case = case_of(scan, HALME_2022, made_pages["halme2022"][0].results[0], None)
    picture = imread(BytesIO(scan_png(case, mapped, None)), format="png")
    height, width = picture.shape[:2]
    assert 600 < height < 950
    assert width < 1032
    # The lower half of the right column is a chest or the lower part of one.
    chest = picture[height // 2 : height - 80, width // 2 : width // 2 + 200, :3]
    assert (chest.mean(axis=(1, 2)) < 0.99).mean() > 0.9


def test_long_tables_are_folded_with_their_number_of_rows():
    template = '{% from "parts.html" import long_table %}{{ long_table(rows) }}'
    loader = PackageLoader("CardioAILib", "report")
    page = Environment(loader=loader, autoescape=True).from_string(template)
    rows = [["subject"], *([str(n)] for n in range(50))]
    assert "<summary>50 rows</summary>" in page.render(rows=rows)
    assert "<details>" not in page.render(rows=rows[:30])
