import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.learning import ImageMaskProduct
from CardioAILib.prepare import (
    ClipPercentile,
    CropPad,
    Resample,
    Rescale,
    Stack,
    Step,
    ZScore,
    back_to_input,
    prepare,
    replay,
    resample_mask,
)
from CardioAILib.prepare.step import warp
from CardioAILib.study import Mask, same_grid
from helpers_learning import placed, sound_image, sound_mask, textured, turned
from hypothesis import example, given, settings
from hypothesis import strategies as st

FAHMY_LIKE = (Resample(1.0), CropPad(48, centre="mask"), Rescale())


def stack_of(image: np.ndarray, mask: np.ndarray | None = None, mm: float = 1.0) -> Stack:
    mask = np.zeros(image.shape, bool) if mask is None else mask
    return Stack(image.astype(np.float32), mask, (mm, mm))


def ramp(slices: int, height: int, width: int) -> np.ndarray:
    """Intensity 3 + 2 row + 5 column + 100 slice, which linear interpolation reproduces."""
    layer, row, column = np.mgrid[:slices, :height, :width]
    return (3 + 2 * row + 5 * column + 100 * layer).astype(np.float32)


def blob(shape: tuple[int, int], middle: tuple[float, float], width: float) -> np.ndarray:
    """A Gaussian spot (1, H, W) at fractional indices."""
    row, column = np.mgrid[: shape[0], : shape[1]]
    square = (row - middle[0]) ** 2 + (column - middle[1]) ** 2
    return np.exp(-square / (2 * width**2))[np.newaxis].astype(np.float32)


def centroid(image: np.ndarray) -> np.ndarray:
    row, column = np.mgrid[: image.shape[1], : image.shape[2]]
    return np.array([(row * image[0]).sum(), (column * image[0]).sum()]) / image.sum()


def shrunk(image: np.ndarray, factor: int) -> np.ndarray:
    """Means of blocks of pixels, as pooling in a network leaves them."""
    slices, height, width = image.shape
    blocks = image.reshape(slices, height // factor, factor, width // factor, factor)
    return blocks.mean(axis=(2, 4))


# Resampling


def test_resampling_to_half_the_pixel_size_is_planned_as_worked_by_hand():
    # Eight pixels of 2 mm become 16 of 1 mm; the first lies a quarter of an old pixel before the
    # middle of the first old one.
    step = Resample(1.0).plan(Stack(ramp(1, 8, 6), np.zeros((1, 8, 6), bool), (2.0, 2.0)))
    assert step == Step("Resample", (8, 6), (16, 12), (0.5, 0.5), (-0.25, -0.25))


def test_resampling_reproduces_a_linear_ramp_inside():
    stack = stack_of(ramp(2, 8, 6), mm=2.0)
    fine = prepare(stack, [Resample(1.0)])
    row, column = np.arange(16) * 0.5 - 0.25, np.arange(12) * 0.5 - 0.25
    exact = 3 + 2 * row[:, None] + 5 * column
    np.testing.assert_allclose(fine.image[0, 1:-1, 1:-1], exact[1:-1, 1:-1], rtol=1e-6)
    np.testing.assert_allclose(fine.image[1, 1:-1, 1:-1], 100 + exact[1:-1, 1:-1], rtol=1e-6)
    assert fine.spacing == (1.0, 1.0)


def test_resampling_repeats_the_border_within_the_outermost_half_pixel():
    fine = prepare(stack_of(np.full((1, 4, 4), 7.0), mm=2.0), [Resample(1.0)])
    assert (fine.image == 7).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 24), st.floats(0.4, 3.0), st.floats(0.4, 3.0))
@example(3, 1.0, 2.0)
@example(7, 1.0, 2.0)
@example(257, 1.5, 1.0)
def test_resampling_a_constant_leaves_no_empty_border(size: int, before: float, after: float):
    fine = prepare(stack_of(np.ones((1, size, size)), mm=before), [Resample(after)])
    np.testing.assert_allclose(fine.image, 1.0, rtol=1e-6)


def test_each_axis_has_its_own_scale():
    stack = Stack(ramp(1, 10, 20), np.zeros((1, 10, 20), bool), (2.0, 0.5))
    square = prepare(stack, [Resample(1.0)])
    assert square.image.shape == (1, 20, 10)
    assert square.spacing == (1.0, 1.0)


