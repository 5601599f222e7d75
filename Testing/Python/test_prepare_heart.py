"""The heart found by its motion, the window of a cine, frames that share a grid."""

from pathlib import Path

import numpy as np
import pytest
from CardioAILib.codec import from_json, to_json
from CardioAILib.errors import InputError
from CardioAILib.io import acdc_rows, read_image, read_mask
from CardioAILib.phantoms import SMALL, hcm_cine
from CardioAILib.prepare import CropPad, Resample, Stack, Window, back_to_input, prepare, replay
from CardioAILib.prepare.motion import motion_map, moving_center
from CardioAILib.prepare.window import seen

ACDC_LABELS = {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}


def beating(
    frames: int, middle: tuple[int, int], shape: tuple[int, int] = (120, 144)
) -> np.ndarray:
    """A bright disk (T, 1, H, W) that shrinks and grows once, over a still background."""
    row, column = np.ogrid[: shape[0], : shape[1]]
    away = np.hypot(row - middle[0], column - middle[1])
    radii = 10 - 4 * np.sin(np.pi * np.arange(frames) / max(frames - 1, 1))
    still = 30.0 * (row + column > 170)
    return np.stack([np.where(away < r, 100.0, still) for r in radii])[:, np.newaxis]


def stack_of(cine: np.ndarray, mask: np.ndarray | None = None) -> Stack:
    image = cine.reshape(-1, *cine.shape[2:]).astype(np.float32)
    mask = np.zeros(image.shape, bool) if mask is None else mask.reshape(image.shape)
    return Stack(image, mask, (1.5, 1.5), frames=len(cine))


def disk(shape: tuple[int, ...], middle: tuple[int, int]) -> np.ndarray:
    row, column = np.ogrid[: shape[2], : shape[3]]
    return np.broadcast_to(np.hypot(row - middle[0], column - middle[1]) < 5, shape)


# Motion


def test_first_harmonic_of_a_cosine_is_a_quarter_of_its_squared_amplitude():
    time = np.cos(2 * np.pi * np.arange(8) / 8)
    cine = 5.0 + 3.0 * time[:, None, None, None] * np.ones((1, 2, 1, 1))
    np.testing.assert_allclose(motion_map(cine), 2 * 9 / 4)


def test_motion_of_two_frames_is_their_variance():
    cine = np.array([1.0, 5.0])[:, None, None, None] * np.ones((1, 1, 2, 3))
    np.testing.assert_allclose(motion_map(cine), np.full((2, 3), 4.0))


@pytest.mark.parametrize("frames", [2, 3, 12])
def test_heart_is_where_the_cine_moves(frames: int):
    # Two and three frames hold the beat's end as well as its middle.
    found = moving_center(beating(2 * frames - 1, (48, 84))[:frames], (1.5, 1.5))
    np.testing.assert_allclose(found, (48, 84), atol=5)


def test_a_still_cine_has_no_moving_center():
    assert moving_center(np.ones((4, 1, 8, 8)), (1.0, 1.0)) is None


def test_flicker_in_a_corner_does_not_win_over_the_heart():
    cine = beating(10, (60, 70))
    cine[::2, :, :8, :8] += 80.0
    np.testing.assert_allclose(moving_center(cine, (1.5, 1.5)), (60, 70), atol=3)


# Crop


def test_crop_to_the_heart_without_a_mask_puts_its_motion_in_the_middle():
    step = CropPad(32, centre="heart").plan(stack_of(beating(12, (48, 84))))
    np.testing.assert_allclose(np.add(step.offset, 15.5), (48, 84), atol=5)
    assert step.output_shape == (32, 32)


def test_crop_to_the_heart_with_a_mask_takes_its_centroid_over_frames_and_slices():
    cine = beating(12, (48, 84))
    mask = disk(cine.shape, (40, 20))
    step = CropPad(32, centre="heart").plan(stack_of(cine, mask))
    assert step == CropPad(32, centre="mask").plan(stack_of(cine, mask))
    np.testing.assert_allclose(np.add(step.offset, 16), (40.5, 20.5), atol=0.5)


