from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.cli.parser import parser
from CardioAILib.learning import Affine, Ensemble, Run, loop
from CardioAILib.learning.augment import Noisy, Unchanged
from CardioAILib.learning.copies import Copies
from CardioAILib.systems import FAHMY_2022, HALME_2022
from CardioAILib.verbs.adapt import adapt
from helpers_scans import ARM, scans

AUGMENT = Affine(rotate=20.0, zoom=(0.8, 1.2), shift=0.1)

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture
def images() -> torch.Tensor:
    return torch.rand(4, 1, 16, 16, generator=torch.Generator().manual_seed(0))


def all_of(copies: Copies) -> torch.Tensor:
    return torch.cat(list(copies.split(3)))


# The copies themselves


def test_a_copy_is_its_image_under_a_map_of_its_own(images):
    copies = Copies.drawn(images, 5, AUGMENT, seed=1)
    assert len(copies) == 20
    for index in range(20):
        alone = AUGMENT.apply(images[[index % 4]], copies.maps[[index]])
        torch.testing.assert_close(copies[torch.tensor([index])], alone)


def test_every_reading_gives_the_same_pixels_in_whatever_order(images):
    copies = Copies.drawn(images, 3, AUGMENT, seed=1)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(2))
    assert torch.equal(copies[order], all_of(copies)[order])
    assert torch.equal(all_of(copies), all_of(copies))


def test_all_copies_differ_from_each_other_and_from_the_originals(images):
    seen = torch.cat([images, all_of(Copies.drawn(images, 3, AUGMENT, seed=1))])
    assert len(torch.unique(seen.flatten(1), dim=0)) == 16


def test_the_maps_follow_the_seed(images):
    one, same, other = (Copies.drawn(images, 2, AUGMENT, seed) for seed in (1, 1, 2))
    assert torch.equal(one.maps, same.maps)
    assert not torch.equal(one.maps, other.maps)


def test_only_originals_and_maps_are_kept(images):
    copies = Copies.drawn(images, 1000, AUGMENT, seed=1)
    assert copies.images is images
    assert copies.maps.nbytes == 4000 * 6 * 4
    assert copies.near("cpu") is copies
    assert copies.near("mps") is copies


# Training on them


def given_to_training(arm, examples, monkeypatch) -> tuple[loop.Batches, loop.Batches]:
    seen = []

    def remember(network, recipe, changes, data, *others):
        seen.extend(data)
        return network.eval(), []

    monkeypatch.setattr(loop, "train", remember)
    arm.fit(examples, Run(seed=3))
    return tuple(seen)


def test_each_training_image_has_its_copies_with_its_label(monkeypatch):
    examples = scans(20)
    learn, _ = given_to_training(replace(ARM, augment=Affine()), examples, monkeypatch)
    assert len(learn.images) == len(learn.labels) == 3 * 16
    nearest = [
        examples.labels[np.abs(examples.images - copy[0].numpy()).sum((1, 2)).argmin()]
        for copy in all_of(learn.images)
    ]
    assert nearest == learn.labels.tolist()


def test_the_images_that_choose_the_epoch_are_no_copies_and_of_other_subjects(monkeypatch):
    examples = scans(20)
    learn, validate = given_to_training(ARM, examples, monkeypatch)
    own = {image.tobytes() for image in examples.images}
    aside = {image.numpy().tobytes() for image in validate.images}
    trained = {image.numpy().tobytes() for image in learn.images.images}
    assert aside | trained == own
    assert not aside & trained
    assert len(aside) == 4


def test_an_epoch_sees_every_copy_once_and_all_epochs_the_same(monkeypatch):
    epochs, step = [], loop.step

    def remember(state, recipe, images, *others):
        while len(epochs) <= state.epoch:
            epochs.append([])
        epochs[state.epoch].extend(image.numpy().tobytes() for image in images)
        return step(state, recipe, images, *others)

    monkeypatch.setattr(loop, "step", remember)
    ARM.fit(scans(20), Run(seed=3, epochs=2, precision="float32"))
    first, second = epochs
    assert len(set(first)) == 3 * 16
    assert first != second
    assert sorted(first) == sorted(second)


def test_noise_stays_new_at_every_epoch():
    assert ARM.changes == Unchanged()
    assert replace(ARM, noise=0.1).changes == Noisy(Unchanged(), 0.1)
    assert replace(ARM, copies=0).changes == ARM.augment


# Fewer of them


def test_a_system_is_adapted_to_fewer_copies_where_it_makes_any():
    system = adapt(HALME_2022, copies=2)
    assert {arm.copies for arm in system.arms.values()} == {2}
    assert {arm.copies for arm in system.as_published.arms.values()} == {2}
    assert adapt(FAHMY_2022, copies=2) == FAHMY_2022


def test_the_parts_of_an_ensemble_are_adapted_too():
    system = replace(HALME_2022, arms={"dl": Ensemble({"anterior": ARM})}, as_published=None)
    assert adapt(system, copies=1).arms["dl"].parts["anterior"].copies == 1


@pytest.mark.parametrize("command", ["train", "cross-validate"])
def test_the_command_line_takes_a_number_of_copies(command: str):
    words = [command, "halme2022", "cohort.csv", "--out", "model"]
    assert parser().parse_args([*words, "--copies", "2"]).copies == 2
    assert parser().parse_args(words).copies is None