def test_resampling_to_the_same_size_changes_no_bit():
    stack = stack_of(textured((2, 9, 7)))
    assert np.array_equal(prepare(stack, [Resample(1.0)]).image, stack.image)


def test_a_mask_stays_a_mask_under_resampling():
    mask = np.zeros((1, 4, 4), bool)
    mask[0, 1, 2] = True
    fine = prepare(stack_of(ramp(1, 4, 4), mask, mm=2.0), [Resample(1.0)])
    assert fine.mask.dtype == bool
    assert np.argwhere(fine.mask[0]).tolist() == [[2, 4], [2, 5], [3, 4], [3, 5]]


# Cropping and padding


def test_a_crop_keeps_its_pixels_bit_for_bit():
    stack = stack_of(textured((3, 20, 18)))
    cut = prepare(stack, [CropPad(8)])
    assert np.array_equal(cut.image, stack.image[:, 6:14, 5:13])


def test_padding_adds_zeros_around_pixels_kept_bit_for_bit():
    stack = stack_of(textured((2, 4, 6)), np.ones((2, 4, 6), bool))
    wide = prepare(stack, [CropPad(10)])
    assert np.array_equal(wide.image[:, 3:7, 2:8], stack.image)
    assert wide.image.sum(dtype=float) == pytest.approx(stack.image.sum(dtype=float))
    assert wide.mask.sum() == stack.mask.sum()
    assert wide.image.shape == (2, 10, 10)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 19), st.integers(0, 15), st.integers(4, 30))
def test_the_mask_s_centroid_comes_to_the_middle(row: int, column: int, size: int):
    mask = np.zeros((2, 20, 16), bool)
    mask[1, row, column] = True
    cut = prepare(stack_of(ramp(2, 20, 16), mask), [CropPad(size, centre="mask")])
    (place,) = np.argwhere(cut.mask)
    assert abs(place[1:] - (size - 1) / 2).max() <= 0.5
    assert cut.image[tuple(place)] == ramp(2, 20, 16)[1, row, column]


def test_the_centroid_is_taken_over_all_slices():
    mask = np.zeros((2, 20, 20), bool)
    mask[0, 4, 4] = mask[1, 8, 12] = True
    step = CropPad(5, centre="mask").plan(stack_of(ramp(2, 20, 20), mask))
    assert step.offset == (6 - 2, 8 - 2)


def test_without_a_mask_the_middle_of_the_image_is_taken():
    stack = stack_of(ramp(1, 20, 16))
    assert CropPad(4, centre="mask").plan(stack) == CropPad(4).plan(stack)


# Intensities


@settings(max_examples=80, deadline=None)
@given(st.floats(-3e4, 3e4), st.floats(1.0, 5e3), st.integers(0, 99))
def test_rescaled_intensities_lie_exactly_between_0_and_1(low: float, span: float, seed: int):
    image = (low + span * np.random.default_rng(seed).random((2, 6, 6))).astype(np.float32)
    scaled = prepare(stack_of(image), [Rescale()]).image
    assert scaled.min() == 0.0
    assert scaled.max() == 1.0
    wide = image.astype(np.float64)
    np.testing.assert_allclose(scaled, (wide - wide.min()) / np.ptp(wide), atol=1e-6)


def test_rescaling_takes_all_slices_alike():
    image = np.stack([np.full((4, 4), 10.0), np.full((4, 4), 20.0), np.full((4, 4), 30.0)])
    assert prepare(stack_of(image), [Rescale()]).image[:, 0, 0].tolist() == [0.0, 0.5, 1.0]


def test_a_recorded_rescaling_clips_what_lies_outside_its_range():
    (step,) = prepare(stack_of(np.array([[[10.0, 30.0]]])), [Rescale()]).steps
    again = replay(np.array([[[0.0, 20.0, 99.0]]], np.float32), (step,))
    assert again.tolist() == [[[0.0, 0.5, 1.0]]]


def test_a_constant_stack_cannot_be_rescaled():
    with pytest.raises(InputError) as raised:
        prepare(stack_of(np.full((1, 4, 4), 3.0)), [Rescale()])
    assert "constant" in raised.value.got
    assert raised.value.wanted == "an image with contrast"
    assert "image and mask" in raised.value.fix


