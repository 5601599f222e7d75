import math

import numpy as np
import pytest
import torch
from CardioAILib.learning import Affine
from CardioAILib.learning.augment import Noisy
from monai.transforms import Affine as MonaiAffine

MANY = 4000


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def some_images(count: int = 2, channels: int = 3, size: int = 17) -> torch.Tensor:
    return torch.rand(count, channels, size, size, generator=seeded(9))


def drawn(affine: Affine) -> dict[str, torch.Tensor]:
    """Angle, shear (degrees) and zooms of many maps, read back from their matrices."""
    maps = affine.sample(MANY, seeded())
    across, down = maps[:, :, 0].norm(dim=1), maps[:, :, 1].norm(dim=1)
    angle = torch.atan2(maps[:, 1, 0], maps[:, 0, 0])
    leaning = torch.atan2(-maps[:, 0, 1], maps[:, 1, 1])
    return {
        "angle": torch.rad2deg(angle),
        "shear": torch.rad2deg(leaning - angle),
        "across": across,
        "down": down,
    }


def assert_uniform(values: torch.Tensor, low: float, high: float) -> None:
    span = high - low
    assert low - 1e-3 <= float(values.min()) < low + 0.01 * span
    assert high - 0.01 * span < float(values.max()) <= high + 1e-3
    assert float(values.mean()) == pytest.approx((low + high) / 2, abs=0.03 * span)


def test_no_range_is_the_identity():
    maps = Affine().sample(3, seeded())
    assert torch.equal(maps, torch.tensor([[1.0, 0, 0], [0, 1, 0]]).expand(3, 2, 3))


def test_the_identity_leaves_images_as_they_are():
    images = some_images()
    done = Affine().apply(images, Affine().sample(2, seeded()))
    torch.testing.assert_close(done, images, atol=1e-5, rtol=0)


def test_rotations_fill_their_range_and_nothing_else_changes():
    parts = drawn(Affine(rotate=30.0))
    assert_uniform(parts["angle"], -30, 30)
    assert float(parts["shear"].abs().max()) < 1e-3
    torch.testing.assert_close(parts["across"], torch.ones(MANY))
    torch.testing.assert_close(parts["down"], torch.ones(MANY))


def test_shears_fill_their_range():
    parts = drawn(Affine(shear=12.0))
    assert_uniform(parts["shear"], -12, 12)
    assert float(parts["angle"].abs().max()) < 1e-3


def test_zooms_fill_their_range_independently_for_each_axis():
    parts = drawn(Affine(zoom=(0.8, 1.2)))
    assert_uniform(parts["across"], 0.8, 1.2)
    assert_uniform(parts["down"], 0.8, 1.2)
    both = np.corrcoef(parts["across"], parts["down"])[0, 1]
    assert abs(both) < 0.06


def test_about_half_of_the_images_are_mirrored():
    maps = Affine(flip_horizontal=True).sample(MANY, seeded())
    across, down = maps[:, 0, 0], maps[:, 1, 1]
    assert set(across.tolist()) == {-1.0, 1.0}
    assert float((across < 0).float().mean()) == pytest.approx(0.5, abs=0.03)
    assert (down == 1).all()


def test_no_image_is_moved():
    maps = Affine(30.0, 10.0, (0.8, 1.2), flip_horizontal=True).sample(20, seeded())
    assert not maps[:, :, 2].any()


def test_shifts_fill_their_range_along_each_axis_as_a_share_of_the_side():
    maps = Affine(rotate=20.0, shift=0.15).sample(MANY, seeded())
    across, down = maps[:, 0, 2] / 2, maps[:, 1, 2] / 2
    assert_uniform(across, -0.15, 0.15)
    assert_uniform(down, -0.15, 0.15)
    assert abs(np.corrcoef(across, down)[0, 1]) < 0.06


def test_a_shift_changes_nothing_else():
    shifted, still = (Affine(30.0, 10.0, (0.8, 1.2), shift=s) for s in (0.1, 0.0))
    one, other = shifted.sample(20, seeded()), still.sample(20, seeded())
    assert torch.equal(one[:, :, :2], other[:, :, :2])


def test_a_shift_by_a_quarter_of_the_side_as_worked_by_hand():
    # Output x is taken from input x + 2 * 0.25: one of four pixels to the right.
    image = torch.tensor([[[[1.0, 2.0, 3.0, 4.0]]]])
    done = Affine().apply(image, torch.tensor([[[1.0, 0, 0.5], [0, 1, 0]]]))
    torch.testing.assert_close(done, torch.tensor([[[[2.0, 3.0, 4.0, 4.0]]]]))


def test_the_matrix_is_rotation_then_shear_then_zoom():
    # Of several maps, one of each parameter: built again from the parts that Keras multiplies.
    affine = Affine(30.0, 20.0, (0.8, 1.2))
    parts = drawn(affine)
    maps = affine.sample(MANY, seeded())
    for index in range(5):
        a, s = (math.radians(float(parts[name][index])) for name in ("angle", "shear"))
        rotation = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
        shear = np.array([[1, -math.sin(s)], [0, math.cos(s)]])
        zoom = np.diag([float(parts["across"][index]), float(parts["down"][index])])
        np.testing.assert_allclose(maps[index, :, :2], rotation @ shear @ zoom, atol=1e-5)


def test_the_same_generator_gives_the_same_maps():
    affine = Affine(30.0, 10.0, (0.8, 1.2), flip_horizontal=True)
    assert torch.equal(affine.sample(4, seeded(5)), affine.sample(4, seeded(5)))
    assert not torch.equal(affine.sample(4, seeded(5)), affine.sample(4, seeded(6)))


