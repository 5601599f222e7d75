import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.examples import Examples
from CardioAILib.learning import Adam, AdamW, Clip, Network, RandomStart, Recipe, Run, loop
from CardioAILib.learning.network import divided
from CardioAILib.learning.stopping import is_over, rank_of, waited
from helpers_handmade import ShallowVideo, clips
from helpers_learning import same_weights

pytestmark = pytest.mark.usefixtures("single_thread")

AUC = Recipe(AdamW(1e-2), batch=4, epochs=9, keep="best validation AUC", patience=2)


def row(auc: float | None = None, loss: float = 1.0, error: float = 1.0) -> dict[str, float]:
    told = {} if auc is None else {"validation AUC": auc}
    return {"validation loss": loss, "validation error": error, "validation accuracy": 0.5, **told}


@pytest.mark.parametrize(
    ("keep", "better", "worse"),
    [
        ("best validation AUC", row(0.8, loss=2), row(0.7, loss=1)),
        ("best validation AUC", row(0.8, loss=1), row(0.8, loss=2)),
        ("best validation AUC", row(0.5, loss=9), row(None, loss=1)),
        ("best validation AUC", row(None, loss=1), row(None, loss=2)),
        ("best validation error", row(error=1, loss=2), row(error=2, loss=1)),
        ("best validation error", row(error=9), row(error=math.nan)),
        ("best validation loss", row(loss=1), row(loss=math.nan)),
    ],
)
def test_the_better_epoch_ranks_higher(keep, better, worse):
    assert rank_of(better, keep) > rank_of(worse, keep)


def test_training_ends_after_so_many_epochs_without_a_better_one():
    rows = [row(auc) for auc in (0.6, 0.7, 0.7, 0.65)]
    assert [waited(rows[:count], AUC.keep) for count in range(5)] == [0, 0, 0, 1, 2]
    assert [is_over(rows[:count], AUC) for count in range(5)] == [False] * 4 + [True]
    assert not is_over(rows, replace(AUC, patience=None))
    assert is_over([row(0.5 + i / 20) for i in range(9)], AUC)


def arm(epochs: int = 30, patience: int | None = 3) -> Network:
    recipe = Recipe(
        AdamW(5e-2), batch=4, epochs=epochs, keep="best validation loss", patience=patience
    )
    return Network(ShallowVideo(), Clip(4, 2), recipe, RandomStart())


def noisy(seed: int) -> Examples:
    """Clips of which nothing can be learned, so that training soon stops getting better."""
    examples = clips(np.arange(16) % 2, views=("A4C",), seed=seed)
    random = np.random.default_rng(seed)
    return replace(examples, images=random.integers(0, 255, examples.images.shape, np.uint8))


def test_an_early_end_is_the_same_whether_or_not_the_run_was_interrupted(monkeypatch, tmp_path):
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    run = Run(seed=1, device="cpu", precision="float32")
    whole = arm().fit(noisy(1), run)
    assert 4 <= len(whole.history_) < 30
    assert waited(whole.history_, "best validation loss") == 3

    class StoppedError(Exception):
        pass

    def stop(done: float, message: str) -> None:
        if message.startswith("epoch 2/"):
            raise StoppedError

    kept = replace(run, folder=tmp_path)
    with pytest.raises(StoppedError):
        arm().fit(noisy(1), replace(kept, progress=stop))
    for _ in range(2):
        again = arm().fit(noisy(1), kept)
        assert again.history_ == whole.history_
        assert same_weights(again.network_, whole.network_)


def test_the_kept_epoch_is_the_best_one():
    fitted = arm(patience=None, epochs=5).fit(noisy(2), Run(seed=2, device="cpu"))
    assert len(fitted.history_) == 5
    examples = noisy(2)
    best = min(fitted.history_, key=lambda r: r["validation loss"])
    _, choose = divided(examples, Run(seed=2))
    told = loop.validate(fitted.network_, fitted.arm.batches(choose), "cpu")
    assert told["validation loss"] == pytest.approx(best["validation loss"], rel=1e-4)


def test_adamw_takes_off_a_share_of_each_weight_as_worked_by_hand():
    # A gradient of 0 leaves Adam where it is, and decay takes rate x decay off: 1 - 0.1 * 0.5.
    network = torch.nn.Linear(1, 1)
    torch.nn.init.ones_(network.weight)
    optimizer = loop.optimizer_of(AdamW(0.1, decay=0.5), network)
    network.weight.grad, network.bias.grad = torch.zeros(1, 1), torch.zeros(1)
    optimizer.step()
    assert network.weight.item() == pytest.approx(0.95)
    assert isinstance(loop.optimizer_of(Adam(0.1), network), torch.optim.Adam)
    assert not isinstance(loop.optimizer_of(Adam(0.1), network), torch.optim.AdamW)


@pytest.mark.parametrize("keep", ["best validation accuracy", "best validation AUC"])
def test_an_epoch_cannot_be_chosen_by_what_a_value_has_not(keep):
    recipe = Recipe(AdamW(1e-2), 4, 1, keep=keep, loss="squared error")
    values = clips(np.linspace(1.0, 2.0, 8), views=("A4C",))
    with pytest.raises(InputError, match=keep):
        Network(ShallowVideo(), Clip(4, 2), recipe, RandomStart()).fit(values, Run())