# Replay


def test_replaying_the_steps_gives_what_preparation_gave():
    mask = np.zeros((3, 30, 26), bool)
    mask[:, 8:15, 6:14] = True
    stack = Stack(textured((3, 30, 26)), mask, (1.4, 1.7))
    ready = prepare(stack, FAHMY_LIKE)
    assert np.array_equal(replay(stack.image, ready.steps), ready.image)
    assert np.array_equal(replay(stack.mask, ready.steps, "nearest"), ready.mask)
    assert [step.name for step in ready.steps] == ["Resample", "CropPad", "Rescale"]


def test_replaying_a_mask_keeps_its_labels():
    labels = np.zeros((1, 20, 20), np.int16)
    labels[0, 5:9, 5:9], labels[0, 10:15, 10:15] = 3, 700
    ready = prepare(stack_of(ramp(1, 20, 20), mm=1.5), FAHMY_LIKE)
    moved = replay(labels, ready.steps, "nearest")
    assert moved.dtype == np.int16
    assert set(np.unique(moved)) == {0, 3, 700}


# Back to the input


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.7, 2.5),
    st.floats(0.7, 2.5),
    st.floats(-5, 5),
    st.floats(-5, 5),
    st.sampled_from([1, 2, 4]),
)
def test_a_spot_of_a_map_comes_back_to_its_place(down, across, above, aside, factor):
    # A spot of 4 mm near a mask that is off the middle, seen through preparation, a central cut
    # and pooling, returns to within half a pixel of the image it was drawn on.
    shape = (round(90 / down), round(80 / across))
    mask = np.zeros((1, *shape), bool)
    middle = (40 / down, 44 / across)
    mask[0, round(middle[0]), round(middle[1])] = True
    place = (middle[0] + above / down, middle[1] + aside / across)
    row, column = np.mgrid[: shape[0], : shape[1]]
    square = ((row - place[0]) * down) ** 2 + ((column - place[1]) * across) ** 2
    spot = np.exp(-square / (2 * 4.0**2))[np.newaxis].astype(np.float32)
    ready = prepare(Stack(spot, mask, (down, across)), FAHMY_LIKE)
    channels = ImageMaskProduct(crop=40)
    steps = (*ready.steps, channels.step((48, 48)))
    seen = replay(ready.image, steps[-1:])
    back = back_to_input(shrunk(seen, factor), steps)
    assert back.shape == spot.shape
    strong = np.where(back > 0.1 * back.max(), back, 0)
    before = np.where(spot > 0.1, spot, 0)
    assert np.abs(centroid(strong) - centroid(before)).max() < 0.5


def test_a_map_of_one_pixel_covers_exactly_the_field_of_view():
    # A 4 x 4 window cut from rows 3 to 6 and columns 1 to 4 of an image of 10 x 8.
    step = Step("CropPad", (10, 8), (4, 4), offset=(3.0, 1.0))
    back = back_to_input(np.ones((2, 1, 1), np.float32), (step,))
    expected = np.zeros((2, 10, 8))
    expected[:, 3:7, 1:5] = 1
    assert np.array_equal(back, expected)


def test_a_map_of_full_resolution_comes_back_bit_for_bit():
    step = CropPad(6).plan(stack_of(ramp(2, 10, 8)))
    heatmap = textured((2, 6, 6))
    back = back_to_input(heatmap, (step,))
    assert np.array_equal(back[:, 2:8, 1:7], heatmap)
    assert np.count_nonzero(back) == heatmap.size


def test_a_map_of_half_resolution_is_interpolated_as_worked_by_hand():
    # Two map pixels over four image pixels: their middles lie at 0.5 and 2.5.
    step = Step("CropPad", (1, 4), (1, 4))
    back = back_to_input(np.array([[[0.0, 8.0]]]), (step,))
    assert back.tolist() == [[[0.0, 2.0, 6.0, 8.0]]]


# Masks in space


def marked(*voxels: tuple[int, int, int], shape: tuple[int, int, int] = (4, 8, 8)) -> np.ndarray:
    array = np.zeros((1, *shape), np.uint8)
    for index, voxel in enumerate(voxels, start=1):
        array[0][voxel] = index
    return array


