"""Regions of a planar scan: their pixels, and where they are placed on a scan alone."""

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.measurements.planar import REGIONS, Region, place_regions, planar_of
from CardioAILib.phantoms.bonescan import bone_cohort
from CardioAILib.quality.body import coarse
from CardioAILib.quality.heartplace import heart_place
from CardioAILib.quality.landmarks import find_landmarks
from CardioAILib.study import Role

ANTERIOR, MASK = Role("NM", "planar", "anterior"), Role("NM", "mask", "anterior")


def scans(n, static=0.0):
    return [(s.images[ANTERIOR], s.images[MASK]) for s in bone_cohort(n, seed=3, static=static)]


@pytest.fixture(scope="module")
def bodies():
    return scans(6)


def middle_of(mask, structure):
    return np.argwhere(mask.of(structure)[0, 0]).mean(axis=0)


def placed(image, heart=None):
    height, width = image.array.shape[2:]
    return place_regions(image.array[0, 0], image.spacing[1:], height > width, heart)


def error_mm(image, mask):
    """Row and column by which the heart was missed; its region then steps beside the sternum."""
    height, width = image.array.shape[2:]
    marks = find_landmarks(image.array[0, 0], image.spacing[1:], height > width)
    return (np.array(heart_place(marks)) - middle_of(mask, "heart")) * image.spacing[1:]


# One region


def test_an_ellipse_holds_the_pixels_whose_middle_lies_inside():
    mask = Region("heart", (2.0, 3.0), (4.0, 2.0)).mask((5, 6))
    assert np.argwhere(mask).tolist() == [[0, 3], [1, 3], [2, 2], [2, 3], [2, 4], [3, 3], [4, 3]]


def test_a_box_holds_its_corners_and_is_cut_at_the_image():
    mask = Region("whole body", (0.0, 1.0), (2.0, 2.0), "box").mask((3, 4))
    assert np.argwhere(mask).tolist() == [[r, c] for r in (0, 1) for c in (0, 1, 2)]


def test_the_part_around_a_region_leaves_no_pixel_out():
    region, shape = Region("heart", (7.3, 4.9), (6.2, 9.4)), (12, 11)
    rows, columns = region.box(shape)
    assert (
        region.mask(shape).sum()
        == region.inside(rows, columns).sum()
        == region.mask(shape)[rows, columns].sum()
    )


def test_a_region_outside_of_the_image_has_no_pixel():
    assert not Region("heart", (-20.0, 5.0), (6.0, 6.0)).mask((10, 10)).any()
    rows, columns = Region("heart", (-20.0, 50.0), (6.0, 6.0)).box((10, 10))
    assert np.zeros((10, 10))[rows, columns].size == 0


def test_mirrored_twice_a_region_is_where_it_was():
    region = Region("heart", (10.0, 20.0), (4.0, 6.0))
    other = region.mirrored(16.5, "contralateral")
    assert (other.name, other.center) == ("contralateral", (10.0, 13.0))
    assert other.mirrored(16.5, "heart") == region


def test_on_the_posterior_view_columns_run_the_other_way():
    region = Region("heart", (3.0, 1.0), (3.0, 1.0))
    assert region.behind(8).mask((8, 8)).tolist() == region.mask((8, 8))[:, ::-1].tolist()


def test_a_moved_region_keeps_its_size():
    moved = Region("heart", (10.0, 20.0), (4.0, 6.0)).moved((1.0, 2.0))
    assert (moved.center, moved.size) == ((1.0, 2.0), (4.0, 6.0))


# Placed on scans


def test_the_heart_is_found_on_whole_bodies(bodies):
    errors = np.array([error_mm(*one) for one in bodies])
    assert np.hypot(*errors.T).max() < 32
    assert np.abs(errors.mean(axis=0)).max() < 15


def test_the_heart_is_found_on_views_of_the_thorax():
    errors = np.array([error_mm(*one) for one in scans(4, static=1.0)])
    assert np.hypot(*errors.T).max() < 45


def test_the_midline_is_that_of_the_patient(bodies):
    for image, _ in bodies:
        marks = find_landmarks(image.array[0, 0], image.spacing[1:], whole_body=True)
        true = image.ijk_to_ras[0, 3] / image.spacing[2]
        assert abs(marks.midline - true) * image.spacing[2] < 8


def test_kidneys_and_bladder_lie_in_their_regions(bodies):
    for image, mask in bodies:
        regions = placed(image)
        shape = image.array.shape[2:]
        bladder = mask.of("bladder")[0, 0]
        assert (regions["bladder"].mask(shape) & bladder).sum() > 0.9 * bladder.sum()
        kidneys = mask.of("kidneys")[0, 0]
        both = regions["left kidney"].mask(shape) | regions["right kidney"].mask(shape)
        assert (both & kidneys).sum() > 0.7 * kidneys.sum()


def test_a_whole_body_has_all_regions_and_a_thorax_those_of_the_chest(bodies):
    assert set(placed(bodies[0][0])) == set(REGIONS)
    image, _ = scans(1, static=1.0)[0]
    assert set(placed(image)) == {"heart", "contralateral", "ribs", "sternum"}


def test_heart_and_contralateral_leave_the_sternum_free(bodies):
    for image, _ in bodies:
        regions = placed(image)
        left = regions["heart"].center[1] - regions["heart"].size[1] / 2
        right = regions["contralateral"].center[1] + regions["contralateral"].size[1] / 2
        assert (left - right) * image.spacing[2] > 25


def test_a_segmented_heart_is_where_the_region_goes(bodies):
    image, _ = bodies[0]
    heart = np.zeros(image.array.shape[2:], bool)
    heart[200:241, 150:181] = True
    region = placed(image, heart)["heart"]
    assert region.center == (220.0, 165.0)
    assert region.size == pytest.approx((4 * np.arange(41).std(), 4 * np.arange(31).std()))


def test_pixels_of_half_the_size_move_no_region(bodies):
    image, _ = bodies[0]
    counts = image.array[0, 0]
    row, column = image.spacing[1:]
    fine = place_regions(np.kron(counts, np.ones((2, 2))), (row / 2, column / 2), True)
    for name, region in place_regions(counts, (row, column), True).items():
        assert fine[name].center == pytest.approx([2 * at + 0.5 for at in region.center], abs=2.1)


def test_uptake_draws_the_region_to_the_heart(bodies):
    image, _ = bodies[0]
    usual = find_landmarks(image.array[0, 0], image.spacing[1:], True).heart
    counts = image.array[0, 0].copy()
    row, column = round(usual[0] + 12), round(usual[1] + 8)
    counts[Region("heart", (row, column), (34, 30)).mask(counts.shape)] += 60
    moved = place_regions(counts, image.spacing[1:], True)["heart"]
    assert abs(moved.center[0] - row) < 6
    assert abs(moved.center[1] - column) < 8


def test_what_lies_beside_the_patient_is_not_the_patient(bodies):
    image, _ = bodies[0]
    counts = image.array[0, 0].copy()
    rows = coarse(counts, image.spacing[1:]).rows()
    counts[-12:-4, 4:12] = 300
    assert coarse(counts, image.spacing[1:]).rows() == pytest.approx(rows, abs=4)


def test_an_empty_scan_is_refused():
    with pytest.raises(InputError, match="without a count"):
        place_regions(np.zeros((1024, 256)), (2.4, 2.4), whole_body=True)


def test_regions_that_a_reader_moved_are_kept(bodies):
    image, _ = bodies[0]
    own = {**placed(image), "heart": Region("heart", (270.0, 150.0), (20.0, 20.0))}
    assert planar_of(image, regions=own).regions == own
