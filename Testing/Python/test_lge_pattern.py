"""Patterns by segment, their suggestion together, and what counts as present."""

import numpy as np
import pytest
from CardioAILib.measurements.lge import measure_enhancement
from CardioAILib.measurements.lge.pattern import adjacent, largest_group, pattern_of
from CardioAILib.report.lgebullseye import extent_png, extent_svg
from helpers_lge import BLOOD, NOISE, REMOTE, between, picture, place

MID = (3, 6)
"""Slices of segments 7 to 12, each of 60 degrees; the anterior one from 60 on."""


@pytest.mark.parametrize(
    ("depths", "pattern"),
    [
        ((0.0, 0.35), "subendocardial"),
        ((0.35, 0.65), "mid-wall"),
        ((0.65, 1.0), "subepicardial"),
        ((0.0, 1.0), "transmural"),
    ],
)
def test_the_pattern_is_that_of_the_scar(depths, pattern):
    found = measure_enhancement(picture(between((60, 120), depths, MID)), place())
    by_number = {one.segment: one.pattern for one in found.segments}
    assert by_number[7] == pattern
    assert by_number[10] == "none"
    assert f"{pattern}: 7" in found.suggestion
    assert "to be confirmed by a reader" in found.suggestion
    assert found.values[f"LGE_segments_{pattern.replace('-', '')}"] == 1


def test_a_scar_that_ends_within_a_segment_is_judged_where_it_is():
    found = measure_enhancement(picture(between((75, 105), (0.0, 1.0), MID)), place())
    assert found.segments[6].pattern == "transmural"
    assert found.segments[6].percent == pytest.approx(50, abs=5)
    assert min(found.segments[6].layers) > 0.7


def test_extent_by_segment_is_that_of_the_scar():
    found = measure_enhancement(picture(between((240, 300), slices=MID)), place())
    assert found.values["LGE_extent_segment_10_percent"] > 95
    assert found.values["LGE_extent_segment_07_percent"] == 0
    assert found.values["LGE_extent_segment_04_percent"] == 0


def test_a_ring_under_the_endocardium_is_subendocardial_in_contiguous_segments():
    found = measure_enhancement(picture(between((0, 300), (0.0, 0.5), (0, 9))), place())
    assert found.values["LGE_contiguous_segments"] > 5
    assert found.values["LGE_subendocardial_to_transmural_suggestion"] == 1


def test_segments_that_lie_apart_are_not_contiguous():
    few = measure_enhancement(picture(between((60, 180), (0.0, 0.5), MID)), place())
    assert few.values["LGE_contiguous_segments"] == 2
    assert few.values["LGE_subendocardial_to_transmural_suggestion"] == 0
    assert len(largest_group({1, 4, 7, 10, 13, 15})) == 3
    assert largest_group({1, 4, 7, 10, 13, 15, 17}) == {1, 4, 7, 10, 13, 15, 17}
    assert largest_group(set()) == set()


def test_many_segments_of_two_arteries_are_an_infarct():
    # Of right and circumflex artery: segments 3 to 5 and 9 to 11.
    found = measure_enhancement(picture(between((182, 358), (0.0, 0.5), (0, 6))), place())
    assert found.values["LGE_contiguous_segments"] > 5
    assert found.values["LGE_subendocardial_to_transmural_suggestion"] == 0


def test_neighbors_share_an_edge_on_the_bullseye():
    assert adjacent(1, 2)
    assert adjacent(1, 6)
    assert adjacent(1, 7)
    assert adjacent(9, 14)
    assert adjacent(13, 17)
    assert not adjacent(1, 3)
    assert not adjacent(1, 13)
    assert not adjacent(7, 14)
    assert not adjacent(13, 15)
    assert all(adjacent(a, b) == adjacent(b, a) for a in range(1, 18) for b in range(1, 18))


def test_little_enhancement_makes_no_pattern():
    assert pattern_of(4.9, (1.0, 0.0, 0.0)) == "none"
    assert pattern_of(20.0, (0.2, 0.1, 0.0)) == "none"
    assert pattern_of(float("nan"), (np.nan, np.nan, np.nan)) == ""


def test_faint_spots_at_the_insertions_alone_are_no_enhancement():
    spots = between((110, 130), slices=(2, 4)) | between((230, 250), slices=(2, 4))
    faint = measure_enhancement(picture(spots, scar_signal=BLOOD - 200), place())
    assert faint.values["LGE_extent_5sd_percent"] > 1
    assert faint.values["LGE_present_suggestion"] == 0
    assert "RV insertion" in {finding.check for finding in faint.findings}
    bright = measure_enhancement(picture(spots, scar_signal=BLOOD + 200), place())
    assert bright.values["LGE_present_suggestion"] == 1
    elsewhere = between((20, 40), slices=(2, 4)) | between((230, 250), slices=(2, 4))
    other = measure_enhancement(picture(elsewhere, scar_signal=BLOOD - 200), place())
    assert other.values["LGE_present_suggestion"] == 1


def test_the_bullseye_shows_extent_pattern_and_what_it_is_worth():
    found = measure_enhancement(picture(between((240, 300), slices=MID)), place())
    drawn = extent_svg(found)
    assert ">10 T<" in drawn
    assert "to be confirmed by a reader" in drawn
    assert "5 SD above the mean of the reference" in drawn
    assert "Research use only" in drawn
    assert extent_png(found).startswith(b"\x89PNG")


def test_the_bullseye_of_a_heart_without_remote_myocardium_says_so():
    found = measure_enhancement(picture(blood=REMOTE + NOISE), place())
    assert "; doubt: no remote" in extent_svg(found)
    assert "doubt" not in extent_svg(measure_enhancement(picture(), place()))