def test_a_mask_moved_by_whole_voxels_lands_where_its_place_is():
    # The mask's grid begins 2 columns right, 1 row down and 1 slice up.
    mask = sound_mask(marked((1, 3, 3), (2, 4, 5)), origin=(2.0, 1.0, 8.0))
    moved = resample_mask(mask, sound_image((1, 4, 8, 8)))
    assert np.argwhere(moved.array[0] == 1).tolist() == [[2, 4, 5]]
    assert np.argwhere(moved.array[0] == 2).tolist() == [[3, 5, 7]]
    assert np.count_nonzero(moved.array) == 2


def test_a_mask_of_half_the_spacing_is_picked_at_the_nearest_voxel():
    # Image voxel (row r, column c) lies nearest to mask voxel (2r, 2c) when the mask begins a
    # fifth of a millimetre early.
    fine = np.arange(2 * 8 * 8, dtype=np.uint8).reshape(1, 2, 8, 8)
    mask = sound_mask(fine, spacing=(0.5, 0.5, 8.0), origin=(-0.2, -0.2, 0.0))
    moved = resample_mask(mask, sound_image((1, 2, 4, 4)))
    assert np.array_equal(moved.array, fine[:, :, ::2, ::2])


def test_voxels_outside_the_mask_s_grid_are_background():
    mask = sound_mask(np.ones((1, 2, 3, 3), np.uint8), origin=(2.0, 2.0, 8.0))
    moved = resample_mask(mask, sound_image((1, 4, 8, 8))).array[0]
    expected = np.zeros((4, 8, 8))
    expected[1:3, 2:5, 2:5] = 1
    assert np.array_equal(moved, expected)


@settings(max_examples=40, deadline=None)
@given(st.integers(-180, 180), st.integers(-180, 180), st.integers(0, 99))
def test_a_resampled_mask_agrees_with_the_nearest_voxel_in_space(image_turn, mask_turn, seed):
    random = np.random.default_rng(seed)
    fine = random.integers(0, 3, (1, 10, 12, 14)).astype(np.uint8)
    mask = sound_mask(fine, spacing=(1.0, 1.3, 2.0), turn=turned(mask_turn))
    image = sound_image(
        (1, 4, 6, 5), spacing=(1.5, 1.2, 4.0), origin=(1.3, 0.7, 2.1), turn=turned(image_turn)
    )
    moved = resample_mask(mask, image)
    s, r, c = np.mgrid[:4, :6, :5].reshape(3, -1)
    points = image.ijk_to_ras @ np.stack([c, r, s, np.ones_like(s)])
    index = (np.linalg.inv(mask.ijk_to_ras) @ points)[[2, 1, 0]]
    near = np.rint(index).astype(int)
    inside = ((near >= 0) & (near < np.array([[10], [12], [14]]))).all(axis=0)
    expected = np.where(inside, fine[0][tuple(np.where(inside, near, 0))], 0)
    sure = (np.abs(index - np.floor(index) - 0.5) > 1e-6).all(axis=0)
    assert np.array_equal(moved.array.ravel()[sure], expected[sure])


def test_a_resampled_mask_lies_on_the_image_s_grid_and_keeps_its_labels():
    mask = sound_mask(marked((1, 3, 3)), spacing=(2.0, 2.0, 8.0))
    image = sound_image((1, 4, 8, 8))
    moved = resample_mask(mask, image)
    assert isinstance(moved, Mask)
    assert same_grid(moved, image)
    assert (dict(moved.labels), moved.array.dtype) == (dict(mask.labels), np.uint8)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64])
def test_a_mask_of_any_integer_type_is_resampled(kind: type):
    moved = resample_mask(sound_mask(marked((1, 3, 3)).astype(kind)), sound_image((1, 4, 8, 8)))
    assert moved.array.dtype == kind
    assert np.argwhere(moved.array[0]).tolist() == [[1, 3, 3]]


def test_a_boolean_mask_is_resampled():
    mask = Mask(marked((1, 3, 3)).astype(bool), placed())
    moved = resample_mask(mask, sound_image((1, 4, 8, 8)))
    assert np.argwhere(moved.of("myocardium")[0]).tolist() == [[1, 3, 3]]


