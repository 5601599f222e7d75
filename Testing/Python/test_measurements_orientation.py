"""Directions around the wall are anatomy's, however a heart is stored."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.measurements import Orientation, wall_coordinates, wall_regions
from CardioAILib.measurements.orientation import find_pose
from CardioAILib.measurements.tidy import tidy_heart
from CardioAILib.phantoms import hcm_study
from CardioAILib.phantoms.examination import Recipe, subject_of
from CardioAILib.study import Role
from helpers_wall import Ventricle, flipped, lost, swapped, ventricle
from hypothesis import given, settings
from hypothesis import strategies as st

PIXEL_DEGREES = 4.0
"""What a pixel at the ends of the septum is worth."""


def apart(one, two):
    """Difference of directions, degrees."""
    return np.abs((one - two + 180) % 360 - 180)


def coordinates(one: Ventricle, **how):
    return wall_coordinates(*one.masks, *one.place, Orientation(**how))


def error(one: Ventricle, **how) -> float:
    found = coordinates(one, **how).angle[one.wall]
    return float(apart(found, one.direction[one.wall]).max())


@settings(max_examples=15, deadline=None)
@given(turn=st.floats(-180, 180))
def test_directions_follow_the_right_ventricle_wherever_it_lies(turn):
    assert error(ventricle(slices=3, turn=turn)) < PIXEL_DEGREES


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_directions_stay_when_a_heart_is_stored_in_reverse(axis):
    assert error(flipped(ventricle(), axis)) < PIXEL_DEGREES


def test_directions_stay_when_rows_are_stored_as_columns():
    assert error(swapped(ventricle())) < PIXEL_DEGREES


def test_segments_are_the_same_voxels_however_they_are_stored():
    one = ventricle(turn=-23)
    labels = wall_regions(*one.masks, *one.place).labels
    other = flipped(flipped(one, 0), 2)
    back = wall_regions(*other.masks, *other.place).labels[::-1, :, ::-1]
    # A voxel whose center lies on the border of two segments may fall to either.
    assert (back != labels)[one.wall].mean() < 0.005


def test_a_wide_septum_is_divided_evenly_between_the_insertions():
    one = ventricle(septum=160.0)
    found = coordinates(one).angle
    upper = one.wall & (one.direction > 102) & (one.direction < 178)
    basal = np.arange(len(one.wall)) < 6
    stretched = 180 + (one.direction - 180) * 120 / 160
    assert apart(found, stretched)[upper & basal[:, None, None]].max() < PIXEL_DEGREES


def test_the_apical_third_is_turned_but_not_stretched():
    one = ventricle(septum=160.0)
    found = coordinates(one).angle[6:][one.wall[6:]]
    assert apart(found, one.direction[6:][one.wall[6:]]).max() < PIXEL_DEGREES


def test_equal_sectors_are_there_for_the_asking():
    assert error(ventricle(septum=160.0), septal_degrees=120.0) < PIXEL_DEGREES


def test_one_slice_with_a_bad_right_ventricle_turns_nothing():
    one = ventricle()
    rv = one.rv.copy()
    rv[2] &= one.direction[2] > 180
    assert error(replace(one, rv=rv)) < PIXEL_DEGREES


def test_a_right_ventricle_that_leaves_the_anterior_septum_toward_its_apex_turns_little():
    one = ventricle()
    rv = one.rv.copy()
    rv[5:] &= one.direction[5:] > 170
    found = coordinates(replace(one, rv=rv)).angle
    assert apart(found, one.direction)[one.wall].max() < 20 + PIXEL_DEGREES
    assert apart(found, one.direction)[:4][one.wall[:4]].max() < PIXEL_DEGREES


def test_slices_without_a_right_ventricle_take_the_nearest_septum():
    one = ventricle()
    rv = one.rv.copy()
    rv[3:] = False
    changed = replace(one, rv=rv)
    assert error(changed) < PIXEL_DEGREES
    told = {finding.check: finding.message for finding in coordinates(changed).findings}
    assert "3 of 9 slices" in told["septum"]


def test_a_gap_between_the_masks_of_both_ventricles_is_bridged():
    one = ventricle()
    radius_gap = one.depth > 1.12
    assert error(replace(one, rv=one.rv & radius_gap)) < PIXEL_DEGREES


# Without an orientation


def test_a_file_without_orientation_is_read_as_seen_from_the_apex_and_says_so():
    found = coordinates(lost(ventricle(turn=15)))
    one = ventricle(turn=15)
    assert apart(found.angle[one.wall], one.direction[one.wall]).max() < PIXEL_DEGREES
    assert "orientation" in {finding.check for finding in found.findings}


def test_a_true_orientation_needs_no_finding():
    assert {finding.check for finding in coordinates(ventricle()).findings} == {"apical cap"}


def test_a_heart_that_is_mirrored_in_the_patient_is_told():
    one = ventricle()
    mirrored = replace(one, matrix=np.diag([-1.0, 1.0, 1.0, 1.0]) @ one.matrix)
    assert "mirrored" in {finding.check for finding in coordinates(mirrored).findings}
    asked = coordinates(mirrored, seen_from="apex")
    assert "mirrored" not in {finding.check for finding in asked.findings}
    assert apart(asked.angle, one.direction)[one.wall].max() < PIXEL_DEGREES


def test_a_mirrored_file_without_orientation_is_right_once_that_is_said():
    mirrored = lost(flipped(ventricle(turn=15), 2))
    assert error(mirrored) > 90
    assert error(mirrored, seen_from="base") < PIXEL_DEGREES


def test_the_taper_tells_the_apex_where_the_orientation_does_not():
    one = lost(ventricle())
    assert coordinates(one).level[0][one.wall[0]].max() < 0.1
    other = lost(flipped(ventricle(), 0))
    assert coordinates(other).level[0][other.wall[0]].min() > 0.9


def test_a_cavity_that_grows_toward_the_apex_of_a_heart_that_shrinks_misleads_nobody():
    one = lost(ventricle())
    cavity = one.depth < np.linspace(-0.9, 0.3, 9)[:, None, None]
    aneurysm = replace(one, cavity=cavity, wall=(one.wall | one.cavity) & ~cavity)
    assert np.diff(cavity.sum(axis=(1, 2))).min() > 0
    assert coordinates(aneurysm).level[0][aneurysm.wall[0]].max() < 0.1


def test_without_taper_and_orientation_the_apex_has_to_be_named():
    one = lost(ventricle(taper=0.0))
    with pytest.raises(InputError, match="--apex first or last"):
        coordinates(one)
    assert coordinates(one, apex="first").level[0][one.wall[0]].min() > 0.9


def test_a_heart_that_grows_toward_the_apex_are_told():
    wrong = ventricle(taper=-0.35)
    heart = tidy_heart(*wrong.masks, wrong.spacing)
    (finding,) = find_pose(heart, wrong.matrix).findings
    assert "grows toward the apex" in finding.message


@pytest.mark.parametrize(("apex", "told"), [("last", 0), ("first", 2)])
def test_an_apex_told_against_size_and_orientation_is_kept_and_doubted(apex, told):
    one = ventricle()
    heart = tidy_heart(*one.masks, one.spacing)
    pose = find_pose(heart, one.matrix, Orientation(apex=apex))
    assert pose.apex_last is (apex == "last")
    says = [finding.message for finding in pose.findings if "as told" in finding.message]
    assert len(says) == told
    assert all("the other end" in message for message in says)


def test_what_a_finding_advises_can_be_done_where_it_says():
    one = lost(ventricle())
    (message,) = [f.message for f in coordinates(one).findings if f.check == "orientation"]
    assert 'in Python: Orientation(seen_from="base")' in message
    with pytest.raises(InputError, match="--insertion DEGREES on the command line"):
        wall_coordinates(one.wall, one.cavity, None, *one.place)


# Without a right ventricle


def test_without_a_right_ventricle_the_message_says_what_to_give():
    one = ventricle()
    with pytest.raises(InputError, match="anterior_insertion"):
        wall_coordinates(one.wall, one.cavity, None, *one.place)


def test_a_right_ventricle_far_away_is_none():
    one = ventricle()
    speck = np.zeros_like(one.rv)
    speck[:, 2, 2] = True
    with pytest.raises(InputError, match="touches the myocardium"):
        coordinates(replace(one, rv=speck))


def test_a_direction_of_the_insertion_serves():
    one = ventricle(turn=15)
    found = wall_coordinates(
        one.wall, one.cavity, None, *one.place, Orientation(anterior_insertion=135.0)
    )
    assert apart(found.angle[one.wall], one.direction[one.wall]).max() < 1.0


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_point_at_the_insertion_serves_however_the_heart_is_stored(axis):
    one = flipped(ventricle(), axis)
    close = one.wall & (np.abs(one.direction - 120) < 1.5) & (one.depth > 0.8)
    s, row, column = np.argwhere(close)[0]
    point = tuple((one.matrix @ [column, row, s, 1.0])[:3])
    found = wall_coordinates(
        one.wall, one.cavity, None, *one.place, Orientation(anterior_insertion=point)
    )
    assert apart(found.angle[one.wall], one.direction[one.wall]).max() < PIXEL_DEGREES


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"apex": "top"}, "'auto', 'first' or 'last'"),
        ({"seen_from": "left"}, "'auto', 'apex' or 'base'"),
        ({"septal_degrees": 0.0}, "above 0 and below 360"),
        ({"anterior_insertion": float("nan")}, "-360 to 360"),
        ({"anterior_insertion": 361}, "-360 to 360"),
        ({"anterior_insertion": -1e6}, "-360 to 360"),
        ({"anterior_insertion": "120"}, "-360 to 360"),
        ({"anterior_insertion": (1.0, 2.0)}, "three finite coordinates"),
        ({"anterior_insertion": (1.0, 2.0, float("inf"))}, "three finite coordinates"),
    ],
)
def test_words_that_mean_nothing_are_refused(how, says):
    with pytest.raises(InputError, match=says):
        Orientation(**how)


def test_an_angle_of_any_number_type_serves():
    one = ventricle()
    given = Orientation(anterior_insertion=np.float32(120))
    found = wall_coordinates(one.wall, one.cavity, None, *one.place, given)
    assert apart(found.angle[one.wall], one.direction[one.wall]).max() < 1.0


@pytest.mark.parametrize(
    "matrix", [None, np.eye(3), np.full((4, 4), np.nan), np.diag([1.0, 1.0, 0.0, 1.0])]
)
def test_a_matrix_that_places_no_voxels_is_refused(matrix):
    one = replace(ventricle(slices=3), matrix=matrix)
    with pytest.raises(InputError, match="4x4 matrix"):
        coordinates(one)


# Hearts that were not made for this


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_simulated_hearts_the_septum_is_where_it_was_drawn(seed):
    study = hcm_study("one", 1, seed)
    mask = study.images[Role("MR", "mask", "SAX", "ED")]
    parts = [mask.of(name)[0] for name in ("myocardium", "lv_cavity", "rv_cavity")]
    found = wall_coordinates(*parts, mask.spacing, mask.ijk_to_ras).angle
    middle = parts[0] & (apart(np.nan_to_num(found), 180) < 10)
    turn = np.degrees(subject_of(Recipe(1, (seed,))).heart.turn)
    rows, columns = (np.nonzero(middle)[axis].mean() for axis in (1, 2))
    center = [np.nonzero(parts[1])[axis].mean() for axis in (1, 2)]
    seen = np.degrees(np.arctan2(center[0] - rows, columns - center[1]))
    assert apart(seen, 178 + turn) < 12