def test_the_global_random_state_is_not_touched():
    before = torch.random.get_rng_state()
    Affine(30.0, 10.0, (0.8, 1.2), flip_horizontal=True).sample(4, seeded())
    assert torch.equal(torch.random.get_rng_state(), before)


def test_mirroring_as_worked_by_hand():
    image = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    mirror = torch.tensor([[[-1.0, 0, 0], [0, 1, 0]]])
    done = Affine().apply(image, mirror)
    torch.testing.assert_close(done, torch.tensor([[[[3.0, 2.0, 1.0], [6.0, 5.0, 4.0]]]]))


def test_a_quarter_turn_as_worked_by_hand():
    # Output (x, y) is taken from input (-y, x).
    image = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    quarter = torch.tensor([[[0.0, -1, 0], [1, 0, 0]]])
    done = Affine().apply(image, quarter)
    torch.testing.assert_close(done, torch.tensor([[[[2.0, 4.0], [1.0, 3.0]]]]))


def test_beyond_the_border_its_pixels_are_repeated():
    # Twice the field of view: the outer half of the output repeats the border.
    image = torch.arange(16.0).reshape(1, 1, 4, 4)
    done = Affine().apply(image, torch.tensor([[[2.0, 0, 0], [0, 2.0, 0]]]))
    assert done[0, 0, 0, 0] == 0
    assert done[0, 0, 0, 3] == 3
    assert done[0, 0, 3, 0] == 12
    assert done[0, 0, 3, 3] == 15
    torch.testing.assert_close(done[0, 0, 0, 1], torch.tensor(0.5))


def test_all_channels_of_an_image_get_the_same_map():
    image = some_images(3, 1).expand(-1, 3, -1, -1).contiguous()
    affine = Affine(30.0, 10.0, (0.8, 1.2), flip_horizontal=True)
    done = affine.apply(image, affine.sample(3, seeded(2)))
    assert torch.equal(done[:, 0], done[:, 1])
    assert torch.equal(done[:, 0], done[:, 2])
    assert not torch.equal(done[0, 0], image[0, 0])


def test_each_image_gets_its_own_map():
    image = some_images(1).expand(3, -1, -1, -1).contiguous()
    affine = Affine(rotate=30.0)
    done = affine.apply(image, affine.sample(3, seeded(2)))
    assert not torch.allclose(done[0], done[1])


@pytest.mark.parametrize("size", [16, 17])
def test_a_batch_is_mapped_as_monai_maps_each_image(size: int):
    images = some_images(4, 2, size)
    affine = Affine(30.0, 15.0, (0.8, 1.2), flip_horizontal=True)
    maps = affine.sample(4, seeded(3))
    done = affine.apply(images, maps)
    for image, ours, matrix in zip(images, done, maps[:, :, :2].numpy(), strict=True):
        # MONAI counts rows before columns, from the image's middle.
        square = np.eye(3)
        square[:2, :2] = matrix[::-1, ::-1]
        theirs = MonaiAffine(
            affine=square, mode="bilinear", padding_mode="border", image_only=True
        )(image)
        torch.testing.assert_close(ours, torch.as_tensor(theirs), atol=2e-5, rtol=0)


def test_about_half_of_the_images_are_turned_upside_down_whether_mirrored_or_not():
    maps = Affine(flip_horizontal=True, flip_vertical=True).sample(MANY, seeded())
    across, down = maps[:, 0, 0], maps[:, 1, 1]
    assert set(down.tolist()) == {-1.0, 1.0}
    assert float((down < 0).float().mean()) == pytest.approx(0.5, abs=0.03)
    assert abs(float((across * down).mean())) < 0.05


def test_flipping_upside_down_as_worked_by_hand():
    image = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    flip = torch.tensor([[[1.0, 0, 0], [0, -1.0, 0]]])
    done = Affine().apply(image, flip)
    torch.testing.assert_close(done, torch.tensor([[[[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]]]))


def test_what_is_not_declared_draws_nothing():
    one, other = seeded(3), seeded(3)
    plain = Affine(10.0, flip_horizontal=True).sample(5, one)
    assert torch.equal(
        plain, Affine(10.0, flip_horizontal=True, flip_vertical=False).sample(5, other)
    )
    assert torch.equal(torch.rand(3, generator=one), torch.rand(3, generator=other))


# Noise


def test_noise_is_a_share_of_each_image_s_range_and_of_a_strength_of_its_own():
    flat = torch.zeros(400, 1, 32, 32)
    flat[:, :, 0, 0] = torch.tensor([1.0, 100.0]).repeat(200).view(-1, 1)
    added = Noisy(Affine(), 0.02).changed(flat, seeded()) - flat
    deviation = added[:, 0, 2:].flatten(1).std(dim=1)
    small, large = deviation[::2], deviation[1::2] / 100
    for strength in (small, large):
        assert float(strength.max()) < 0.022
        assert float(strength.max()) > 0.018
        assert float(strength.mean()) == pytest.approx(0.01, abs=0.0015)


def test_noise_follows_the_generator_and_the_maps_come_first():
    images, affine = some_images(), Affine(rotate=20.0)
    one, other = (Noisy(affine, 0.1).changed(images, seeded(4)) for _ in range(2))
    assert torch.equal(one, other)
    mapped = affine.changed(images, seeded(4))
    assert not torch.equal(one, mapped)
    assert float((one - mapped).abs().max()) < 0.6
