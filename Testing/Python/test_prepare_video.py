"""Preparation of echo clips: sector, square, cubic down-sampling, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.prepare import Downsample, Sector, Square, Stack, back_to_input, prepare, replay
from CardioAILib.prepare.cubic import sampled
from helpers_clips import drawn_clip, fan

SPACING = (0.5, 0.5)


def stack_of(frames: np.ndarray) -> Stack:
    image = frames.astype(np.float32)
    return Stack(image, np.zeros(image.shape, bool), SPACING)


def grid(shape: tuple[int, int], size: int) -> tuple[tuple[float, float], tuple[float, float]]:
    scale = tuple(n / size for n in shape)
    return scale, tuple((s - 1.0) / 2.0 for s in scale)


@pytest.mark.parametrize("size", [20, 112])
@pytest.mark.parametrize(("kernel", "smooth"), [("cubic", False), ("smooth cubic", True)])
def test_cubic_sampling_equals_pytorch(kernel: str, smooth: bool, size: int) -> None:
    frames = np.random.default_rng(1).uniform(0, 255, (2, 61, 75)).astype(np.float32)
    scale, offset = grid(frames.shape[1:], size)
    ours = sampled(frames, scale, offset, (size, size), kernel)
    theirs = torch.nn.functional.interpolate(
        torch.from_numpy(frames)[:, None], (size, size), mode="bicubic", antialias=smooth
    )
    np.testing.assert_allclose(ours, theirs[:, 0].numpy(), atol=0.01)


def test_bytes_are_rounded_and_stay_between_0_and_255() -> None:
    edge = np.zeros((1, 40, 40), np.uint8)
    edge[:, :, 20:] = 255
    scale, offset = grid((40, 40), 30)
    ours = sampled(edge, scale, offset, (30, 30), "cubic")
    assert ours.dtype == np.uint8
    assert ours[0, 0, 0] == 0
    assert ours[0, 0, -1] == 255


def test_gray_levels_do_not_pass_white_or_black() -> None:
    edge = np.zeros((1, 300, 300))
    edge[:, :, 130:] = 255
    done = prepare(stack_of(edge), (Downsample(112),)).image
    assert done.min() == 0.0
    assert done.max() == 255.0


def test_smooth_sampling_hardly_changes_when_speckle_is_shifted_by_a_pixel() -> None:
    speckle = np.random.default_rng(2).rayleigh(40.0, (1, 602, 602)).clip(0, 255)
    spread = {}
    for smooth in (True, False):
        verb = (Downsample(112, smooth=smooth),)
        one = prepare(stack_of(speckle[:, :600, :600]), verb).image
        other = prepare(stack_of(speckle[:, 1:601, 1:601]), verb).image
        spread[smooth] = np.abs(one - other).mean()
    assert spread[True] < 0.35 * spread[False]


def test_the_square_lies_in_the_middle() -> None:
    wide = np.zeros((1, 60, 80))
    wide[:, :, 10] = 50.0
    done = prepare(stack_of(wide), (Square(),))
    assert done.image.shape == (1, 60, 60)
    assert np.all(done.image[0, :, 0] == 50.0)


def test_pixels_grow_as_the_image_shrinks() -> None:
    done = prepare(stack_of(np.ones((2, 224, 448))), (Square(), Downsample(112)))
    assert done.spacing == (1.0, 1.0)


def test_marks_outside_the_sector_are_blanked_and_the_frame_is_cut_to_it() -> None:
    clip = drawn_clip()
    done = prepare(stack_of(clip), (Sector(),))
    step = done.steps[0]
    top, left = (int(shift) for shift in step.offset)
    shown = np.zeros(clip.shape[1:], bool)
    shown[top : top + step.output_shape[0], left : left + step.output_shape[1]] = step.seen
    sector = fan(clip.shape[1:])
    assert (shown & sector).sum() / (shown | sector).sum() > 0.95
    assert not done.image[:, ~step.seen].any()
    assert not shown[:10, :30].any()


def test_frames_without_a_sector_are_refused() -> None:
    with pytest.raises(InputError):
        prepare(stack_of(np.zeros((4, 60, 80))), (Sector(),))


def test_a_recorded_step_says_nothing_of_its_pixels() -> None:
    step = prepare(stack_of(drawn_clip()), (Sector(),)).steps[0]
    assert len(repr(step)) < 400


def test_a_landmark_in_a_map_comes_back_to_its_place_and_frame() -> None:
    clip = drawn_clip()
    place, frame = (50, 76), 7
    done = prepare(stack_of(clip), (Sector(), Square(), Downsample(112)))
    mark = np.zeros(clip.shape, np.float32)
    mark[frame, place[0] - 3 : place[0] + 4, place[1] - 3 : place[1] + 4] = 200.0
    back = back_to_input(replay(mark, done.steps), done.steps)
    assert back.shape == clip.shape
    assert not back[[6, 8]].any()
    rows, columns = np.indices(clip.shape[1:])
    mass = back[frame].clip(0)
    assert (rows * mass).sum() / mass.sum() == pytest.approx(place[0], abs=0.1)
    assert (columns * mass).sum() / mass.sum() == pytest.approx(place[1], abs=0.1)


def test_a_mask_goes_along_and_stays_one() -> None:
    clip = drawn_clip()
    mask = np.zeros(clip.shape, bool)
    mask[:, 30:80, 55:105] = True
    stack = Stack(clip.astype(np.float32), mask, SPACING)
    done = prepare(stack, (Sector(), Square(), Downsample(56)))
    assert done.mask.dtype == bool
    area = done.mask[0].sum() * done.spacing[0] * done.spacing[1]
    assert area == pytest.approx(50 * 50 * 0.25, rel=0.05)
