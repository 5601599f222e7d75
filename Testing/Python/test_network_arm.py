import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.errors import CohortError, InputError
from CardioAILib.examples import Examples
from CardioAILib.learning import (
    Adam,
    Affine,
    Deep,
    Frames,
    ImageMaskProduct,
    Network,
    Recipe,
    Run,
    loop,
)
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.networks import VGG16, SevenBlockCNN
from CardioAILib.prepare import replay
from helpers_learning import TinyNet, bright_and_dark, examples_of, same_weights

ARM = Network(
    TinyNet(),
    ImageMaskProduct(crop=12),
    Recipe(Adam(3e-2), batch=8, epochs=6, steps=6),
    Affine(rotate=10.0, flip_horizontal=True),
)

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def examples() -> Examples:
    return bright_and_dark(12, 3)


@pytest.fixture(scope="module")
def fitted(examples: Examples) -> FittedNetwork:
    return ARM.fit(examples, Run(seed=2, device="cpu"))


def signed() -> Examples:
    """Twelve subjects with three images each, every pixel the subject's number / 100."""
    number = np.repeat(np.arange(12), 3)
    images = np.broadcast_to(number[:, None, None] / 100, (36, 16, 16)).astype(np.float32)
    return examples_of([f"s{index:02d}" for index in number], number % 2, images.copy())


def trained_on(monkeypatch: pytest.MonkeyPatch, run: Run) -> tuple[list[int], list[int]]:
    """The numbers of the subjects that a fit trains on, and of those that choose the epoch."""
    seen = []

    def remember(network, recipe, augment, data, *others):
        seen.extend(
            sorted(set((part.images[:, 0, 0, 0] * 100).round().int().tolist())) for part in data
        )
        return network.eval(), []

    monkeypatch.setattr(loop, "train", remember)
    ARM.fit(signed(), run)
    learn, validate = seen
    return learn, validate


# Channels


def test_the_channels_are_image_mask_and_their_product():
    examples = bright_and_dark(2, 1)
    array = ImageMaskProduct(crop=16).array(examples)
    assert array.shape == (2, 3, 16, 16)
    assert array.dtype == np.float32
    assert np.array_equal(array[:, 0], examples.images)
    assert np.array_equal(array[:, 1], examples.masks.astype(np.float32))
    assert np.array_equal(array[:, 2], np.where(examples.masks, examples.images, 0))


