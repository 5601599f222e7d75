"""The result card says what the result says, and no more."""

from dataclasses import replace
from html.parser import HTMLParser

import helpers_classes
import pytest
from CardioAILib.embedded import install_stand_ins
from CardioAILib.results import (
    RESEARCH_ONLY,
    ArmResult,
    Attention,
    Contribution,
    Finding,
    Provenance,
    Result,
)
from CardioAILib.system import System
from CardioAILib.systems import FAHMY_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")
install_stand_ins()

from CardioAILib.panel.card import card_html  # noqa: E402
from CardioAILib.panel.cardparts import gauge_cells  # noqa: E402
from CardioAILib.panel.curve import curve_svg  # noqa: E402
from CardioAILib.panel.progressarea import breakable, time_left  # noqa: E402
from CardioAILib.panel.wording import counted  # noqa: E402

RESULT = Result(
    "scene",
    "1",
    arms={
        "size": ArmResult(0.2, (0.1, 0.3), 0.5, "no scar", ()),
        "dl_radiomics": ArmResult(0.731, (0.61, 0.82), 0.414, "scar", ()),
    },
    primary="dl_radiomics",
    provenance=Provenance("fahmy2022", "sound", "d", "w", 0, {}),
    attention=Attention(0.64, 0.18, False, "dl", (4,)),
)


