"""Area, long axis, volumes and ejection fraction of segmented echo views."""

from math import isnan, pi

import numpy as np
import pytest
from CardioAILib.measurements.echo import ECHO_COLUMNS, echo_measurements_of
from CardioAILib.measurements.echo.axis import farthest_pair
from CardioAILib.measurements.echo.beat import Phases, beats
from CardioAILib.measurements.echo.disks import biplane_ml, one_plane_ml
from helpers_echo_masks import beat, mask, plane, study

ED, ES = (25.0, 85.0, 9.0), (17.0, 72.0, 13.0)
"""Half width, length and wall thickness of the same ventricle, in mm."""


def half_ellipsoid_ml(half_width, length, other=None):
    return 2 / 3 * pi * half_width * (other or half_width) * length / 1000


def clip(ed=ED, es=ES, frames=8, spacing=0.5, calibrated=True, times_ms=(), **given):
    planes = [plane(*row, spacing=spacing, **given) for row in beat(frames, ed, es)]
    return mask(planes, spacing, calibrated=calibrated, times_ms=times_ms)


def values_of(masks, **others):
    return echo_measurements_of(study(masks, **others)).values


def test_disks_of_a_cylinder_and_of_an_elliptical_one():
    ones = np.ones(20)
    assert one_plane_ml(40 * ones, 80) == pytest.approx(pi * 20**2 * 80 / 1000)
    assert biplane_ml(40 * ones, 30 * ones, 80) == pytest.approx(pi * 20 * 15 * 80 / 1000)


@pytest.mark.parametrize("tilt", [0, 20, -25])
@pytest.mark.parametrize(("wall", "atrium"), [(1, True), (1, False), (0, True), (0, False)])
def test_one_plane_gives_volume_and_ejection_fraction_however_the_heart_lies(tilt, wall, atrium):
    planes = [
        plane(half, long, wall * thick, tilt=tilt, atrium=atrium) for half, long, thick in (ED, ES)
    ]
    found = echo_measurements_of(study({"A4C": mask([planes[0], planes[1]])}))
    truth = [half_ellipsoid_ml(*row[:2]) for row in (ED, ES)]
    assert found.values["A4C_EDV_ml"] == pytest.approx(truth[0], rel=0.02)
    assert found.values["A4C_ESV_ml"] == pytest.approx(truth[1], rel=0.02)
    assert found.values["A4C_EF_percent"] == pytest.approx(100 * (1 - truth[1] / truth[0]), abs=1)
    assert found.values["A4C_length_ED_mm"] == pytest.approx(ED[1], abs=0.8)
    area = pi / 2 * ED[0] * ED[1] / 100
    assert found.values["A4C_LV_area_ED_cm2"] == pytest.approx(area, rel=0.01)
    guessed = [one.check for one in found.findings]
    assert guessed == ([] if wall or atrium else ["mitral ring"])


def test_biplane_sees_what_one_plane_cannot():
    flat = (20.0, 85.0, 9.0), (10.0, 72.0, 13.0)
    found = values_of({"A4C": clip(), "A2C": clip(*flat)})
    edv = half_ellipsoid_ml(ED[0], 85, flat[0][0])
    esv = half_ellipsoid_ml(ES[0], 72, flat[1][0])
    assert found["biplane_EDV_ml"] == pytest.approx(edv, rel=0.02)
    assert found["biplane_EF_percent"] == pytest.approx(100 * (1 - esv / edv), abs=1)
    assert found["EF_percent"] == found["biplane_EF_percent"]
    assert found["A4C_EF_percent"] < found["biplane_EF_percent"] < found["A2C_EF_percent"]


def test_without_a_second_plane_the_ejection_fraction_is_that_of_the_one():
    found = values_of({"A2C": clip()})
    assert isnan(found["biplane_EF_percent"])
    assert found["EF_percent"] == found["A2C_EF_percent"]


