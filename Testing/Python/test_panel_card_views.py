"""The result card of a system of several views: doubt, views, shares, findings, what is missing."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from CardioAILib.embedded import install_stand_ins

pytest.importorskip("slicer_core", reason="slicer-core is not installed")
install_stand_ins()

from CardioAILib.mrml.resultrows import result_rows  # noqa: E402
from CardioAILib.panel.card import BAD, GOOD, card_html, color_of  # noqa: E402
from CardioAILib.panel.viewscard import NEUTRAL  # noqa: E402
from CardioAILib.results import Contribution  # noqa: E402
from CardioAILib.systems import MARTINI_2020_EMIDEC  # noqa: E402
from helpers_amyloid import RESULT, SYSTEM  # noqa: E402


class Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words(result=RESULT, system=SYSTEM) -> str:
    parser = Texts()
    parser.feed(card_html(result, system))
    return " ".join(" ".join(parser.words).split())


def with_dl(**changed):
    return replace(RESULT, arms={**RESULT.arms, "dl": replace(RESULT.arms["dl"], **changed)})


def test_a_score_within_the_band_is_neither_ruled_out_nor_called_and_has_a_neutral_color():
    text = words()
    assert "indeterminate Score for amyloidosis: 0.44" in text
    assert "Between the rule-out point 0.4 and the threshold 0.5: neither ruled out" in text
    assert color_of("indeterminate", "amyloidosis") == color_of(None, "amyloidosis") == NEUTRAL
    assert (color_of("amyloidosis", "amyloidosis"), color_of("no amyloidosis", "amyloidosis")) == (
        BAD,
        GOOD,
    )


def test_a_negative_score_is_told_its_rule_out_point():
    text = words(with_dl(score=0.12, decision="no amyloidosis"))
    assert "Ruled out below 0.4" in text
    assert "neither ruled out nor called" not in text


def test_each_view_has_a_bar_and_a_missing_one_is_said():
    text = words()
    assert "By view, whose mean is the score: 2C missing 4C" in text
    assert "0.31" in text
    assert "0.58" in text


def test_an_incomplete_study_is_said_once_and_above_the_answer():
    text = words()
    assert text.count("no LGE_2C") == 1
    assert text.index("Incomplete study: no LGE_2C") < text.index("Score for amyloidosis")


def test_shares_of_the_heatmap_are_told_of_all_views_and_each():
    text = words()
    assert "heatmap of heart pericardial band elsewhere pleural effusion" in text
    assert "all views 50% 12% 38% 30%" in text
    assert "4C 40% 10% 50% –" in text
    assert "heatmap of" not in words(replace(RESULT, attention=None))


def test_findings_speak_beside_the_network_in_a_reader_s_words():
    text = words()
    assert "gbm 0.81 0.50 amyloidosis" in text
    assert "Evidence for amyloidosis in the arm gbm" in text
    assert "Late enhancement subendocardial to transmural yes +1.42" in text
    assert "Early blood-pool darkening not assessed -0.21" in text
    assert "LV mass index 104 g/m² +0.11" in text
    assert "Age" not in text


def test_the_table_in_the_scene_has_views_and_shares():
    rows = {row[:3] for row in result_rows(RESULT, SYSTEM)}
    assert ("view, dl", "4C", "0.310") in rows
    assert ("attention", "share, pericardial band", "12%") in rows
    assert any(row[:2] == ("attention", "shares, SAX") for row in rows)


def test_the_caution_of_the_source_is_told():
    assert "42 patients" in words()
    assert "published AUC, specificity, accuracy" in words()


def test_published_numbers_have_as_many_decimals_as_the_source_prints_and_two_at_least():
    text = words()
    assert "0.982, 0.81, 0.88 " in text
    assert "0.952, 0.95, 0.90 " in text
    rows = {row[:3] for row in result_rows(RESULT, SYSTEM)}
    told = "AUC 0.982, sensitivity 0.95, specificity 0.81, accuracy 0.88"
    assert ("published, test set (n = 42)", "dl", told) in rows


def test_a_measured_feature_of_another_arm_is_told_by_its_name():
    arm = replace(
        RESULT.arms["gbm"], contributions=(Contribution("LGE_extent_5sd_percent", 12.0, 0.7),)
    )
    arms = {"dl": replace(RESULT.arms["dl"], decision="infarct"), "lge": arm}
    text = words(replace(RESULT, arms=arms), MARTINI_2020_EMIDEC)
    assert "LGE extent 5sd (%) 12 +0.70" in text
