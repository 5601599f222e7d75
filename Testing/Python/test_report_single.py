"""The page on one result."""

import re
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.report import Picture, page_path, result_pictures, write_single
from CardioAILib.report.caseviews import BAR
from CardioAILib.report.heartparts import heart_parts
from CardioAILib.results import RESEARCH_ONLY, Attention, Finding
from CardioAILib.verbs import batch, predict
from CardioAILib.verbs.summary import summarize

NEAR = "75 % of the heatmap of dl lies on the heart or within 10 mm of it, which is 10 %"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def study(test_cohort):
    return test_cohort.studies[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def result(tiny, study, folder):
    return batch.write_result(*predict(tiny.model, study, explain=True), folder)


@pytest.fixture
def page(tiny, tmp_path):
    """Write the page on a result and return its text."""

    def write(result, pictures=(), summary=None):
        path = tmp_path / "page.html"
        summary = summarize(tiny.model) if summary is None else summary
        write_single(result, tiny.model.system, summary, path, pictures)
        return path.read_text(encoding="utf-8")

    return write


def words_of(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S).split())


def test_the_page_says_all_that_a_reader_needs(page, result, tiny):
    text = words_of(page(result))
    assert text.count(RESEARCH_ONLY) == 1
    assert f"Subject {result.subject}, study {result.study}." in text
    for arm in result.arms.values():
        low, high = min(arm.members), max(arm.members)
        row = f"{arm.score:.2f} {low:.2f} to {high:.2f} {arm.threshold:.2f} {arm.decision}"
        assert row in text
    assert tiny.model.system.published.caution.split(":")[0] in text
    assert "0.76±0.01 0.40±0.06" in text
    origin = result.provenance
    assert all(part in text for part in (origin.definition, origin.created, "sound mode"))
    assert f"torch {origin.versions['torch']}" in text


def test_simulated_truth_stands_loud_at_the_top(page, result):
    text = page(result)
    loud = text.index('<p class="loud">')
    assert "trained on simulated images only" in text[loud : loud + 200]
    assert loud < text.index("<h1>")
    honest = replace(result, findings=(Finding("spacing", "pixels are coarse"),))
    assert '<p class="loud">' not in page(honest)
    assert "pixels are coarse" in page(honest)


def test_the_page_is_one_file(page, result, study, tiny, folder):
    text = page(result, result_pictures(result, study, tiny.model.system, folder))
    sources = re.findall(r'(?:src|href)="([^"]{0,30})', text)
    assert len(sources) == 2
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert "<script" not in text


def test_pictures_may_be_files_bytes_or_pixels(page, result, tmp_path):
    pixels = np.zeros((5, 7, 3), np.uint8)
    png = Picture("", pixels).png
    assert png.startswith(PNG)
    (tmp_path / "x.png").write_bytes(png)
    pictures = [
        Picture("pixels", pixels),
        Picture("bytes", png),
        Picture("file", tmp_path / "x.png"),
    ]
    text = page(result, pictures)
    assert text.count("<figure>") == 4
    assert all(f"<figcaption>{p.caption}</figcaption>" in text for p in pictures)


def test_slice_views_stand_in_the_page_where_they_can_be_drawn(result, study, tiny, folder):
    asked = []

    def drawer(case, size):
        asked.append(case.slice)
        return np.zeros((size[1], size[0], 3), np.uint8), np.full((9, 9, 3), 200, np.uint8)

    pictures = result_pictures(result, study, tiny.model.system, folder, drawer)
    top = max(result.arms["dl"].examples, key=lambda example: example.score)
    assert asked == [top.slice]
    assert [picture.content.shape for picture in pictures] == [(480, 480, 3), (9, 9 + BAR, 3)]
    assert f"Slice {top.slice}," in pictures[0].caption


def test_without_a_heatmap_the_slice_is_drawn_and_the_audit_is_said_to_be_missing(
    page, tiny, study, folder
):
    result, _ = predict(tiny.model, study)
    (picture,) = result_pictures(result, study, tiny.model.system, folder)
    assert picture.png.startswith(PNG)
    assert "Not made: no heatmap" in words_of(page(result, [picture]))


@pytest.mark.parametrize(
    ("attention", "words"),
    [
        (Attention(0.25, 0.1, True, "dl", (3,)), "Flagged. 25 % of the heatmap of dl"),
        (Attention(0.75, 0.1, False, "dl", (3,)), NEAR),
        (Attention(None, 0.1, True, "dl"), "speaks for scar nowhere"),
    ],
)
def test_the_audit_is_put_into_words(page, result, attention, words):
    text = words_of(page(replace(result, attention=attention)))
    assert words in text
    assert ("do not trust its answer" in text) == (attention.inside == 0.25)


def test_a_study_of_the_training_data_is_no_test(page, result, tiny):
    digest = "a" * 64
    origin = replace(result.provenance, inputs={"cine_SAX_ES": digest})
    summary = summarize(tiny.model)
    known = {**summary, "development": {**summary["development"], "inputs": (digest,)}}
    own = replace(result, provenance=origin)
    assert "took part in the model's training" in words_of(page(own, summary=known))
    assert "took part in the model's training" not in words_of(page(own))


def test_names_are_text_and_never_markup(page, result):
    text = page(replace(result, subject="<script>x</script>"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_model_without_thresholds_or_facts_still_has_a_page(page, result):
    arms = {name: replace(arm, threshold=None, decision=None) for name, arm in result.arms.items()}
    text = words_of(page(replace(result, arms=arms), summary={}))
    assert "none without a threshold" in text
    assert "not known" in text


def test_extent_above_the_blood_is_a_row_of_the_measurements():
    values = {"LGE_extent_5sd_percent": 0.0, "LGE_extent_above_blood_percent": 94.2}
    _header, *rows = heart_parts(values, {})["others"]
    assert rows == [["LGE extent 5sd", "0", "%"], ["LGE extent above blood", "94.2", "%"]]


def test_pages_lie_beside_results_under_the_same_name(tmp_path):
    page = page_path(tmp_path, "P/1", "ö")
    assert page.parent == tmp_path / "pages"
    assert page.stem == batch.result_path(tmp_path, "P/1", "ö").stem
