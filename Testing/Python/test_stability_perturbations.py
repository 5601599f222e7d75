from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.radiomics import Settings
from CardioAILib.radiomics.stability import (
    PERTURBATIONS,
    AddNoise,
    Bins,
    Dilate,
    Erode,
    Reading,
    Rotate,
    Translate,
    Waver,
    noise_level,
)
from CardioAILib.radiomics.stability.readings import readings, spare

SETTINGS = Settings(bin_count=16)


def rings(count: int = 2, spacing: tuple[float, float] = (1.0, 1.0), size: int = 80) -> Reading:
    """Rings of 9 to 14 mm around different middles on a smooth image with noise of 0.01."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[:size, :size] * np.array(spacing)[:, None, None]
    images, masks = [], []
    for number in range(count):
        radius = np.hypot(rows - 38 - number, columns - 41)
        masks.append((radius < 14) & (radius > 9))
        smooth = 0.5 + 0.3 * np.sin(rows / 7) * np.cos(columns / 9)
        images.append(smooth + random.normal(0, 0.01, smooth.shape))
    return Reading(np.array(images), np.array(masks), np.tile(spacing, (count, 1)), SETTINGS)


def perturbed(reading: Reading, perturbation, seed: int = 0) -> Reading:
    drawn = perturbation.draw(np.random.default_rng(seed), len(reading))
    return perturbation.apply(reading, drawn)


def areas(reading: Reading) -> np.ndarray:
    return reading.masks.sum(axis=(1, 2))


@pytest.mark.parametrize("perturbation", PERTURBATIONS)
def test_the_same_draw_gives_the_same_reading_and_changes_nothing_in_place(perturbation):
    reading = rings()
    images, masks = reading.images.copy(), reading.masks.copy()
    drawn = perturbation.draw(np.random.default_rng(5), len(reading))
    one, other = perturbation.apply(reading, drawn), perturbation.apply(reading, drawn)
    assert np.array_equal(one.images, other.images)
    assert np.array_equal(one.masks, other.masks)
    assert np.array_equal(reading.images, images)
    assert np.array_equal(reading.masks, masks)
    assert len(drawn) == len(reading)


@pytest.mark.parametrize("perturbation", PERTURBATIONS)
def test_every_perturbation_changes_something(perturbation):
    before, after = rings(), perturbed(rings(), perturbation)
    same = (
        np.array_equal(before.images, after.images)
        and np.array_equal(before.masks, after.masks)
        and before.settings == after.settings
    )
    assert not same
    assert after.images.dtype == np.float64
    assert after.masks.dtype == bool


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.7, 1.3)])
@pytest.mark.parametrize("share", [0.05, 0.15, 0.4])
def test_erosion_and_dilation_change_the_area_by_their_share(share, spacing):
    reading = rings(spacing=spacing)
    smaller, larger = perturbed(reading, Erode(share)), perturbed(reading, Dilate(share))
    np.testing.assert_allclose(areas(smaller), areas(reading) * (1 - share), atol=0.5)
    np.testing.assert_allclose(areas(larger), areas(reading) * (1 + share), atol=0.5)
    assert (smaller.masks <= reading.masks).all()
    assert (larger.masks >= reading.masks).all()


def test_erosion_takes_the_pixels_nearest_to_the_contour():
    mask = np.zeros((1, 40, 40), bool)
    mask[0, 10:30, 10:30] = True
    square = Reading(np.random.default_rng(0).random((1, 40, 40)), mask, np.ones((1, 2)), SETTINGS)
    taken = 1 - 18 * 18 / 400
    shrunk = perturbed(square, Erode(taken)).masks[0]
    assert shrunk[11:29, 11:29].all()
    assert shrunk.sum() == 18 * 18
    few = perturbed(square, Erode(4 / 400)).masks[0]
    assert not few[[10, 10, 29, 29], [10, 29, 10, 29]].any()


def test_a_wavering_contour_moves_by_its_sigma():
    mask = np.zeros((30, 120, 120), bool)
    rows, columns = np.mgrid[:120, :120]
    mask[:] = np.hypot(rows - 60, columns - 60) < 30
    disks = Reading(np.random.default_rng(0).random(mask.shape), mask, np.ones((30, 2)), SETTINGS)
    moved = perturbed(disks, Waver(sigma_mm=2.0, stretch_mm=6.0))
    # Distance of the new contour from the middle along eight rays.
    radii = [
        moved.masks[
            n,
            60 + np.round(np.arange(50) * s).astype(int),
            60 + np.round(np.arange(50) * c).astype(int),
        ].sum()
        for n in range(30)
        for s, c in [(0, 1), (1, 0), (0, -1), (-1, 0)]
    ]
    assert np.std(radii) == pytest.approx(2.0, abs=0.5)
    assert np.mean(radii) == pytest.approx(30, abs=0.7)


def test_each_slice_wavers_by_itself_and_the_stack_turns_as_one():
    mask = np.repeat(rings(1).masks, 2, axis=0)
    image = np.repeat(rings(1).images, 2, axis=0)
    twins = Reading(image, mask, np.ones((2, 2)), SETTINGS)
    wavered, turned = perturbed(twins, Waver()), perturbed(twins, Rotate())
    noisy, shifted = perturbed(twins, AddNoise()), perturbed(twins, Translate())
    assert not np.array_equal(*wavered.masks)
    assert not np.array_equal(*noisy.images)
    assert np.array_equal(*turned.images)
    assert np.array_equal(*shifted.images)


def test_a_shift_by_whole_pixels_is_exact():
    reading = rings()
    moved = Translate().apply(reading, np.tile([3.0, -2.0], (2, 1)))
    for n in range(2):
        expected = np.roll(reading.masks[n], (3, -2), axis=(0, 1))
        assert np.array_equal(moved.masks[n], expected)
        was = np.roll(reading.images[n], (3, -2), axis=(0, 1))[expected]
        np.testing.assert_allclose(moved.images[n][expected], was, atol=1e-9)


def test_a_turn_by_a_right_angle_is_exact_about_the_middle():
    reading = rings(1)
    reading.masks[0, 30:33] = False
    turned = Rotate().apply(reading, np.array([90.0]))
    assert areas(turned)[0] == areas(reading)[0]
    values, was = (np.sort(r.images[0][r.masks[0]]) for r in (turned, reading))
    np.testing.assert_allclose(values, was, atol=1e-9)


def test_a_turn_keeps_millimetres_where_pixels_are_no_squares():
    reading = rings(1, spacing=(0.7, 1.3), size=100)
    turned = perturbed(reading, Rotate(45.0), seed=3)
    extents = np.ptp(np.argwhere(turned.masks[0]), axis=0) * [0.7, 1.3]
    np.testing.assert_allclose(extents, 27, atol=1.5)
    assert areas(turned)[0] == pytest.approx(areas(reading)[0], rel=0.05)


def test_turn_and_shift_stay_within_the_images_range():
    reading = rings(1)
    reading.images[0, 30:40, 30:40] = 1.0
    reading.images[0, 40:50, 30:40] = 0.0
    for perturbation in (Rotate(), Translate()):
        moved = perturbed(reading, perturbation).images
        assert moved.min() >= reading.images.min()
        assert moved.max() <= reading.images.max()


def test_the_noise_of_an_image_is_estimated_despite_its_structure():
    assert noise_level(rings(1).images[0]) == pytest.approx(0.01, rel=0.1)
    assert noise_level(np.full((20, 20), 3.0)) == 0.0


@pytest.mark.parametrize("share", [1.0, 3.0])
def test_noise_is_added_in_proportion_to_the_images_own(share: float):
    reading = rings()
    added = (perturbed(reading, AddNoise(share)).images - reading.images)[reading.masks]
    assert added.std() == pytest.approx(share * 0.01, rel=0.15)
    assert abs(added.mean()) < 0.1 * added.std()


def test_bins_change_the_settings_and_nothing_else():
    reading = rings()
    half = perturbed(reading, Bins(0.5))
    assert half.settings.bin_count == 8
    wide = Reading(reading.images, reading.masks, reading.spacing, Settings(bin_width=25.0))
    assert perturbed(wide, Bins(2.0)).settings.bin_width == 12.5
    assert half.images is reading.images


def test_no_more_gray_levels_are_asked_for_than_there_may_be():
    few = rings()
    many = replace(few, settings=replace(few.settings, bin_count=3000))
    assert perturbed(many, Bins(2.0)).settings.bin_count == 4096


def test_masks_at_the_border_of_the_image_stay_inside():
    mask = np.zeros((1, 30, 30), bool)
    mask[0, :12, 20:] = True
    corner = Reading(np.random.default_rng(0).random((1, 30, 30)), mask, np.ones((1, 2)), SETTINGS)
    for perturbation in PERTURBATIONS:
        after = perturbed(corner, perturbation)
        assert after.images.shape == (1, 30, 30)
        assert np.isfinite(after.images).all()
        assert after.masks.any()


def test_a_slice_that_a_perturbation_would_empty_is_left_as_it_was():
    reading = rings(2)
    reading.masks[1] = False
    reading.masks[1, 30:32, 30:32] = True
    after, spared = spare(reading, perturbed(reading, Erode(0.9)))
    assert spared == 1
    assert np.array_equal(after.masks[1], reading.masks[1])
    assert areas(after)[0] < areas(reading)[0]


def test_a_slice_that_would_become_flat_is_left_as_it_was():
    reading = rings(1)
    reading.images[0] = 0.5
    reading.images[0, 38, 41 + 13] = 0.6
    after, spared = spare(reading, perturbed(reading, Erode(0.5)))
    assert spared == 1
    assert np.array_equal(after.masks, reading.masks)


def test_a_seed_perturbs_alike_and_another_differently():
    chain = (Waver(), Rotate(), AddNoise())
    one, again, other = (list(readings(rings(), chain, seed)) for seed in ((7, 0), (7, 0), (7, 1)))
    for (first, _), (second, _) in zip(one, again, strict=True):
        assert np.array_equal(first.images, second.images)
        assert np.array_equal(first.masks, second.masks)
    assert not np.array_equal(other[1][0].masks, one[1][0].masks)
    assert not np.array_equal(other[2][0].images, one[2][0].images)
    assert np.array_equal(one[0][0].images, rings().images)


def test_the_same_perturbation_twice_is_drawn_twice():
    _, (one, _), (other, _) = readings(rings(), (Rotate(), Rotate()), (0,))
    assert not np.array_equal(one.images, other.images)