@pytest.mark.parametrize("shape", [(16, 16), (17, 20), (9, 8)])
def test_the_cut_is_central_and_recorded_as_a_step(shape: tuple[int, int]):
    images = np.random.default_rng(0).random((2, *shape)).astype(np.float32)
    examples = examples_of(("a", "b"), (0, 1), images)
    channels = ImageMaskProduct(crop=8)
    cut = channels.array(examples)[:, 0]
    top, left = ((size - 8) // 2 for size in shape)
    assert np.array_equal(cut, images[:, top : top + 8, left : left + 8])
    assert np.array_equal(replay(images, (channels.step(shape),)), cut)


def test_images_smaller_than_the_cut_are_refused():
    with pytest.raises(InputError, match="16"):
        ImageMaskProduct(crop=20).array(bright_and_dark(2, 1))


def phases(classes: int, each: int = 4, size: int = 32) -> Examples:
    """Two phases an example: the class's number as gray in ED, noise alone in ES."""
    labels = np.repeat(np.arange(classes), each)
    images = np.random.default_rng(0).random((len(labels), 2, size, size), np.float32) / 10
    images[:, 0] += labels[:, None, None] / classes
    return examples_of([f"s{index:02d}" for index in range(len(labels))], labels, images)


@pytest.mark.parametrize("frames", [(0,), (1,), (0, 1), (1, 0)])
def test_each_phase_is_a_channel_in_the_order_declared(frames: tuple[int, ...]):
    examples = phases(3)
    array = Frames(frames).array(examples)
    assert array.dtype == np.float32
    assert np.array_equal(array, np.stack([examples.images[:, f] for f in frames], axis=1))


def test_the_whole_image_is_shown_and_recorded_as_a_step():
    images = phases(2).images[:, 0]
    assert np.array_equal(replay(images, (Frames((0,)).step((32, 32)),)), images)


def test_phases_that_the_examples_lack_are_refused():
    with pytest.raises(InputError) as raised:
        Frames((0, 2)).array(phases(3))
    assert raised.value.got == "examples of 2 cardiac phases"
    assert raised.value.wanted == "phases 1, 3 of each slice"
    with pytest.raises(InputError, match="no cardiac phases"):
        Frames((0,)).array(bright_and_dark(2, 1))


# Fitting


def test_a_fitted_arm_tells_bright_from_dark(fitted: FittedNetwork):
    new = bright_and_dark(6, 2, seed=9)
    scores = fitted.predict(new, {})
    assert scores.shape == (12,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert ((scores > 0.5) == (new.labels == 1)).all()
    assert len(fitted.history_) == 6


def test_prediction_neither_needs_labels_nor_depends_on_the_company(fitted: FittedNetwork):
    new = bright_and_dark(6, 2, seed=9)
    scores = fitted.predict(new, {})
    unknown = replace(new, labels=np.full(12, -1))
    assert np.array_equal(fitted.predict(unknown, {}), scores)
    alone = [fitted.predict(new.take(np.array([row])), {})[0] for row in range(12)]
    np.testing.assert_allclose(alone, scores, atol=1e-6)


def test_the_same_seed_gives_the_same_network(examples: Examples, fitted: FittedNetwork):
    again = ARM.fit(examples, Run(seed=2, device="cpu"))
    assert same_weights(again.network_, fitted.network_)
    assert again.history_ == fitted.history_
    other = ARM.fit(examples, Run(seed=3, device="cpu", epochs=1))
    assert not same_weights(other.network_, fitted.network_)


def test_the_first_weights_follow_the_run_s_seed_alone(examples: Examples, monkeypatch):
    started = []
    monkeypatch.setattr(loop, "train", lambda network, *others: (started.append(network), []))
    for around, seed in ((1, 2), (7, 2), (1, 3)):
        torch.manual_seed(around)
        ARM.fit(examples, Run(seed=seed, device="cpu"))
    assert same_weights(started[0], started[1])
    assert not same_weights(started[0], started[2])


def test_fitting_leaves_the_global_random_state(examples: Examples):
    before = torch.random.get_rng_state()
    ARM.fit(examples, Run(epochs=1, device="cpu"))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_run_s_epochs_come_before_the_recipe_s(examples: Examples):
    assert len(ARM.fit(examples, Run(epochs=2, device="cpu")).history_) == 2


@pytest.mark.parametrize("seed", range(4))
def test_the_epoch_is_chosen_on_subjects_that_do_not_train(monkeypatch, seed: int):
    learn, validate = trained_on(monkeypatch, Run(seed=seed, validation=0.34, device="cpu"))
    assert not set(learn) & set(validate)
    assert sorted(learn + validate) == list(range(12))
    assert len(validate) == 4
    assert {subject % 2 for subject in validate} == {0, 1}


def test_a_held_out_part_chooses_the_epoch_where_it_is_given(monkeypatch):
    held = signed().of_subjects(np.array(["s03", "s04"]))
    learn, validate = trained_on(monkeypatch, Run(held_out=held, device="cpu"))
    assert validate == [3, 4]
    assert learn == list(range(12))


def test_subjects_that_cannot_be_divided_are_refused():
    examples = examples_of(("a", "b", "c"), (0, 0, 1))
    with pytest.raises(CohortError, match="1 of class 1"):
        ARM.fit(examples, Run(device="cpu"))


@pytest.mark.parametrize(("classes", "frames"), [(2, (0,)), (3, (0, 1))])
def test_branches_tell_classes_by_their_gray(classes: int, frames: tuple[int, ...], tmp_path):
    examples = phases(classes)
    recipe = Recipe(Adam(1e-3), batch=8, epochs=16, keep="best validation accuracy")
    architecture = VGG16(len(frames), classes, size=32, width=0.25)
    arm = Network(architecture, Frames(frames), recipe, Affine(shift=0.1))
    fitted = arm.fit(examples, Run(seed=1, device="cpu", held_out=examples, precision="float32"))
    scores = fitted.predict(examples, {})
    if classes == 2:
        assert scores.shape == (8,)
        called = scores >= 0.5
    else:
        assert scores.shape == (12, 3)
        np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
        called = scores.argmax(axis=1)
    assert np.mean(called == examples.labels) > 0.9
    assert fitted.activations(examples, "fc3").shape == (len(examples), 16)
    names = Deep("vgg", "fc3", width=64).names({"vgg": arm})
    assert len(names) == 16
    fitted.save(tmp_path)
    again = arm.load(tmp_path, "cpu")
    np.testing.assert_allclose(again.predict(examples, {}), scores, atol=1e-6)


# Saving


def test_a_saved_network_predicts_the_same(fitted: FittedNetwork, tmp_path):
    fitted.save(tmp_path / "dl")
    again = ARM.load(tmp_path / "dl", device="cpu")
    new = bright_and_dark(6, 3, seed=9)
    assert same_weights(again.network_, fitted.network_)
    assert not again.network_.training
    np.testing.assert_allclose(again.predict(new, {}), fitted.predict(new, {}), rtol=1e-6)
    np.testing.assert_allclose(
        again.activations(new, "fc2"), fitted.activations(new, "fc2"), rtol=1e-5, atol=1e-6
    )
    assert list(again.history_) == list(fitted.history_)


def test_the_files_are_weights_and_a_readable_history(fitted: FittedNetwork, tmp_path):
    fitted.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"weights.safetensors", "history.json"}
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert [row["epoch"] for row in history] == [1, 2, 3, 4, 5, 6]


# Activations


@pytest.mark.parametrize("width", [0.05, 0.1, 0.125])
def test_activations_are_as_many_as_their_names(width: float):
    arm = Network(SevenBlockCNN(width), ImageMaskProduct(crop=128), ARM.recipe, Affine())
    network = FittedNetwork(arm, arm.architecture.build().eval(), (), "cpu")
    images = np.random.default_rng(0).random((1, 128, 128), np.float32)
    table = network.activations(examples_of(("a",), (0,), images), "fc2")
    names = Deep("dl", "fc2", width=256).names({"dl": arm})
    assert table.shape == (1, len(names))
    assert len(set(names)) == len(names)
    assert names[0] == "deep_fc2_000"


def test_the_network_s_last_stages_can_be_done_by_hand_from_its_activations(fitted):
    new = bright_and_dark(3, 2, seed=9)
    hidden = fitted.activations(new, "fc2").astype(np.float64)
    last = fitted.network_.stages.logit
    logits = hidden @ last.weight.detach().numpy()[0] + float(last.bias.detach())
    np.testing.assert_allclose(1 / (1 + np.exp(-logits)), fitted.predict(new, {}), atol=1e-6)