class Texts(HTMLParser):
    """The words of a page, and the tags that were left open."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def words(result: Result = RESULT, system: System = FAHMY_2022, **more) -> str:
    parser = Texts()
    parser.feed(card_html(result, system, **more))
    assert parser.open == []
    return " ".join(" ".join(parser.words).split())


def test_a_card_tells_score_range_decision_threshold_and_that_it_is_research_only():
    text = words()
    assert RESEARCH_ONLY in text
    assert "Score for scar: 0.73 (0.61 to 0.82 over 2 members)" in text
    assert "Called scar at a score of 0.41 or higher." in text
    assert "The score is an uncalibrated probability from the arm dl_radiomics." in text


def test_a_card_shows_the_published_numbers_of_the_arms_that_spoke_and_the_caution():
    text = words()
    assert "0.81±0.02, 0.42±0.06" in text
    assert "0.76±0.01" not in text  # the arm dl took no part
    assert FAHMY_2022.published.caution in text
    assert "10.1186/s12968-022-00869-x" in text


def test_the_audit_is_a_sentence_with_the_share_of_an_even_map_beside():
    told = (
        "64% of the heatmap lies on the heart or within 10 mm of it, where an even map would have"
    )
    assert f"{told} 18%" in words()
    flagged = replace(RESULT, attention=Attention(0.34, 0.2, True, "dl"))
    assert "FLAGGED. 34% of the heatmap" in words(flagged)
    assert "do not rely on this answer" in words(flagged)


def test_a_flag_just_below_one_half_is_not_rounded_to_one_half():
    assert "49.9%" in words(replace(RESULT, attention=Attention(0.499, 0.2, True, "dl")))


def test_a_map_without_evidence_and_a_missing_map_are_said():
    nowhere = replace(RESULT, attention=Attention(None, 0.2, False, "dl"))
    assert "no evidence for scar anywhere" in words(nowhere)
    assert "no heatmap was made" in words(replace(RESULT, attention=None))


def test_a_demonstration_model_is_marked_once_and_above_the_answer():
    found = Finding("demonstration", "trained on simulated images only")
    text = words(replace(RESULT, findings=(found, Finding("slices", "only 4 slices"))))
    assert text.count("trained on simulated images only") == 1
    assert text.index("Demonstration model") < text.index("Score for scar")
    assert "Notes: • only 4 slices" in text


def test_no_threshold_means_no_decision():
    arm = ArmResult(0.7, (0.7,), None, None, ())
    text = words(replace(RESULT, arms={"dl_radiomics": arm}))
    assert "no decision" in text
    assert "Called" not in text


def test_a_score_close_to_its_threshold_is_not_rounded_onto_it():
    arm = ArmResult(0.4129, (0.4129,), 0.4131, "no scar", ())
    text = words(replace(RESULT, arms={"dl_radiomics": arm}))
    assert "Score for scar: 0.4129" in text
    assert "Called scar at a score of 0.4131 or higher" in text


def test_texts_from_outside_are_escaped():
    finding = Finding("x", "<script>alert(1)</script> & co")
    assert "<script>" not in card_html(replace(RESULT, findings=(finding,)), FAHMY_2022)


def test_notes_are_shown_above_the_answer():
    assert words(notes=("on the CPU",)).index("on the CPU") < words(notes=("x",)).index("Score")


@pytest.mark.parametrize("value", [0.0, 0.3, 0.5, 0.51, 0.99, 1.0])
@pytest.mark.parametrize("mark", [None, 0.0, 0.5, 1.0])
def test_a_gauge_is_as_wide_as_the_card_and_filled_up_to_the_value(value, mark):
    cells = gauge_cells(value, mark, "red")
    assert sum(width for width, _ in cells) == 100
    filled = sum(width for width, color in cells if color == "red")
    assert filled == pytest.approx(100 * value, abs=1)


def several(result: Result = helpers_classes.RESULT, **more) -> str:
    return words(result, helpers_classes.SYSTEM, **more)


def test_several_classes_have_a_bar_each_with_the_range_of_members():
    text = several()
    assert "Probability of HCM: 0.72" in text
    assert "HCM 0.72 (0.66 to 0.78)" in text
    assert "normal 0.16 (0.10 to 0.22)" in text
    assert "Score for" not in text
    assert text.index(RESEARCH_ONLY) < text.index("Probability of HCM")


def test_the_caution_on_typical_cases_stands_once_and_below_the_bars():
    text = several()
    assert text.count("typical ones only") == 1
    assert text.index("typical ones only") < text.index("published accuracy")


def test_what_each_feature_adds_is_told_with_its_value_or_that_there_was_none():
    text = several()
    assert "What speaks for HCM in the arm measurements" in text
    assert "wall thickness ED max (mm) 19.4 +2.31" in text
    assert "LV mass index (g/m²) not measured +0.00" in text


def test_more_features_than_the_card_lists_are_summed_up():
    many = tuple(Contribution(f"feature {k}", float(k), 1.0) for k in range(11))
    arm = replace(helpers_classes.RESULT.arms["measurements"], contributions=many)
    result = replace(helpers_classes.RESULT, arms={"measurements": arm}, primary="measurements")
    text = several(result)
    assert "feature 7" in text
    assert "feature 8" not in text
    assert "3 others together +3.00" in text


def test_measurements_stand_beside_the_range_of_the_sex_or_of_both():
    assert "LV mass 214 g F 56 to 140, M 92 to 176 above" in several()
    assert "LV mass 214 g 56 to 140 above" in several(sex="female")


def test_an_audit_of_several_classes_names_the_zone_and_the_class():
    assert "Zone: the border of the heart." in several()
    nowhere = Attention(None, 0.2, False, "vgg_dual")
    assert "no evidence for HCM anywhere" in several(
        replace(helpers_classes.RESULT, attention=nowhere)
    )


def test_published_accuracies_stand_beside_the_arms_that_spoke():
    text = several()
    assert "published accuracy vgg_dual six folds of 1200 cine sets 0.982±0.009" in text
    assert "795 later cine sets 0.958" in text
    assert "matrix 128" not in text  # of arms that took no part


def test_a_curve_has_a_line_a_column_and_survives_its_first_epoch():
    one = [{"epoch": 1, "training loss": 0.7}]
    assert "<circle" in curve_svg(one)
    rows = [*one, {"epoch": 2, "training loss": 0.5, "validation loss": 0.6}]
    assert curve_svg(rows, title="member 1").count("<polyline") == 1
    assert "validation loss 0.6" in curve_svg(rows)
    assert "waiting" in curve_svg([])


def test_a_flat_curve_is_drawn_too():
    assert "nan" not in curve_svg([{"epoch": i, "loss": 0.0} for i in range(3)])


def test_time_left_is_told_as_a_person_would():
    assert time_left(0.2) == "1 s left"
    assert time_left(100) == "2 min left"
    assert time_left(5400) == "1.5 h left"


def test_a_number_has_the_word_that_goes_with_it():
    said = [counted(n, "1 result", "{count} results") for n in (0, 1, 2)]
    assert said == ["0 results", "1 result", "2 results"]


def test_a_long_path_may_be_broken_anywhere_between_its_folders():
    text = breakable("no folder at /a/b\\c")
    assert text.replace("\u200b", "") == "no folder at /a/b\\c"
    assert text.count("\u200b") == 3
