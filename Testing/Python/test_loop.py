import copy
import math
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.learning import (
    SGD,
    Adam,
    Affine,
    ImageMaskProduct,
    Network,
    Penalty,
    Recipe,
    loop,
)
from CardioAILib.learning.loop import Batches, batch_rows, train
from CardioAILib.learning.loss import probabilities
from CardioAILib.learning.run import Machine, Run, choose_device, use_bfloat16
from CardioAILib.learning.standardize import standardized
from CardioAILib.learning.state import State, keep_best
from CardioAILib.learning.stem import last_of_stem
from CardioAILib.learning.step import MICRO_BATCH, step
from CardioAILib.networks import VGG16, FourBlockCNN, FourLayerCNN, SevenBlockCNN, StandardCNN
from CardioAILib.networks.staged import Staged
from CardioAILib.progress import Progress, silent
from helpers_learning import TinyNet, bright_and_dark, same_weights
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

CPU = Machine("cpu", bfloat16=False)
RECIPE = Recipe(Adam(1e-2), batch=4, epochs=4, steps=3)
AUGMENT = Affine(rotate=20.0, zoom=(0.9, 1.1), flip_horizontal=True)

pytestmark = pytest.mark.usefixtures("single_thread")


class StoppedError(Exception):
    """What ends a run from outside."""


def batches_of(subjects: int, seed: int) -> Batches:
    examples = bright_and_dark(subjects, 2, seed)
    network = Network(TinyNet(), ImageMaskProduct(crop=16), RECIPE, AUGMENT)
    return network.batches(examples)


@pytest.fixture(scope="module")
def data() -> tuple[Batches, Batches]:
    return batches_of(8, 0), batches_of(4, 1)


def fresh() -> Staged:
    torch.manual_seed(11)
    return TinyNet().build()


def trained(
    data: tuple[Batches, Batches],
    recipe: Recipe = RECIPE,
    folder: Path | None = None,
    progress: Progress = silent,
    seed: int = 5,
    machine: Machine = CPU,
) -> tuple[Staged, list[dict[str, float]]]:
    return train(fresh(), recipe, AUGMENT, data, machine, seed, folder, progress)


def stop_at(epoch: int) -> Progress:
    def progress(done: float, message: str) -> None:
        if message == f"epoch {epoch}/{RECIPE.epochs}":
            raise StoppedError

    return progress


def dense(weight: list[list[float]], last: list[float]) -> Staged:
    fc, logit = nn.Linear(2, 2), nn.Linear(2, 1)
    with torch.no_grad():
        fc.weight.copy_(torch.tensor(weight))
        logit.weight.copy_(torch.tensor([last]))
        fc.bias.zero_()
        logit.bias.zero_()
    return Staged(OrderedDict(flatten=nn.Flatten(), fc=fc, logit=logit))


# Batches


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 20), st.integers(0, 99))
def test_an_epoch_has_exactly_its_steps_of_whole_batches(count, batch, steps, seed):
    recipe = Recipe(Adam(1e-3), batch, 1, steps)
    rows = list(batch_rows(count, recipe, torch.Generator().manual_seed(seed)))
    assert [len(some) for some in rows] == [batch] * steps
    seen = np.bincount(torch.cat(rows), minlength=count)
    assert len(seen) == count
    assert seen.max() - seen.min() <= 1


@given(st.integers(1, 40), st.integers(1, 9))
def test_without_steps_an_epoch_is_one_pass(count: int, batch: int):
    rows = list(batch_rows(count, Recipe(Adam(1e-3), batch, 1), torch.Generator().manual_seed(0)))
    assert sorted(torch.cat(rows).tolist()) == list(range(count))
    assert len(rows) == math.ceil(count / batch)


def test_passes_are_shuffled_anew_and_follow_the_generator():
    recipe = Recipe(Adam(1e-3), 10, 1, 4)
    one, other = (
        torch.cat(list(batch_rows(20, recipe, torch.Generator().manual_seed(3)))) for _ in range(2)
    )
    assert torch.equal(one, other)
    assert not torch.equal(one[:20], one[20:])
    assert one[:20].tolist() != list(range(20))


# The loss


