"""Wall motion of segmented echo views: excursion, thickening, score, and what is doubtful."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from CardioAILib.errors import MissingInputError
from CardioAILib.measurements.echo import (
    ECHO_COLUMNS,
    ECHO_DEFINITIONS,
    ECHO_MEASUREMENTS,
    echo_measurements_of,
    motion_column,
    score_column,
)
from CardioAILib.measurements.echo.score import score_of
from CardioAILib.measurements.echo.walls import WALLS
from CardioAILib.phantoms.echo import echo_cohort
from CardioAILib.study import Image, Role, Study
from helpers_echo_masks import beat, mask, plane, study

FRAMES = 8
LEFT, RIGHT = (3, 9, 14), (6, 12, 16)


def clip(still="", **given):
    """A beat of 25 to 17 mm half width and 9 to 13 mm wall; one side may stand still."""
    sides = beat(FRAMES, 1.0, 17 / 25)
    walls = beat(FRAMES, 9.0, 13.0)
    planes = []
    for side, wall in zip(sides, walls, strict=True):
        scale = (1.0 if still == "left" else side, 1.0 if still == "right" else side)
        thick = (9.0 if still == "left" else wall, 9.0 if still == "right" else wall)
        planes.append(plane(25, 80, 1.0, sides=scale, thicker=thick, **given))
    return mask(planes)


def read(values, kind, segments):
    return np.array([values[motion_column(kind, segment)] for segment in segments])


def test_a_healthy_wall_moves_and_thickens_everywhere():
    found = echo_measurements_of(study({"A4C": clip()}))
    basal_and_mid = (3, 9, 6, 12)
    assert read(found.values, "excursion", basal_and_mid) == pytest.approx(40, abs=5)
    assert read(found.values, "thickening", basal_and_mid) == pytest.approx(44, abs=3)
    assert [found.values[score_column(one)] for one in basal_and_mid] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("still", "sick", "healthy"), [("left", LEFT, RIGHT), ("right", RIGHT, LEFT)]
)
def test_a_wall_that_stands_still_is_found_on_its_side(still, sick, healthy):
    values = echo_measurements_of(study({"A4C": clip(still)})).values
    assert np.abs(read(values, "excursion", sick[:2])).max() < 4
    assert np.abs(read(values, "thickening", sick[:2])).max() < 8
    assert read(values, "thickening", healthy[:2]).min() > 35
    assert [values[score_column(one)] for one in (*sick[:2], *healthy[:2])] == [3, 3, 1, 1]
    assert values["excursion_least_percent"] < 4 < values["excursion_sd_percent"]


def test_the_inferior_wall_is_left_in_two_chambers_and_the_septum_on_top_in_the_long_axis():
    two = echo_measurements_of(study({"A2C": clip("left")})).values
    assert [two[score_column(one)] for one in (4, 10, 1, 7)] == [3, 3, 1, 1]
    # A quarter turn to the right lays the apex to the right; the ring must be to the right.
    lying = clip("left")
    lying = replace(lying, array=np.rot90(lying.array, 1, (2, 3)))
    long_axis = echo_measurements_of(study({"PLAX": lying})).values
    assert [long_axis[score_column(one)] for one in (5, 2)] == [3, 1]


def test_views_share_no_segment_and_leave_out_the_cap():
    segments = [segment for walls in WALLS.values() for wall in walls for segment in wall]
    assert sorted(segments) == list(range(1, 17))


def test_a_heart_that_moves_as_a_whole_is_seen_to_move_and_not_to_thicken():
    planes = [plane(25, 80, 9.0, base=(60 + shift, 105)) for shift in (0, 3)]
    planes[1][0, 0] = 0
    stills = {"A4C_ED": mask(planes[:1]), "A4C_ES": mask(planes[1:])}
    values = echo_measurements_of(study(stills)).values
    assert values[motion_column("excursion", 9)] > 10
    assert values[motion_column("excursion", 12)] < -10
    assert np.abs(read(values, "thickening", (9, 12))).max() < 3


def test_curves_begin_at_ed_and_end_where_values_are():
    found = echo_measurements_of(study({"A4C": clip()}))
    curves, phases = found.curves["A4C"], found.phases["A4C"]
    assert (phases.ed, phases.es) == (0, FRAMES // 2)
    for kind in ("excursion", "thickening"):
        for segment, curve in getattr(curves, kind).items():
            assert curve[phases.ed] == 0
            assert curve[phases.es] == found.values[motion_column(kind, segment)]
    assert curves.shortening[phases.ed] == 0
    assert found.values["A4C_GLS_percent"] == curves.shortening[phases.es] < 0


@pytest.mark.parametrize(
    ("thickening", "excursion", "score"),
    [(45, 30, 1), (30, 30, 2), (10, 5, 2), (9.9, 5, 3), (-3, 2, 3), (-3, -2, 4), (3, -2, 3)],
)
def test_scores_follow_the_thickening(thickening, excursion, score):
    assert score_of(thickening, excursion) == score


def test_no_wall_no_score():
    planes = [plane(25, 80, 0.0), plane(17, 72, 0.0)]
    values = echo_measurements_of(study({"A4C": mask(planes)})).values
    assert isnan(values["wall_motion_score_index"])
    assert isnan(values["segments_abnormal_percent"])
    assert values["excursion_mean_percent"] > 20


def test_every_value_has_its_place_and_meaning():
    found = echo_measurements_of(study({"A4C": clip()}))
    assert tuple(found.values) == ECHO_MEASUREMENTS
    assert len(set(ECHO_MEASUREMENTS)) == len(ECHO_MEASUREMENTS)
    assert set(ECHO_COLUMNS) <= set(ECHO_MEASUREMENTS)
    assert all(one.meaning for one in ECHO_DEFINITIONS)
    # Ratios alone: a control arm must not need mm.
    assert not [name for name in ECHO_COLUMNS if name.endswith(("_mm", "_ml", "_cm2"))]


# What makes them doubtful


def test_nothing_segmented_is_said_with_its_cure():
    with pytest.raises(MissingInputError, match="mask_A4C"):
        echo_measurements_of(Study("P1", "S1", {}))


def test_gaps_are_told_and_passed_over():
    whole, holed = clip(), clip()
    holed.array[2] = 0
    found = echo_measurements_of(study({"A4C": holed}))
    assert [one.check for one in found.findings] == ["gaps"]
    assert "7 of 8 frames" in found.findings[0].message
    assert isnan(found.curves["A4C"].area[2])
    full = echo_measurements_of(study({"A4C": whole})).values
    assert found.values["A4C_EF_percent"] == full["A4C_EF_percent"]


def test_an_empty_segmentation_is_no_heart():
    empty = clip()
    empty.array[:] = 0
    found = echo_measurements_of(study({"A4C": empty}))
    assert [one.check for one in found.findings] == ["gaps"]
    assert all(isnan(value) for value in found.values.values())


def test_a_shorter_axis_in_one_view_is_foreshortened():
    short = mask([plane(25, 70, 9.0), plane(17, 60, 13.0)])
    found = echo_measurements_of(study({"A4C": clip(), "A2C": short}))
    assert [one.check for one in found.findings] == ["foreshortening"]
    assert "A2C is foreshortened" in found.findings[0].message


def test_what_lies_on_the_sectors_edge_is_told_and_left_out():
    drawn = clip()
    column = 60 * 2 + 44
    drawn.array[..., column:] = 0
    picture = np.full(drawn.array.shape, 90, np.uint8)
    picture[..., column:] = 0
    role = Role("US", "echo", "A4C")
    seen = study({"A4C": drawn})
    with_clip = replace(seen, images={**seen.images, role: Image(picture, drawn.ijk_to_ras)})
    found = echo_measurements_of(with_clip)
    assert "sector" in [one.check for one in found.findings]
    assert isnan(found.values[motion_column("thickening", 6)])
    assert found.values[motion_column("thickening", 3)] == pytest.approx(44, abs=4)


def test_beats_that_differ_are_told():
    ends = ([25, 80], [17, 72], [25, 80], [21, 76], [25, 80])
    planes = [plane(half, long, 9.0) for half, long in ends]
    found = echo_measurements_of(study({"A4C": mask(planes)}))
    assert "beats differ" in [one.check for one in found.findings]
    assert found.phases["A4C"].es == 1


# Simulated echo, whose ejection fraction and wall motion are known


def test_simulated_hearts_give_back_their_ejection_fraction_and_their_sick_walls():
    hit, normal = [], []
    for one in echo_cohort(4, seed=11, frames=20, shared=0.0):
        found = echo_measurements_of(one)
        assert found.values["EF_percent"] == pytest.approx(one.facts["ef_percent"], abs=3)
        words = str(one.facts["wma_segments"])
        sick = set() if words == "none" else {int(float(word)) for word in words.split(";")}
        for segment in range(1, 17):
            thicker = found.values[motion_column("thickening", segment)]
            (hit if segment in sick else normal).append(thicker)
    hit, normal = (np.array(own)[np.isfinite(own)] for own in (hit, normal))
    assert len(hit) > 5
    assert len(normal) > 20
    assert (hit[:, None] < normal).mean() > 0.95
