"""The thorax out of a planar scan, and the logarithm of its counts."""

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.prepare import LogCounts, Stack, Thorax, back_to_input, prepare, replay
from CardioAILib.quality.body import body_extent, is_whole_body

SPACING = (2.4, 2.4)


def scan(rows=1024, columns=256, top=24, bottom=1000):
    """A body as a column of counts, each pixel known by its place."""
    counts = np.zeros((1, rows, columns), np.float32)
    body = np.arange(1, bottom - top + 1)[:, np.newaxis] * 1000.0 + np.arange(columns)
    counts[0, top:bottom] = body
    return Stack(counts, np.zeros(counts.shape, bool), SPACING)


def test_the_body_reaches_from_the_first_to_the_last_row_with_counts():
    assert body_extent(scan(top=24, bottom=1000).image[0]) == (24, 1000)
    assert body_extent(np.zeros((5, 4))) is None


@pytest.mark.parametrize(("shape", "whole"), [((1024, 256), True), ((256, 256), False)])
def test_a_whole_body_is_told_by_its_length(shape, whole):
    assert is_whole_body(shape) is whole


def test_the_upper_edge_lies_at_85_percent_of_the_height_above_the_feet():
    stack = scan(top=24, bottom=1024)
    found = prepare(stack, (Thorax(128, height=0.85),))
    assert found.image.shape == (1, 128, 128)
    np.testing.assert_array_equal(found.image[0], stack.image[0, 174:302, 64:192])


def test_a_body_that_begins_and_ends_elsewhere_is_cut_relative_to_itself():
    stack = scan(top=100, bottom=900)
    found = prepare(stack, (Thorax(128),))
    np.testing.assert_array_equal(found.image[0], stack.image[0, 220:348, 64:192])


def test_a_thorax_view_is_cut_to_its_middle():
    stack = scan(256, 256, 0, 256)
    found = prepare(stack, (Thorax(128),))
    np.testing.assert_array_equal(found.image[0], stack.image[0, 64:192, 64:192])


def test_a_larger_thorax_view_is_brought_to_256_pixels_first():
    found = prepare(scan(512, 512, 0, 512), (Thorax(128),))
    assert found.image.shape == (1, 128, 128)
    assert found.spacing == (4.8, 4.8)
    # The middle of the first pixel of the crop lies between the pixels 128 and 129 of the view.
    assert found.image[0, 0, 0] == pytest.approx((129.5) * 1000 + 128.5)


def test_zeros_stay_zero_and_so_does_one_count():
    counts = np.array([[[0.0, 1.0, np.e, 100.0]]], np.float32)
    found = prepare(Stack(counts, counts < 0, SPACING), (LogCounts(),))
    np.testing.assert_allclose(found.image[0, 0], [0, 0, 1, np.log(100)], rtol=1e-6)
    assert found.image.dtype == np.float32


def test_the_logarithm_of_counts_plus_one_is_an_option():
    counts = np.array([[[0.0, 1.0, 9.0]]], np.float32)
    found = prepare(Stack(counts, counts < 0, SPACING), (LogCounts("plus one"),))
    np.testing.assert_allclose(found.image[0, 0], np.log([1, 2, 10]), rtol=1e-6)


def test_the_steps_can_be_replayed():
    stack = scan()
    found = prepare(stack, (Thorax(128), LogCounts()))
    np.testing.assert_array_equal(replay(stack.image, found.steps), found.image)


def test_a_map_of_the_crop_goes_back_to_its_place_on_the_scan():
    stack = scan(top=24, bottom=1024)
    steps = prepare(stack, (Thorax(128), LogCounts())).steps
    small = np.zeros((1, 128, 128), np.float32)
    small[0, 10, 20] = 1.0
    whole = back_to_input(small, steps)
    assert whole.shape == (1, 1024, 256)
    assert np.argwhere(whole[0] > 0.5).tolist() == [[184, 84]]


@pytest.mark.parametrize(("value", "got"), [(0.0, "without a count"), (-1.0, "negative counts")])
def test_what_is_no_count_is_refused(value, got):
    counts = np.full((1, 1024, 256), value, np.float32)
    with pytest.raises(InputError, match=got):
        prepare(Stack(counts, counts > 9, SPACING), (Thorax(128), LogCounts()))