def test_the_penalties_as_worked_by_hand():
    # Dense stage: (1, 1) -> (-1, 0.5), (2, 0) -> (2, 1); logits -0.5 and 3, labels 1 and 0.
    # Kernel squares 1 + 4 + 0.25 = 5.25; absolute outputs 1 + 0.5 + 2 + 1 = 4.5, by two images.
    network = dense([[1.0, -2.0], [0.5, 0.0]], [1.0, 1.0])
    images = torch.tensor([[1.0, 1.0], [2.0, 0.0]])[:, None, None]
    labels = torch.tensor([1.0, 0.0])
    entropy = (math.log(1 + math.exp(0.5)) + math.log(1 + math.exp(3.0))) / 2
    for l2, l1 in ((0.0, 0.0), (0.1, 0.0), (0.0, 0.2), (0.1, 0.2)):
        recipe = Recipe(Adam(0.0), 2, 1, penalty=Penalty(("fc",), l2, l1))
        state = State(network, torch.optim.Adam(network.parameters(), lr=0.0))
        loss = step(state, recipe, images, labels, CPU)
        assert loss == pytest.approx(entropy + l2 * 5.25 + l1 * 4.5 / 2, abs=1e-6)


def test_a_step_without_penalty_has_the_cross_entropy_alone():
    network = dense([[1.0, -2.0], [0.5, 0.0]], [1.0, 1.0])
    state = State(network, torch.optim.Adam(network.parameters(), lr=0.0))
    images, labels = torch.tensor([[[[1.0, 1.0]]]]), torch.tensor([1.0])
    loss = step(state, Recipe(Adam(0.0), 1, 1), images, labels, CPU)
    assert loss == pytest.approx(math.log(1 + math.exp(0.5)), abs=1e-6)


def test_the_penalty_moves_the_weights_it_names():
    # Without any signal in the images only the kernel's own square pulls.
    network = dense([[1.0, -2.0], [0.5, 0.0]], [0.0, 0.0])
    recipe = Recipe(Adam(0.1), 1, 1, penalty=Penalty(("fc",), l2=1.0))
    state = State(network, torch.optim.Adam(network.parameters(), lr=0.1))
    step(state, recipe, torch.zeros(1, 1, 1, 2), torch.tensor([1.0]), CPU)
    moved = network.stages.fc.weight.detach()
    torch.testing.assert_close(moved, torch.tensor([[0.9, -1.9], [0.4, 0.0]]))
    assert not network.stages.logit.weight.detach().any()


def test_the_optimizer_takes_the_recipe_s_rate_and_epsilon(data, monkeypatch):
    made = []

    def remember(parameters, **words):
        made.append(words)
        return adam(parameters, **words)

    adam = torch.optim.Adam
    monkeypatch.setattr(torch.optim, "Adam", remember)
    trained(data, Recipe(Adam(3e-4), 4, 1, 1))
    assert made == [{"lr": 3e-4, "eps": 1e-7}]


def test_sgd_with_momentum_as_worked_by_hand():
    # Gradient of the penalty alone, 2 w: 1 -> 1 - 0.1 * 2 = 0.8; then velocity 0.9 * 2 + 1.6 = 3.4
    # and 0.8 - 0.34 = 0.46.
    network = dense([[1.0, 0.0], [0.0, 0.0]], [0.0, 0.0])
    recipe = Recipe(SGD(0.1, momentum=0.9), 1, 1, penalty=Penalty(("fc",), l2=1.0))
    state = State(network, loop.optimizer_of(recipe.optimizer, network))
    moved = []
    for _ in range(2):
        step(state, recipe, torch.zeros(1, 1, 1, 2), torch.tensor([1.0]), CPU)
        moved.append(network.stages.fc.weight.tolist()[0][0])
    assert moved == pytest.approx([0.8, 0.46])


@pytest.mark.parametrize("optimizer", [Adam(0.1), SGD(0.1)])
def test_frozen_weights_stay(optimizer: Adam | SGD):
    network = dense([[1.0, -2.0], [0.5, 0.0]], [1.0, 1.0])
    network.stages.fc.requires_grad_(False)
    recipe = Recipe(optimizer, 1, 1)
    state = State(network, loop.optimizer_of(optimizer, network))
    step(state, recipe, torch.ones(1, 1, 1, 2), torch.tensor([1.0]), CPU)
    assert network.stages.fc.weight.tolist() == [[1.0, -2.0], [0.5, 0.0]]
    assert network.stages.logit.weight.tolist() != [[1.0, 1.0]]