def test_crop_to_the_heart_of_one_frame_without_a_mask_takes_the_middle():
    stack = stack_of(beating(1, (48, 84)))
    assert CropPad(32, centre="heart").plan(stack).offset == CropPad(32).plan(stack).offset


def test_crop_larger_than_the_image_pads_with_zeros_and_maps_go_back():
    cine = beating(2, (48, 84)) + 5.0
    done = prepare(stack_of(cine), [CropPad(256, centre="heart")])
    assert done.image.shape == (2, 256, 256)
    assert done.image.sum() == pytest.approx(cine.sum())
    np.testing.assert_allclose(back_to_input(done.image, done.steps), cine[:, 0])


def test_frames_of_a_stack_share_every_step():
    cine = beating(2, (48, 84))
    done = prepare(stack_of(cine), [Resample(1.0), CropPad(48, centre="heart"), Window()])
    assert done.frames == 2
    assert done.cine.shape == (2, 1, 48, 48)
    np.testing.assert_array_equal(replay(cine[1].astype(np.float32), done.steps), done.cine[1])


# Window


def test_window_maps_a_percentile_to_one_and_zero_to_zero():
    image = np.arange(-50, 50, dtype=np.float32).reshape(1, 10, 10)
    stack = prepare(Stack(image, np.zeros(image.shape, bool), (1.0, 1.0)), [Window(90.0)])
    high = np.percentile(image, 90.0)
    np.testing.assert_allclose(stack.image, np.clip(image, 0, high) / high, rtol=1e-6)


def test_window_is_the_same_however_much_the_crop_was_padded():
    image = np.random.default_rng(0).uniform(0, 900, (2, 20, 24)).astype(np.float32)
    stack = Stack(image, np.zeros(image.shape, bool), (1.0, 1.0))
    whole, padded = (prepare(stack, [CropPad(size), Window()]) for size in (24, 96))
    assert padded.steps[-1].divide == whole.steps[-1].divide
    assert seen(padded).sum() == 20 * 24


def test_window_refuses_an_image_without_signal():
    stack = Stack(np.full((1, 4, 4), -3.0, np.float32), np.zeros((1, 4, 4), bool), (1.0, 1.0))
    with pytest.raises(InputError, match="0 or less in view"):
        prepare(stack, [Window()])


def test_window_and_crop_to_the_heart_are_written_and_read_back():
    verbs = (CropPad(160, centre="heart"), Window(99.0))
    assert from_json(to_json(verbs)) == verbs


# Hearts


def test_simulated_heart_lies_in_the_crop_that_its_motion_centers():
    cine = hcm_cine(1, seed=3, size=SMALL)
    heart = cine.mask.array.any(axis=(0, 1))
    found = moving_center(cine.image.array, cine.image.spacing[1:])
    away = np.subtract(found, [axis.mean() for axis in np.nonzero(heart)])
    assert np.linalg.norm(away * cine.image.spacing[1:]) < 30


def real_heart(folder: Path, row: dict[str, str]) -> tuple[Stack, np.ndarray]:
    """A patient's two phases without their masks, and the heart (P * S, H, W) that these show."""
    images = [read_image(folder / row[f"cine_SAX_{phase}"]) for phase in ("ED", "ES")]
    masks = [read_mask(folder / row[f"mask_SAX_{phase}"], ACDC_LABELS) for phase in ("ED", "ES")]
    pixels = np.concatenate([image.array[0] for image in images]).astype(np.float32)
    heart = np.concatenate([mask.array[0] for mask in masks]) > 0
    return Stack(pixels, np.zeros_like(heart), images[0].spacing[1:], frames=2), heart


def test_real_hearts_lie_in_the_crop_of_128_pixels_that_their_motion_centers(acdc: Path):
    for row in acdc_rows(acdc)[::10]:
        stack, heart = real_heart(acdc, row)
        steps = prepare(stack, [Resample(1.5), CropPad(128, centre="heart")]).steps
        whole, cut = (replay(heart, steps[:count], "nearest").sum() for count in (1, 2))
        assert cut > 0.99 * whole
