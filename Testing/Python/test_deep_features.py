from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from CardioAILib.examples import Examples
from CardioAILib.learning import Deep, Radiomics, Run, features
from CardioAILib.learning.features import translated
from CardioAILib.radiomics import SOUND
from helpers_learning import TinyNet, examples_of

INNER = Deep("dl", "fc2", width=6, inner=3)
MEMBER_S_OWN = replace(INNER, inner=None)


@dataclass
class Remembering:
    """A network that remembers whom it saw; its activations are its number and the row's slice."""

    number: int
    saw: set[str]
    asked: list[str] = field(default_factory=list)

    def activations(self, examples: Examples, stage: str) -> np.ndarray:
        self.asked.append(stage)
        table = np.zeros((len(examples), 6), np.float32)
        table[:, 0], table[:, 1] = self.number, examples.slices
        return table


@dataclass
class RememberingArm:
    """The arm of such networks."""

    architecture: Any = field(default_factory=TinyNet)
    networks: list[Remembering] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def fit(self, examples: Examples, run: Run) -> Remembering:
        run.progress(1.0, "fitted")
        self.runs.append(run)
        self.networks.append(Remembering(len(self.networks), set(examples.subjects.tolist())))
        return self.networks[-1]


@pytest.fixture(autouse=True)
def verbatim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave activations as they are, so that rows tell which network they come from."""
    monkeypatch.setattr(features, "translated", lambda activations, theirs, own: activations)


@pytest.fixture
def examples() -> Examples:
    """Twenty subjects with one to three images each, in no order."""
    random = np.random.default_rng(0)
    number = random.permutation(np.repeat(np.arange(20), random.integers(1, 4, 20)))
    return examples_of([f"s{index:02d}" for index in number], number % 2)


@pytest.fixture
def arm() -> RememberingArm:
    return RememberingArm()


def run_with(arm: RememberingArm, examples: Examples, **words: Any) -> Run:
    member = Remembering(99, set(examples.subjects.tolist()))
    return Run(fitted={"dl": member}, arms={"dl": arm}, **words)


def rows_with_networks(
    arm: RememberingArm, examples: Examples, table: np.ndarray
) -> Iterator[tuple[str, Remembering]]:
    """The subject of each row and the inner network that its activations come from."""
    for subject, number in zip(examples.subjects.tolist(), table[:, 0], strict=True):
        yield subject, arm.networks[int(number)]


@pytest.mark.parametrize("seed", range(3))
def test_a_classifier_is_trained_on_networks_that_did_not_see_the_subject(arm, examples, seed):
    table = INNER.training_table(examples, run_with(arm, examples, seed=seed))
    assert len(arm.networks) == 3
    for subject, network in rows_with_networks(arm, examples, table):
        assert subject not in network.saw


def test_every_other_subject_was_seen(arm, examples):
    table = INNER.training_table(examples, run_with(arm, examples))
    used = {network.number for _, network in rows_with_networks(arm, examples, table)}
    assert used == {0, 1, 2}
    everybody = set(examples.subjects.tolist())
    left_out = [everybody - network.saw for network in arm.networks]
    assert set.union(*left_out) == everybody
    assert sum(len(some) for some in left_out) == len(everybody)


def test_rows_stay_in_the_order_of_the_examples(arm, examples):
    table = INNER.training_table(examples, run_with(arm, examples))
    assert table[:, 1].tolist() == examples.slices.tolist()
    assert table.shape == (len(examples), len(INNER.names({"dl": arm})))


def test_the_translation_of_a_fold_is_fitted_on_other_subjects(arm, examples, monkeypatch):
    seen = []

    def spied(activations, theirs, own):
        seen.append((activations[:, 1], theirs[:, 1]))
        return activations

    numbered = replace(examples, slices=np.unique(examples.subjects, return_inverse=True)[1])
    monkeypatch.setattr(features, "translated", spied)
    INNER.training_table(numbered, run_with(arm, numbered))
    assert len(seen) == 3
    for held, known in seen:
        assert set(held.tolist()).isdisjoint(known.tolist())
        assert set(held.tolist()) | set(known.tolist()) == set(range(20))


def test_units_of_another_network_are_translated():
    random = np.random.default_rng(1)
    own = random.normal(size=(200, 6)) @ random.normal(size=(6, 6)) + 5.0
    turned = np.linalg.qr(random.normal(size=(6, 6)))[0]
    theirs = own @ turned * 3.0 - 40.0
    known, new = slice(0, 150), slice(150, None)
    back = translated(theirs[new], theirs[known], own[known])
    error = np.square(back - own[new]).sum() / np.square(own[new] - own[new].mean(axis=0)).sum()
    assert error < 0.05


def test_a_network_that_says_the_same_of_everything_translates_to_the_mean():
    own = np.arange(12.0).reshape(4, 3)
    flat = np.ones((4, 3))
    np.testing.assert_allclose(translated(flat, flat, own), np.tile(own.mean(axis=0), (4, 1)))


def test_without_inner_folds_the_member_s_own_network_is_used(arm, examples):
    run = run_with(arm, examples)
    table = MEMBER_S_OWN.training_table(examples, run)
    assert (table[:, 0] == 99).all()
    assert arm.networks == []
    assert run.fitted["dl"].asked == ["fc2"]


def test_predictions_come_from_the_member_s_own_network_either_way(arm, examples):
    run = run_with(arm, examples)
    for deep in (INNER, MEMBER_S_OWN):
        assert (deep.table(examples, run.fitted)[:, 0] == 99).all()
    assert arm.networks == []


def test_inner_networks_begin_alike_and_keep_their_checkpoints_apart(arm, examples):
    run = run_with(arm, examples, seed=4, folder=Path("model"), held_out=examples)
    INNER.training_table(examples, run)
    assert {inner.seed for inner in arm.runs} == {4}
    assert len({inner.folder for inner in arm.runs}) == 3
    assert all(inner.folder.parent == Path("model") for inner in arm.runs)


def test_the_part_held_out_for_the_member_does_not_choose_an_inner_epoch(arm, examples):
    INNER.training_table(examples, run_with(arm, examples, held_out=examples))
    assert [inner.held_out for inner in arm.runs] == [None] * 3


def test_inner_networks_share_the_progress(arm, examples):
    told = []
    run = run_with(arm, examples, progress=lambda done, message: told.append((done, message)))
    INNER.training_table(examples, run)
    assert [done for done, _ in told] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert told[0][1] == "inner network 1, fitted"


def test_names_follow_the_network_s_width():
    thin = RememberingArm(TinyNet(width=0.5))
    assert Deep("dl", "fc2", width=6).names({"dl": thin}) == tuple(
        f"deep_fc2_{index:03d}" for index in range(3)
    )


def test_a_table_computed_before_is_not_computed_again():
    shape = Radiomics("shape", SOUND)
    table = np.zeros((2, 5))
    examples = examples_of(("a", "b"), (0, 1), tables={"shape": table})
    assert shape.add_to(examples) is examples
    assert shape.table(examples, {}) is table
    assert shape.training_table(examples, Run()) is table
