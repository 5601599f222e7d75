"""Depth in the wall and its thickness, on rings whose radii are known."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.measurements import wall_coordinates, wall_regions
from CardioAILib.measurements.depth import wall_borders
from CardioAILib.measurements.surface import distances, surface_points
from CardioAILib.measurements.tidy import tidy_heart
from helpers_wall import IN_PLANE, Ventricle, ventricle

WALL_MM = 10.0
PIXEL = max(IN_PLANE)


@pytest.fixture(scope="module")
def cylinder() -> Ventricle:
    return ventricle(slices=3, taper=0.0)


def borders_of(one: Ventricle, **masks):
    given = {"wall": one.wall, "cavity": one.cavity, **masks}
    return wall_borders(tidy_heart(given["wall"], given["cavity"], None, one.spacing))


def test_the_surface_lies_between_voxels():
    plane = np.zeros((4, 8), bool)
    plane[:, :3] = True
    points = surface_points(plane, (3.0, 2.0))
    assert points[:, 1] == pytest.approx(5.0)
    found = distances(np.array([[1, 3], [1, 7]]), points, (3.0, 2.0))
    assert found == pytest.approx([1.0, 9.0])


def test_a_region_of_one_voxel_has_a_surface_too():
    point = np.zeros((5, 5), bool)
    point[2, 2] = True
    points = surface_points(point, (3.0, 1.0))
    assert sorted(map(tuple, points.tolist())) == [(4.5, 2.0), (6.0, 1.5), (6.0, 2.5), (7.5, 2.0)]


def test_depth_of_a_ring_is_its_radius(cylinder):
    found = borders_of(cylinder).depth[cylinder.wall]
    error = np.abs(found - cylinder.depth[cylinder.wall])
    assert error.max() < 0.5 * PIXEL / WALL_MM
    assert abs((found - cylinder.depth[cylinder.wall]).mean()) < 0.01


def test_thickness_of_a_ring_is_the_difference_of_its_radii(cylinder):
    found = borders_of(cylinder).thickness[cylinder.wall]
    assert found.mean() == pytest.approx(WALL_MM, abs=0.1)
    assert found.std() < 0.3


def test_depth_and_thickness_are_nan_outside_the_wall(cylinder):
    borders = borders_of(cylinder)
    assert np.array_equal(np.isnan(borders.depth), ~cylinder.wall)
    assert np.array_equal(np.isnan(borders.thickness), ~cylinder.wall)


def test_an_open_ring_has_no_epicardium_at_its_ends(cylinder):
    gap = np.abs(cylinder.direction - 90) < 25
    opened = borders_of(cylinder, wall=cylinder.wall & ~gap)
    kept = cylinder.wall & ~gap
    difference = np.abs(opened.depth - borders_of(cylinder).depth)[kept]
    assert difference.max() < 0.2
    assert np.median(difference) == 0.0


def test_an_open_ring_is_told(cylinder):
    gap = np.abs(cylinder.direction - 90) < 40
    found = wall_regions(cylinder.wall & ~gap, *cylinder.masks[1:], *cylinder.place, "layers")
    (told,) = {finding.check for finding in found.findings}
    assert told == "open ring"
    assert "slice 0 covers" in found.findings[0].message


def test_a_small_closed_ring_is_not_called_open():
    tiny = ventricle(slices=3, taper=0.0, radii=(2.5, 5.5))
    assert not wall_regions(*tiny.masks, *tiny.place, "layers").findings


def test_without_a_mask_of_the_cavity_the_hole_serves(cylinder):
    given = wall_regions(*cylinder.masks, *cylinder.place, "layers")
    found = wall_regions(cylinder.wall, None, None, *cylinder.place, "layers")
    assert np.array_equal(found.labels, given.labels)
    assert [finding.check for finding in found.findings] == ["cavity"]


def test_a_filled_ventricle_serves_as_cavity_where_it_is_not_wall(cylinder):
    given = wall_regions(*cylinder.masks, *cylinder.place, "layers")
    found = wall_regions(
        cylinder.wall, cylinder.cavity | cylinder.wall, None, *cylinder.place, "layers"
    )
    assert np.array_equal(found.labels, given.labels)
    (finding,) = found.findings
    assert f"{cylinder.wall.sum()} voxels are both myocardium and LV cavity" in finding.message


def test_specks_far_from_the_ring_are_left_out(cylinder):
    wall = cylinder.wall.copy()
    wall[1, 2:4, 2:4] = True
    found = wall_regions(wall, cylinder.cavity, None, *cylinder.place, "layers")
    assert not found.labels[1, 2:4, 2:4].any()
    assert "4 voxels" in found.findings[0].message


def test_a_papillary_muscle_in_the_cavity_does_not_move_the_borders(cylinder):
    cavity = cylinder.cavity.copy()
    rows, columns = np.nonzero(cavity[1])
    cavity[1, rows[len(rows) // 2], columns[len(rows) // 2]] = False
    assert np.array_equal(
        borders_of(cylinder, cavity=cavity).depth[cylinder.wall],
        borders_of(cylinder).depth[cylinder.wall],
    )


def test_the_cap_below_the_cavity_is_deeper_the_further_it_lies_from_it():
    one = ventricle(slices=4, taper=0.0)
    wall, cavity = one.wall.copy(), one.cavity.copy()
    wall[2:] = (one.wall | one.cavity)[2:]
    cavity[2:] = False
    borders = wall_borders(tidy_heart(wall, cavity, None, one.spacing))
    middle = np.s_[35, 42]
    assert borders.endo[2][middle] == pytest.approx(one.spacing[0] / 2)
    assert borders.endo[3][middle] == pytest.approx(one.spacing[0] * 1.5)
    assert borders.epi[3][middle] == pytest.approx(one.spacing[0] / 2)


# Bad input


def test_a_single_slice_without_axis_is_refused(cylinder):
    with pytest.raises(InputError, match="take one frame"):
        tidy_heart(cylinder.wall[0], None, None, cylinder.spacing)


def test_masks_of_different_shape_are_refused(cylinder):
    with pytest.raises(GridMismatchError, match="LV cavity of shape"):
        tidy_heart(cylinder.wall, cylinder.cavity[:2], None, cylinder.spacing)


@pytest.mark.parametrize("spacing", [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, np.nan, 1.0), (1, 1)])
def test_a_spacing_that_is_no_length_is_refused(cylinder, spacing):
    with pytest.raises(InputError, match="three lengths above 0 mm"):
        tidy_heart(cylinder.wall, cylinder.cavity, None, spacing)


def test_a_mask_without_myocardium_is_refused(cylinder):
    with pytest.raises(EmptyMaskError, match="without myocardium"):
        tidy_heart(np.zeros_like(cylinder.wall), cylinder.cavity, None, cylinder.spacing)


def test_a_wall_without_any_cavity_is_refused(cylinder):
    half = cylinder.wall & (cylinder.direction < 180)
    with pytest.raises(EmptyMaskError, match="close the ring"):
        tidy_heart(half, None, None, cylinder.spacing)


def test_a_heart_cropped_to_its_edges_is_refused(cylinder):
    everything = np.ones_like(cylinder.wall)
    with pytest.raises(InputError, match="keep a margin"):
        tidy_heart(everything & ~cylinder.cavity, cylinder.cavity, None, cylinder.spacing)


def test_a_stack_without_the_needed_words_is_refused_by_coordinates_too(cylinder):
    bad = replace(cylinder, wall=np.zeros_like(cylinder.wall))
    with pytest.raises(EmptyMaskError):
        wall_coordinates(*bad.masks, *bad.place)