def test_a_large_batch_in_parts_takes_the_step_of_the_whole(monkeypatch):
    moved, losses = [], []
    images = torch.rand(11, 1, 1, 2, generator=torch.Generator().manual_seed(0))
    labels = (torch.arange(11) % 2).float()
    recipe = Recipe(SGD(0.5), 11, 1, penalty=Penalty(("fc",), l2=0.1, l1_activity=0.2))
    for few in (100, 4, 1):
        monkeypatch.setattr("CardioAILib.learning.step.MICRO_BATCH", few)
        network = dense([[1.0, -2.0], [0.5, 0.0]], [1.0, 1.0])
        state = State(network, loop.optimizer_of(recipe.optimizer, network))
        losses.append(step(state, recipe, images, labels, CPU))
        moved.append(network.stages.fc.weight.detach())
    assert losses == pytest.approx([losses[0]] * 3, rel=1e-5)
    torch.testing.assert_close(moved[1], moved[0])
    torch.testing.assert_close(moved[2], moved[0])


# Batch normalization near the input


def after_a_step(
    network: Staged,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    recipe: Recipe,
    machine: Machine = CPU,
) -> tuple[float, Staged]:
    """A copy of a network after one step of 11 images, `few` at a time, and its loss."""
    monkeypatch.setattr("CardioAILib.learning.step.MICRO_BATCH", few)
    network = copy.deepcopy(network).train()
    state = State(network, loop.optimizer_of(recipe.optimizer, network))
    images = torch.rand(11, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    return step(state, recipe, images, torch.arange(11) % 3, machine), network


def four_blocks(skips: bool, width: float = 0.25) -> Staged:
    torch.manual_seed(0)
    network = FourBlockCNN(skips, classes=3, size=32, width=width).build()
    return without_dropout(standardized(network, torch.rand(1, 32, 32), torch.ones(1, 32, 32)))


def without_dropout(network: Staged) -> Staged:
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return network


@pytest.mark.parametrize("skips", [False, True])
def test_behind_a_normalized_stem_parts_take_the_step_of_the_whole(monkeypatch, skips: bool):
    network, recipe = four_blocks(skips), Recipe(SGD(1.0), 11, 1)
    assert last_of_stem(network) == "relu0"
    wanted, whole = after_a_step(network, monkeypatch, 11, recipe)
    for few in (4, 1):
        loss, parts = after_a_step(network, monkeypatch, few, recipe)
        assert loss == pytest.approx(wanted, rel=1e-5)
        # The running mean and variance too: the stem sees the batch once.
        for name, value in parts.state_dict().items():
            torch.testing.assert_close(value, whole.state_dict()[name], rtol=1e-3, atol=1e-5)
    before = network.state_dict()
    moved = [name for name, value in whole.state_dict().items() if not value.equal(before[name])]
    assert {"stages.conv0.weight", "stages.bn0.weight", "stages.bn0.running_var"} <= set(moved)


def test_the_gradients_behind_a_stem_are_those_of_plain_backpropagation(monkeypatch):
    network = four_blocks(skips=True)
    plain = copy.deepcopy(network).train()
    images = torch.rand(11, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    nn.functional.cross_entropy(plain(images), torch.arange(11) % 3).backward()
    _, parts = after_a_step(network, monkeypatch, 4, Recipe(SGD(0.0), 11, 1))
    for own, wanted in zip(parts.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(own.grad, wanted.grad, rtol=1e-3, atol=1e-7)


def test_a_frozen_stem_stays_while_what_follows_learns(monkeypatch):
    network = four_blocks(skips=False)
    for name in ("conv0", "bn0"):
        network.stages.get_submodule(name).requires_grad_(False)
    _, moved = after_a_step(network, monkeypatch, 4, Recipe(SGD(1.0), 11, 1))
    assert torch.equal(moved.stages.conv0.weight, network.stages.conv0.weight)
    assert not torch.equal(moved.stages.logits.weight, network.stages.logits.weight)


@pytest.mark.parametrize(
    "network",
    [
        FourLayerCNN(width=0.05),
        StandardCNN("resnet50", size=32, width=0.05),
        StandardCNN("mobilenet", size=32, width=0.05),
        StandardCNN("vgg16", size=32, width=0.05),
        VGG16(size=32, width=0.05),
        SevenBlockCNN(width=0.05),
    ],
    ids=lambda declared: getattr(declared, "base", type(declared).__name__),
)
def test_networks_normalized_throughout_or_nowhere_have_no_stem(network):
    assert last_of_stem(network.build()) is None


def test_a_network_with_a_stem_trains_in_bfloat16_alike(monkeypatch):
    network, recipe = four_blocks(skips=True), Recipe(SGD(0.0), 11, 1)
    exact, _ = after_a_step(network, monkeypatch, 4, recipe)
    rough, moved = after_a_step(network, monkeypatch, 4, recipe, Machine("cpu", bfloat16=True))
    assert rough == pytest.approx(exact, rel=2e-2)
    assert all(weight.grad.dtype == torch.float32 for weight in moved.parameters())


# Several classes


def three_logits(weight: list[list[float]]) -> Staged:
    logits = nn.Linear(2, 3)
    with torch.no_grad():
        logits.weight.copy_(torch.tensor(weight))
        logits.bias.zero_()
    return Staged(OrderedDict(flatten=nn.Flatten(), logits=logits))


def test_several_classes_as_worked_by_hand():
    # Logits (1, 0, 0), (0, 2, 0), (1, 2, 0): classes 0, 1 and 1, where 0, 1 and 2 are true.
    network = three_logits([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])[:, None, None]
    e = math.e
    losses = [math.log(e + 2) - 1, math.log(2 + e**2) - 2, math.log(1 + e + e**2)]
    labels = torch.tensor([0.0, 1.0, 2.0])
    row = loop.validate(network, Batches(images, labels), "cpu")
    assert row["validation accuracy"] == pytest.approx(2 / 3)
    assert row["validation loss"] == pytest.approx(sum(losses) / 3, abs=1e-6)
    state = State(network, torch.optim.SGD(network.parameters(), lr=0.0))
    loss = step(state, Recipe(SGD(0.0), 3, 1), images, labels, CPU)
    assert loss == pytest.approx(sum(losses) / 3, abs=1e-6)


def test_probabilities_of_one_two_and_three_logits():
    assert probabilities(torch.tensor([[0.0], [math.log(3)]])).tolist() == pytest.approx(
        [0.5, 0.75]
    )
    assert probabilities(torch.tensor([[0.0, math.log(3)]])).tolist() == pytest.approx([0.75])
    three = probabilities(torch.tensor([[0.0, math.log(2), 0.0]]))
    torch.testing.assert_close(three, torch.tensor([[0.25, 0.5, 0.25]]))


# Validation, and the epoch kept


def test_validation_as_worked_by_hand():
    # Logits 2, -1, 0.5 and 0 with labels 1, 1, 0 and 1: right, wrong, wrong, right (0 is positive).
    network = dense([[1.0, 0.0], [0.0, 0.0]], [1.0, 0.0])
    images = torch.tensor([[2.0, 0], [-1.0, 0], [0.5, 0], [0.0, 0]])[:, None, None]
    row = loop.validate(network, Batches(images, torch.tensor([1.0, 1, 0, 1])), "cpu")
    losses = [math.log1p(math.exp(x)) for x in (-2.0, 1.0, 0.5, 0.0)]
    assert row["validation accuracy"] == 0.5
    assert row["validation loss"] == pytest.approx(sum(losses) / 4, abs=1e-6)


def kept(keep: str, rows: list[tuple[float, float]]) -> int | None:
    """The epoch (from 1) that is kept of rows of accuracy and loss; its weights are its number."""
    network = dense([[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0])
    state = State(network, torch.optim.Adam(network.parameters()))
    for epoch, (accuracy, loss) in enumerate(rows, start=1):
        state.epoch = epoch
        with torch.no_grad():
            network.stages.fc.weight.fill_(epoch)
        row = {"validation accuracy": accuracy, "validation loss": loss}
        keep_best(state, Recipe(Adam(1e-3), 1, 9, keep=keep), row)
    if state.best is None:
        return None
    assert (state.best["weights"]["stages.fc.weight"] == state.best["epoch"]).all()
    return state.best["epoch"]


ROWS = [(0.7, 0.60), (0.8, 0.65), (0.8, 0.55), (0.75, 0.50), (0.8, 0.58)]


def test_the_best_accuracy_is_kept_and_ties_go_to_the_lower_loss():
    assert kept("best validation accuracy", ROWS) == 3


def test_the_lowest_loss_is_kept_whatever_the_accuracy():
    assert kept("best validation loss", ROWS) == 4


@pytest.mark.parametrize("keep", ["best validation accuracy", "best validation loss"])
def test_of_equal_epochs_the_first_is_kept(keep: str):
    assert kept(keep, [(0.8, 0.5), (0.8, 0.5), (0.8, 0.5)]) == 1


def test_nothing_is_kept_where_the_last_epoch_is_wanted():
    assert kept("last", ROWS) is None


def test_training_returns_the_kept_epoch_s_weights(data):
    seen = []

    def remember(done: float, message: str) -> None:
        seen.append({k: v.clone() for k, v in network.state_dict().items()})

    network = fresh()
    recipe = Recipe(Adam(0.3), 4, 5, 3, keep="best validation loss")
    done, history = train(network, recipe, AUGMENT, data, CPU, 5, None, remember)
    best = int(np.argmin([row["validation loss"] for row in history]))
    assert all(torch.equal(value, seen[best][name]) for name, value in done.state_dict().items())
    assert best != 4, "choose another seed: the last epoch proves nothing"


def test_the_last_epoch_s_weights_are_returned_where_they_are_wanted(data):
    last = []
    network = fresh()

    def remember(done: float, message: str) -> None:
        last[:] = [v.clone() for v in network.state_dict().values()]

    recipe = Recipe(Adam(0.3), 4, 3, 3, keep="last")
    done, _ = train(network, recipe, AUGMENT, data, CPU, 5, None, remember)
    assert all(torch.equal(a, b) for a, b in zip(done.state_dict().values(), last, strict=True))


def test_the_history_has_a_row_an_epoch(data):
    told = []
    network, history = trained(data, progress=lambda done, message: told.append((done, message)))
    assert [row["epoch"] for row in history] == [1, 2, 3, 4]
    names = {"epoch", "training loss", "validation accuracy", "validation loss"}
    assert all(set(row) == names for row in history)
    assert all(math.isfinite(value) for row in history for value in row.values())
    assert told == [(epoch / 4, f"epoch {epoch}/4") for epoch in range(1, 5)]
    assert not network.training


def test_a_trivial_task_is_learned(data):
    network, history = trained(data, Recipe(Adam(3e-2), 4, 12, 8))
    accuracy = loop.validate(network, batches_of(6, 2), "cpu")["validation accuracy"]
    assert accuracy == 1.0
    assert history[-1]["training loss"] < 0.5 * history[0]["training loss"]


def test_training_follows_the_seed_and_leaves_the_global_random_state(data):
    one, first = trained(data)
    torch.manual_seed(11)
    fresh()
    before = torch.random.get_rng_state()
    train(fresh(), RECIPE, AUGMENT, data, CPU, 5, None, silent)
    assert torch.equal(torch.random.get_rng_state(), before)
    other, second = trained(data)
    assert same_weights(one, other)
    assert first == second
    assert not same_weights(one, trained(data, seed=6)[0])


# Checkpoints


@pytest.mark.parametrize("keep", ["last", "best validation loss", "best validation accuracy"])
@pytest.mark.parametrize("stopped", [2, 3, 4])
def test_a_resumed_run_equals_an_unbroken_one(data, monkeypatch, tmp_path, keep, stopped):
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    recipe = Recipe(Adam(1e-2), 4, 4, 3, keep=keep)
    whole, history = trained(data, recipe)
    with pytest.raises(StoppedError):
        trained(data, recipe, tmp_path, stop_at(stopped))
    told = []
    resumed, again = trained(data, recipe, tmp_path, lambda done, message: told.append(done))
    assert same_weights(whole, resumed)
    assert again == history
    assert told == [epoch / 4 for epoch in range(stopped, 5)]


def test_a_finished_run_is_not_trained_again(data, tmp_path):
    told = []
    first, history = trained(data, folder=tmp_path)
    second, again = trained(data, folder=tmp_path, progress=lambda *what: told.append(what))
    assert told == []
    assert same_weights(first, second)
    assert again == history


def test_checkpoints_are_written_in_intervals_and_at_the_end(data, monkeypatch, tmp_path):
    epochs = []
    monkeypatch.setattr(loop, "checkpoint", lambda state, path: epochs.append(state.epoch))
    trained(data, folder=tmp_path)
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    trained(data, folder=tmp_path)
    assert epochs == [4, 1, 2, 3, 4]


def test_without_a_folder_nothing_is_written(data, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    trained(data)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_cut_short_leaves_the_one_before_it(data, monkeypatch, tmp_path):
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    whole, history = trained(data)
    with pytest.raises(StoppedError):
        trained(data, folder=tmp_path, progress=stop_at(3))
    before = (tmp_path / "checkpoint.pt").read_bytes()

    def half(what, path):
        Path(path).write_bytes(before[: len(before) // 2])
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(torch, "save", half)
        with pytest.raises(OSError, match="no space"):
            trained(data, folder=tmp_path)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    resumed, again = trained(data, folder=tmp_path)
    assert same_weights(whole, resumed)
    assert again == history
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_checkpoint_holds_tensors_and_plain_values_only(data, tmp_path):
    trained(data, folder=tmp_path)
    whole = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert set(whole) == {"network", "optimizer", "epoch", "best", "history"}
    assert whole["epoch"] == 4


# Machines


def test_few_images_at_a_time_give_what_all_at_once_give():
    network = fresh().eval()
    images = torch.rand(MICRO_BATCH * 2 + 3, 3, 16, 16)
    sizes = []

    def forward(some: torch.Tensor) -> torch.Tensor:
        sizes.append(len(some))
        return network(some)

    outputs = loop.in_micro_batches(forward, images, "cpu")
    assert sizes == [8, 8, 3]
    assert not outputs.requires_grad
    torch.testing.assert_close(outputs, network(images).detach())


def test_training_in_bfloat16_keeps_weights_and_predictions_in_float32(data):
    network, history = trained(data, machine=Machine("cpu", bfloat16=True))
    assert all(weight.dtype == torch.float32 for weight in network.parameters())
    assert network(data[1].images).dtype == torch.float32
    assert all(math.isfinite(row["training loss"]) for row in history)


def test_precision_is_what_was_asked_for():
    assert use_bfloat16("bfloat16", "cpu")
    assert not use_bfloat16("float32", "cpu")
    assert not use_bfloat16("float32", "cuda")
    assert not use_bfloat16("auto", "mps")


@pytest.mark.parametrize("native", [True, False])
def test_auto_takes_bfloat16_where_the_processor_has_it(monkeypatch, native: bool):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: native, raising=False)
    assert use_bfloat16("auto", "cpu") is native


def test_a_present_device_is_taken():
    assert choose_device("cpu") == "cpu"
    assert choose_device("auto") in {"cpu", "cuda", "mps"}


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_an_absent_device_is_refused_with_those_present(device: str):
    with pytest.raises(InputError) as raised:
        choose_device(device)
    assert f"'{device}'" in raised.value.got
    assert raised.value.wanted.startswith("one of auto, ")
    assert "cpu" in raised.value.wanted
    assert "--device cpu" in raised.value.fix


def test_auto_prefers_the_accelerator(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto") == "cuda"
    assert choose_device("cuda:1") == "cuda:1"


def test_a_part_of_a_run_has_its_own_folder_and_share():
    told = []
    run = Run(folder=Path("model"), progress=lambda *what: told.append(what))
    within = run.within(0.5, 1.0, "inner network 2")
    within.progress(0.5, "epoch 1/2")
    assert within.folder == Path("model") / "inner-network-2"
    assert told == [(0.75, "inner network 2, epoch 1/2")]
    assert Run().within(0.0, 1.0, "anything").folder is None