def test_the_mask_of_an_oblique_stack_is_found_by_its_place_not_by_its_index():
    # The image's grid is the mask's with columns running backwards: the same voxels mirrored.
    turn = turned(25.0)
    mask = sound_mask(marked((1, 3, 2)), turn=turn)
    mirror = placed(turn=turn)
    mirror[:3, 3] += 7 * mirror[:3, 0]
    mirror[:3, 0] *= -1
    image = sound_image((1, 4, 8, 8))
    moved = resample_mask(mask, type(image)(image.array, mirror))
    assert np.argwhere(moved.array[0]).tolist() == [[1, 3, 5]]


# Whole pixels


@given(
    offset=st.tuples(st.integers(-9, 9), st.integers(-9, 9)),
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12)),
)
@settings(max_examples=60, deadline=None)
def test_a_shift_by_whole_pixels_is_a_cut_with_zeros_around(
    offset: tuple[int, int], shape: tuple[int, int]
):
    image = 1 + textured((2, 7, 5))
    rows, columns = (np.arange(n) + o for n, o in zip(shape, offset, strict=True))
    expected = np.pad(image, ((0, 0), (30, 30), (30, 30)))[:, rows[:, None] + 30, columns + 30]
    moved = warp(image, (1.0, 1.0), tuple(map(float, offset)), shape, "linear")
    assert np.array_equal(moved, expected)


def test_nothing_stays_nothing_on_any_grid():
    moved = warp(np.zeros((2, 6, 6), bool), (0.5, 0.7), (0.1, 0.0), (12, 8), "nearest")
    assert moved.shape == (2, 12, 8)
    assert moved.dtype == bool
    assert not moved.any()


# Each slice by itself


def test_each_slice_is_clipped_to_its_own_percentiles():
    image = np.stack([np.arange(100), 10 * np.arange(100)]).reshape(2, 10, 10)
    done = prepare(stack_of(image), (ClipPercentile(10, 90),)).image
    np.testing.assert_allclose(done.min(axis=(1, 2)), [9.9, 99], rtol=1e-5)
    np.testing.assert_allclose(done.max(axis=(1, 2)), [89.1, 891], rtol=1e-5)


def test_padding_does_not_count_for_the_percentiles():
    image = 100 + textured((2, 16, 16))
    alone = ClipPercentile(5, 95).plan(stack_of(image))
    padded = prepare(stack_of(image), (CropPad(64), ClipPercentile(5, 95)))
    for own, other in zip(alone.by_slice, padded.steps[-1].by_slice, strict=True):
        np.testing.assert_allclose(own.clip, other.clip, rtol=1e-6)


@pytest.mark.parametrize("bounds", [(-1, 99), (99, 1), (50, 50), (0, 101)])
def test_percentiles_out_of_order_are_refused(bounds: tuple[float, float]):
    with pytest.raises(InputError, match="from 0 to 100"):
        ClipPercentile(*bounds).plan(stack_of(textured((1, 8, 8))))


def test_each_slice_gets_mean_0_and_deviation_1():
    image = textured((3, 12, 12)) * np.array([1, 5, 0.1]).reshape(3, 1, 1)
    done = prepare(stack_of(image), (ZScore(),)).image
    np.testing.assert_allclose(done.mean(axis=(1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(done.std(axis=(1, 2)), 1, rtol=1e-4)


def test_a_slice_without_contrast_becomes_0_and_a_stack_without_is_refused():
    image = np.stack([textured((8, 8)), np.full((8, 8), 7.0)])
    done = prepare(stack_of(image), (ClipPercentile(), ZScore()))
    assert not done.image[1].any()
    assert done.image[0].any()
    with pytest.raises(InputError, match="constant image"):
        ZScore().plan(stack_of(image[1:]))


def test_scaling_slice_by_slice_is_recorded_and_replayed():
    image, verbs = textured((3, 20, 24)), (Resample(1.5), CropPad(16), ClipPercentile(), ZScore())
    ready = prepare(stack_of(image), verbs)
    assert np.array_equal(replay(image, ready.steps), ready.image)
    assert not ready.steps[-1].moves
    found = back_to_input(np.ones((3, 16, 16), np.float32), ready.steps)
    assert found.shape == image.shape
