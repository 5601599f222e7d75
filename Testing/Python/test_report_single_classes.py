"""The page on one result of several classes."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.codec import from_json, to_json
from CardioAILib.report import Picture, result_pictures, write_single
from CardioAILib.report.healthy import beside, sex_of
from CardioAILib.report.measured import label_of, shown
from CardioAILib.report.singlepictures import draw_slice_scores
from CardioAILib.report.wall import THICKNESS, by_segment
from CardioAILib.results import RESEARCH_ONLY, Attention
from helpers_report import DEVELOPED, SYSTEM, cohort, made

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def study():
    return cohort(2).studies[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("single")


@pytest.fixture(scope="module")
def result(study, folder):
    return made(study, np.random.default_rng(2), folder)


@pytest.fixture
def page(tmp_path):
    """Write the page on a result and return its text."""

    def write(result, pictures=(), facts=None):
        path = tmp_path / "page.html"
        write_single(result, SYSTEM, {"development": DEVELOPED}, path, pictures, facts)
        return path.read_text(encoding="utf-8")

    return write


def words_of(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S).split())


def test_the_page_says_what_was_called_how_surely_and_by_whom(page, result):
    text = words_of(page(result))
    assert text.count(RESEARCH_ONLY) == 1
    called = result.arms["measurements"]
    low, high = min(called.members), max(called.members)
    assert f"{called.decision} probability {called.score:.2f}" in text
    assert f"range over members {low:.2f} to {high:.2f}" in text
    for arm in result.arms.values():
        cells = []
        for probability, members in zip(
            arm.probabilities, zip(*arm.by_member, strict=True), strict=True
        ):
            cells.append(f"{probability:.2f} ({min(members):.2f} to {max(members):.2f})")
        assert f"{arm.decision} {' '.join(cells)}" in text
    assert SYSTEM.published.caution in text
    assert "is called one of these all the same" in text
    assert "0.950 (0.880 to 0.980)" in text
    assert "0.982±0.009" in text
    assert "Backbone weights: random." in text


def test_the_page_is_one_file_with_walls_contributions_and_probabilities(page, result):
    text = page(result)
    sources = re.findall(r'(?:src|href)="([^"]{0,30})', text)
    assert all(source.startswith("data:image/") for source in sources)
    assert sum(source.startswith("data:image/svg+xml;base64,") for source in sources) == 2
    assert sum(source.startswith("data:image/png;base64,") for source in sources) == 3
    assert "<script" not in text


def test_measurements_stand_beside_the_range_of_the_subjects_sex(page, result):
    known = replace(result, measurements={"LV_EDV_ml": 190.0, "LV_EF_percent": 40.0})
    text = words_of(page(known, facts={"sex": "M"}))
    assert "LV EDV 190 ml 106 to 214 within" in text
    assert "LV EF 40 % 57 to 77 below" in text
    text = words_of(page(known, facts={"sex": "F"}))
    assert "LV EDV 190 ml 86 to 178 above" in text
    text = words_of(page(known))
    assert "LV EDV 190 ml F 86 to 178, M 106 to 214 depends on sex" in text
    assert "LV EF 40 % F 57 to 77, M 57 to 77 below" in text


def test_what_could_not_be_measured_says_so_after_a_file_too(page, result):
    gaps = {"LV_EDV_ml": math.nan, "wall_thickness_ED_segment_01_mm": math.nan}
    stored = from_json(to_json(replace(result, measurements=gaps)))
    text = page(stored)
    assert "LV EDV not measured ml" in words_of(text)
    assert "svg+xml" not in text


def test_without_measurements_the_page_is_silent_about_them(page, result):
    text = words_of(page(replace(result, measurements={})))
    assert "Healthy adults" not in text
    assert "The wall" not in text


@pytest.mark.parametrize(
    ("attention", "words"),
    [
        (None, "Not made: no heatmap"),
        (Attention(None, 0.1, False, "vgg_dual"), "speaks for its class nowhere"),
        (Attention(0.2, 0.1, True, "vgg_dual", (3,), "outside"), "lies outside the heart: 20 %"),
        (
            Attention(0.9, 0.1, False, "vgg_dual", (3,), "heart"),
            "lies on the heart: 90 % on the heart or within",
        ),
    ],
)
def test_the_audit_is_put_into_words(page, result, attention, words):
    text = words_of(page(replace(result, attention=attention)))
    assert words in text
    assert ("do not trust its answer" in text) == (attention is not None and attention.flagged)


def test_each_branch_is_drawn_with_its_own_map(result, study, folder):
    asked = []

    def drawer(case, size):
        asked.append((case.input, case.slice))
        return np.zeros((size[1], size[0], 3), np.uint8), np.full((9, 9, 3), 200, np.uint8)

    pictures = result_pictures(result, study, SYSTEM, folder, drawer)
    top = max(result.arms["vgg_dual"].examples, key=lambda example: example.score).slice
    assert asked == [("ED", top), ("ES", top)]
    assert [p.caption.split(",")[0].split(":")[0] for p in pictures] == ["ED", "ED", "ES", "ES"]
    assert result.arms["vgg_dual"].decision in pictures[1].caption
    (plain,) = result_pictures(result, study, SYSTEM, folder)
    assert plain.png.startswith(PNG)


def test_without_maps_every_input_is_drawn_alone(page, result, study, folder):
    (picture,) = result_pictures(replace(result, files={}), study, SYSTEM, folder)
    assert picture.png.startswith(PNG)
    assert picture.caption in words_of(page(result, [picture]))


def test_an_arm_that_could_not_judge_leaves_the_page_to_the_others(page, result):
    others = {name: arm for name, arm in result.arms.items() if name != "measurements"}
    text = words_of(page(replace(result, arms=others, primary="vgg_dual")))
    assert "called by vgg_dual" in text
    assert "What each feature adds" not in text


def test_an_arm_that_judges_a_study_as_a_whole_has_no_line_of_slices(page, result):
    whole = {"measurements": result.arms["measurements"]}
    assert draw_slice_scores(replace(result, arms=whole), SYSTEM) is None
    assert "Probability of each slice" not in page(replace(result, arms=whole))
    assert draw_slice_scores(result, SYSTEM).png.startswith(PNG)
    assert "Probability of each slice" in page(result)


def test_names_are_text_and_never_markup(page, result):
    text = page(replace(result, subject="<script>x</script>"), [Picture("<b>", PNG)])
    assert "<script" not in text
    assert "<b>" not in text


def test_values_by_segment_are_found_by_name_and_gaps_left_out():
    values = {
        "wall_thickness_ED_segment_01_mm": 9.0,
        "wall_thickness_ED_segment_16_mm": 8.0,
        "wall_thickness_ED_segment_02_mm": None,
        "wall_thickness_ED_max_segment_03_mm": 12.0,
    }
    assert by_segment(values, THICKNESS) == {1: 9.0, 16: 8.0}


@pytest.mark.parametrize(
    ("value", "sex", "verdict"),
    [
        (105.0, "male", "below"),
        (106.0, "male", "within"),
        (214.0, "male", "within"),
        (214.1, "male", "above"),
        (100.0, None, "depends on sex"),
        (150.0, None, "within"),
        (300.0, None, "above"),
        (math.nan, "male", ""),
        (None, None, ""),
    ],
)
def test_a_value_is_below_within_or_above(value, sex, verdict):
    assert beside("LV_EDV_ml", value, sex).verdict == verdict


def test_what_has_no_range_has_none():
    assert beside("sphericity_ED", 0.4, None).text == ""


@pytest.mark.parametrize(
    ("word", "sex"),
    [("F", "female"), ("m", "male"), ("Male", "male"), ("", None), ("x", None), (1.0, None)],
)
def test_the_sex_is_read_as_cohort_tables_write_it(word, sex):
    assert sex_of({"sex": word}) == sex
    assert sex_of({}) is None


def test_names_of_measurements_become_words_with_units_and_others_stay():
    assert label_of("LV_EDV_index_ml_per_m2") == "LV EDV index (ml/m²)"
    assert label_of("wall_thickness_ED_max_mm") == "wall thickness ED max (mm)"
    assert label_of("original_shape_Sphericity") == "original_shape_Sphericity"
    assert [shown(v) for v in (134.4, 9.876, 0.51234, None)] == [
        "134",
        "9.88",
        "0.512",
        "not measured",
    ]
