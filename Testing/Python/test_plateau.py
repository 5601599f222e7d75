from dataclasses import replace

import pytest
import torch
from CardioAILib.learning import Plateau, Run, loop
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.learning.schedule import rate_after
from helpers_learning import same_weights
from helpers_scans import ARM, scans
from hypothesis import given
from hypothesis import strategies as st

HALME = Plateau(patience=2, factor=0.1, floor=1e-7)

pytestmark = pytest.mark.usefixtures("single_thread")


class StoppedError(Exception):
    """What ends a run from outside."""


# The rate


@pytest.mark.parametrize(
    ("losses", "rate"),
    [
        ([], 1e-4),
        ([0.9], 1e-4),
        ([0.9, 0.8, 0.7], 1e-4),
        ([0.9, 0.9], 1e-4),
        ([0.9, 0.9, 0.9], 1e-5),
        ([0.9, 1.0, 0.89, 1.0], 1e-4),
        ([0.9, 1.0, 1.0, 1.0], 1e-5),
        ([0.9, 1.0, 1.0, 1.0, 1.0], 1e-6),
        ([0.9] + [1.0] * 20, 1e-7),
        ([0.9, 0.89995, 0.8999], 1e-5),
        ([float("nan")] * 3, 1e-5),
    ],
)
def test_the_rate_as_worked_by_hand(losses: list[float], rate: float):
    assert rate_after(losses, 1e-4, HALME) == pytest.approx(rate)


def test_a_rate_below_the_floor_is_not_raised():
    assert rate_after([1.0] * 9, 1e-8, HALME) == 1e-8


@given(
    st.lists(st.floats(0.0, 2.0), max_size=30),
    st.integers(1, 4),
    st.sampled_from([0.1, 0.5]),
    st.sampled_from([0.0, 1e-3]),
)
def test_it_falls_as_the_scheduler_of_pytorch_lets_it_fall(losses, patience, factor, floor):
    # PyTorch's patience is that after which the next epoch counts: one less than Keras'.
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer,
        factor=factor,
        patience=patience - 1,
        threshold=1e-4,
        threshold_mode="abs",
        min_lr=floor,
        eps=0.0,
    )
    for loss in losses:
        scheduler.step(loss)
    own = rate_after(losses, 0.1, Plateau(patience, factor, floor))
    assert own == pytest.approx(optimizer.param_groups[0]["lr"])


# Training with it


def trained(run: Run, **changed: object) -> FittedNetwork:
    recipe = replace(ARM.recipe, epochs=6, **changed)
    return replace(ARM, recipe=recipe).fit(scans(24), run)


RUN = Run(seed=4, device="cpu", precision="float32")


def test_each_epoch_trains_at_the_rate_that_its_row_tells(monkeypatch):
    used, step = [], loop.step

    def remember(state, *others):
        used.append((state.epoch + 1, state.optimizer.param_groups[0]["lr"]))
        return step(state, *others)

    monkeypatch.setattr(loop, "step", remember)
    # No loss falls by 9, so that the rate falls after each epoch but the first.
    history = trained(RUN, plateau=Plateau(1, 0.5, 2e-4, least=9.0)).history_
    rates = [row["learning rate"] for row in history]
    assert rates == pytest.approx([3e-3, 3e-3, 1.5e-3, 7.5e-4, 3.75e-4, 2e-4])
    assert set(used) == {(row["epoch"], row["learning rate"]) for row in history}


def test_without_a_plateau_the_history_tells_no_rate():
    assert "learning rate" not in trained(replace(RUN, epochs=1), plateau=None).history_[0]


@pytest.mark.parametrize("keep", ["last", "best validation loss"])
def test_a_resumed_run_with_plateau_copies_and_weights_equals_an_unbroken_one(
    monkeypatch, tmp_path, keep
):
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    how = {"keep": keep, "plateau": Plateau(1, 0.5, 1e-5, least=9.0), "class_weights": "balanced"}

    def stop(done: float, message: str) -> None:
        if message == "epoch 4/6":
            raise StoppedError

    whole = trained(RUN, **how)
    with pytest.raises(StoppedError):
        trained(replace(RUN, folder=tmp_path, progress=stop), **how)
    resumed = trained(replace(RUN, folder=tmp_path), **how)
    assert same_weights(whole.network_, resumed.network_)
    assert whole.history_ == resumed.history_
    assert len({row["learning rate"] for row in whole.history_}) == 5
