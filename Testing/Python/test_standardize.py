from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.learning import Run, loop
from CardioAILib.learning.network import FittedNetwork, seed_before_epochs
from CardioAILib.learning.standardize import (
    LEAST,
    Standardize,
    seen,
    standardized,
    statistics,
)
from CardioAILib.networks import VGG16, FourBlockCNN, StandardCNN
from CardioAILib.networks.staged import Staged
from helpers_learning import same_weights
from helpers_scans import ARM, SIZE, THIN, scans

RUN = Run(seed=3, epochs=1, device="cpu", precision="float32")

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def fitted() -> FittedNetwork:
    return ARM.fit(scans(20), RUN)


# Mean and deviation


def test_mean_and_deviation_as_worked_by_hand():
    # Pixels (1, 5) and (3, 9): means 2 and 7, deviations 1 and 2; all: mean 4.5, squares 29.
    images = torch.tensor([[1.0, 5.0], [3.0, 9.0]]).view(2, 1, 1, 2)
    mean, deviation = statistics([images], "pixel")
    assert mean.tolist() == [[[2.0, 7.0]]]
    assert deviation.tolist() == [[[1.0, 2.0]]]
    mean, deviation = statistics([images], "scalar")
    assert mean.tolist() == [[[4.5]]]
    assert deviation.item() == pytest.approx((29 - 4.5**2) ** 0.5)
    assert mean.dtype == deviation.dtype == torch.float32


def test_it_does_not_matter_in_which_parts_images_are_measured():
    images = 1000 + torch.rand(11, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    mean, deviation = statistics(images.split(3), "pixel")
    torch.testing.assert_close(mean, images.mean(0))
    torch.testing.assert_close(deviation, images.std(0, correction=0), rtol=1e-4, atol=0)


def test_a_pixel_that_hardly_varies_is_not_blown_up():
    images = torch.zeros(100, 1, 1, 2)
    images[:50, 0, 0, 0] = 4.0
    images[0, 0, 0, 1] = 0.01
    whole = statistics([images], "scalar")[1].item()
    deviation = statistics([images], "pixel")[1].flatten().tolist()
    assert deviation == pytest.approx([2.0, LEAST * whole])


@pytest.mark.parametrize("by", ["pixel", "scalar"])
def test_images_that_are_all_the_same_are_left_in_their_units(by):
    mean, deviation = statistics([torch.full((3, 1, 2, 2), 7.0)], by)
    assert (mean == 7).all()
    assert (deviation == 1).all()


# The first stage of a network


def test_the_stage_holds_the_statistics_of_the_copies(monkeypatch):
    given = []

    def remember(network, recipe, changes, data, *others):
        given.extend((network, data[0].images))
        return network.eval(), []

    monkeypatch.setattr(loop, "train", remember)
    ARM.fit(scans(20), RUN)
    network, copies = given
    every = torch.cat(list(copies.split(7)))
    name, stage = next(network.stages.named_children())
    assert name == "standard"
    torch.testing.assert_close(stage.mean, every.mean(0))
    units = stage(every)
    torch.testing.assert_close(units.mean(0), torch.zeros(1, SIZE, SIZE), atol=1e-4, rtol=0)
    spread = units.std(0, correction=0)
    inside = stage.deviation > 1.01 * stage.deviation.min()
    torch.testing.assert_close(spread[inside], torch.ones(int(inside.sum())), atol=1e-3, rtol=0)
    assert (spread <= 1.001).all()


def test_without_copies_one_round_of_changed_images_is_measured():
    arm = replace(ARM, copies=0, standardize="scalar")
    examples = scans(20)
    own = arm.fit(examples, replace(RUN, held_out=scans(4, seed=9))).network_.stages.standard
    images = arm.batches(examples).images
    changed = torch.cat(list(seen(images, arm.augment, seed_before_epochs(3))))
    assert not torch.equal(changed, images)
    assert own.mean.item() == pytest.approx(changed.mean().item(), rel=1e-5)
    assert own.deviation.item() == pytest.approx(changed.std().item(), rel=1e-3)


def test_a_network_that_does_not_standardize_has_no_such_stage():
    network = replace(ARM, standardize=None).fit(scans(20), RUN).network_
    assert "standard" not in dict(network.stages.named_children())


def test_new_images_are_standardized_as_training_images_were(fitted: FittedNetwork):
    new = scans(6, seed=8)
    stage = fitted.network_.stages.standard
    units = (torch.from_numpy(new.images)[:, None] - stage.mean) / stage.deviation
    with torch.no_grad():
        bare = Staged(OrderedDict(list(fitted.network_.stages.named_children())[1:]))
        wanted = bare(units).softmax(1)[:, 1]
    np.testing.assert_allclose(fitted.predict(new, {}), wanted, atol=1e-5)


def test_it_is_saved_and_loaded_with_the_weights(fitted: FittedNetwork, tmp_path: Path):
    fitted.save(tmp_path)
    loaded = ARM.load(tmp_path, "cpu")
    assert same_weights(loaded.network_, fitted.network_)
    assert "stages.standard.mean" in loaded.network_.state_dict()
    assert np.array_equal(loaded.predict(scans(5), {}), fitted.predict(scans(5), {}))
    assert same_weights(loaded.on_cpu().network_, fitted.network_)


@pytest.mark.parametrize("skips", [False, True])
def test_the_stages_behind_it_are_read_and_cut_as_before(skips: bool):
    torch.manual_seed(0)
    bare = replace(THIN, skips=skips).build().eval()
    mean, deviation = torch.rand(1, SIZE, SIZE), 1 + torch.rand(1, SIZE, SIZE)
    network = standardized(bare, mean, deviation).eval()
    images = torch.rand(2, 1, SIZE, SIZE)
    units = Standardize(mean, deviation)(images)
    trunk, head = network.split("block4_relu6")
    with torch.no_grad():
        logits, found = network.outputs(images, ("standard", "block1_relu1"))
        wanted, own = bare.outputs(units, ("block1_relu1",))
        torch.testing.assert_close(head(trunk(images)), wanted)
    torch.testing.assert_close(logits, wanted)
    torch.testing.assert_close(found["standard"], units)
    torch.testing.assert_close(found["block1_relu1"], own["block1_relu1"])


@pytest.mark.parametrize("base", ["mobilenet", "vgg16"])
def test_standard_networks_learn_behind_it(base: str):
    arm = replace(ARM, architecture=StandardCNN(base, 2, SIZE, width=0.05), copies=1)
    fitted = arm.fit(scans(12), RUN)
    assert np.isfinite(fitted.predict(scans(4), {})).all()
    assert next(fitted.network_.stages.named_children())[0] == "standard"


def test_a_network_of_branches_is_refused():
    network = VGG16(size=32, width=0.05).build()
    with pytest.raises(InputError) as raised:
        standardized(network, torch.zeros(1, 1, 1), torch.ones(1, 1, 1))
    assert "branches" in raised.value.got
    assert "standardize=None" in raised.value.fix


def test_weights_of_a_network_without_the_stage_still_load(tmp_path: Path):
    bare = replace(ARM, standardize=None)
    fitted = bare.fit(scans(20), RUN)
    fitted.save(tmp_path)
    assert same_weights(bare.load(tmp_path, "cpu").network_, fitted.network_)
    assert isinstance(bare.architecture, FourBlockCNN)