def test_parasternal_views_give_areas_and_no_volumes():
    sideways = [np.rot90(plane(*row), 1) for row in (ED, ES)]
    found = values_of({"PLAX": mask(sideways)})
    assert found["PLAX_FAC_percent"] == pytest.approx(42.4, abs=0.5)
    assert found["PLAX_width_shortening_percent"] == pytest.approx(32, abs=1)
    assert isnan(found["EF_percent"])
    assert np.isfinite([found[name] for name in ECHO_COLUMNS]).mean() > 0.5


def test_unknown_pixels_give_ratios_and_nothing_in_mm():
    sized = values_of({"A4C": clip(), "A2C": clip()})
    found = echo_measurements_of(study({"A4C": clip(calibrated=False), "A2C": clip()}))
    refused = ("A4C_EDV_ml", "A4C_length_ED_mm", "A4C_LV_area_ED_cm2", "biplane_EDV_ml")
    assert all(isnan(found.values[name]) for name in refused)
    assert found.values["A2C_EDV_ml"] == sized["A2C_EDV_ml"]
    assert found.values["biplane_EF_percent"] == pytest.approx(sized["biplane_EF_percent"])
    assert [one.check for one in found.findings] == ["calibration"]
    assert found.curves["A4C"].area_unit == "pixels"


def test_the_size_of_pixels_changes_volumes_and_no_ratio():
    found = values_of({"A4C": clip()})
    planes = clip().array[:, 0]
    doubled = values_of({"A4C": mask(list(planes), 1.0)})
    assert doubled["A4C_EDV_ml"] == pytest.approx(8 * found["A4C_EDV_ml"])
    assert doubled["A4C_EF_percent"] == pytest.approx(found["A4C_EF_percent"])


def test_stills_are_taken_as_they_are_named():
    stills = {"A4C_ED": mask([plane(*ED)]), "A4C_ES": mask([plane(*ES)])}
    found = echo_measurements_of(study(stills))
    assert found.values["A4C_FAC_percent"] == pytest.approx(42.4, abs=0.5)
    swapped = {"A4C_ED": stills["A4C_ES"], "A4C_ES": stills["A4C_ED"]}
    backward = echo_measurements_of(study(swapped))
    assert backward.values["A4C_FAC_percent"] < 0
    assert [one.check for one in backward.findings] == ["swapped"]


def test_a_papillary_muscle_and_a_speck_count_for_nothing():
    planes = [plane(*ED), plane(*ES)]
    holed = [one.copy() for one in planes]
    holed[0][150:154, 118:122] = 2
    holed[0][3:6, 3:6] = 1
    without = values_of({"A4C": mask(planes)})
    assert values_of({"A4C": mask(holed)}) == pytest.approx(without, nan_ok=True)


# The ends of a beat


def test_largest_and_smallest_frame_are_ed_and_es():
    assert beats(np.array([30, 28, 20, 15, 22, 29])) == [Phases(0, 3)]


def test_every_beat_of_a_clip_is_told():
    one = [30, 25, 15, 24]
    assert beats(np.array([*one, *one, 30.0])) == [Phases(0, 2), Phases(4, 6)]


def test_one_frame_of_many_that_is_segmented_too_large_is_not_ed():
    area = beat(32, 30.0, 15.0)
    area[8] += 9
    (found,) = beats(area)
    assert (found.ed, found.es) == (0, 16)


def test_a_clip_that_begins_in_systole_takes_the_diastole_after_it():
    assert beats(np.array([18.0, 15, 22, 29, 30])) == [Phases(4, 1)]


def test_frames_without_segmentation_are_passed_over():
    assert beats(np.array([np.nan, 30, np.nan, 15, np.nan])) == [Phases(1, 3)]


def test_what_does_not_move_has_no_beat():
    assert beats(np.array([30.0, 29.9, 30.0])) == []
    assert beats(np.array([30.0])) == []
    found = echo_measurements_of(study({"A4C": clip(es=ED)}))
    assert isnan(found.values["A4C_FAC_percent"])
    assert [one.check for one in found.findings] == ["beat"]


def test_points_on_a_line_have_a_farthest_pair():
    line = np.array([[89.8, y] for y in (3.0, 1.0, 7.0, 5.0)])
    assert sorted(farthest_pair(line)[:, 1]) == [1.0, 7.0]
