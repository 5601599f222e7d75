import numpy as np
import pytest
import torch
from CardioAILib.explain.sanity import change, randomized_after, randomized_change
from CardioAILib.learning import Adam, Affine, Frames, Network, Recipe, Run
from CardioAILib.networks import VGG16
from CardioAILib.networks.branched import Branched
from helpers_learning import examples_of, same_weights

STAGE = "block5_conv3"

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Nine examples of two phases, with a bright spot elsewhere in each of three classes."""
    images = np.random.default_rng(0).random((9, 2, 64, 64)).astype(np.float32) / 4
    for index in range(9):
        start = 8 + 16 * (index % 3)
        images[index, :, start : start + 16, start : start + 16] += 0.7
    return images


@pytest.fixture(scope="module")
def trained(images: np.ndarray) -> Branched:
    recipe = Recipe(Adam(1e-3), batch=9, epochs=8, keep="last")
    arm = Network(VGG16(2, size=64, width=0.2), Frames((0, 1)), recipe, Affine())
    examples = examples_of([f"s{i}" for i in range(9)], [0, 1, 2] * 3, images)
    return arm.fit(examples, Run(device="cpu", held_out=examples, precision="float32")).network_


def test_maps_of_a_trained_network_change(trained: Branched, images: np.ndarray):
    before = {name: value.clone() for name, value in trained.state_dict().items()}
    target = torch.tensor([0, 1, 2] * 3)
    changes = randomized_change(trained, torch.from_numpy(images), STAGE, target, seed=0)
    assert changes.shape == (9,)
    assert float(changes.mean()) > 0.1
    assert all(torch.equal(value, before[name]) for name, value in trained.state_dict().items())


def test_the_change_follows_the_seed(trained: Branched, images: np.ndarray):
    some, target = torch.from_numpy(images[:3]), torch.arange(3)
    one, same, other = (randomized_change(trained, some, STAGE, target, s) for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_nothing_changes_where_nothing_is_randomized(trained: Branched, images: np.ndarray):
    # After the last stage there is no layer; its "map" is the logits' own.
    untouched = randomized_after(trained, "logits", seed=0)
    assert same_weights(untouched, trained)
    with torch.no_grad():
        maps = trained.outputs(torch.from_numpy(images), (STAGE,))[1][STAGE].numpy()
        again = untouched.outputs(torch.from_numpy(images), (STAGE,))[1][STAGE].numpy()
    assert [change(one, other) for one, other in zip(maps, again, strict=True)] == [0.0] * 9


def test_the_layers_before_the_stage_stay(trained: Branched):
    copied = randomized_after(trained, STAGE, seed=0)
    assert same_weights(copied.branches, trained.branches)
    for name in ("fc1", "fc2", "fc3", "logits"):
        own, other = (net.stages.get_submodule(name).weight for net in (trained, copied))
        assert not torch.equal(own, other)


def test_changes_as_worked_by_hand():
    # Ranks 1 2 3 4 against 1 2 4 3: rho = 1 - 6 * 2 / (4 * 15) = 0.8.
    one = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert change(one, one * 7) == pytest.approx(0.0)
    assert change(one, np.array([[1.0, 2.0], [9.0, 3.0]])) == pytest.approx(0.2)
    assert change(one, -one) == pytest.approx(2.0)


def test_a_map_without_contrast_is_unlike_all_others():
    flat, one = np.zeros((2, 2)), np.array([[0.0, 1.0], [2.0, 3.0]])
    assert change(flat, one) == change(one, flat) == 1.0
    assert change(flat, flat) == 0.0
