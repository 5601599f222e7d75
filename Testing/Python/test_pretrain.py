import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from CardioAILib.errors import CohortError, InputError, ModelError, UnreadableFileError
from CardioAILib.learning import (
    Affine,
    Ensemble,
    ImageMaskProduct,
    Network,
)
from CardioAILib.learning.images import Images
from CardioAILib.learning.pretext import ORIENTATION, TYPE, PretextExamples, pretrain
from CardioAILib.learning.tasks import Tasks
from CardioAILib.learning.trunk import Trunk, read_trunk, require_trunk, start_from_trunk
from CardioAILib.networks import FourLayerCNN, SevenBlockCNN
from CardioAILib.prepare import ClipPercentile, CropPad, Resample, ZScore
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Image, Role, Study
from CardioAILib.verbs.fit import start_of
from CardioAILib.verbs.pretextprepared import prepared_examples, prepared_slices
from CardioAILib.verbs.pretextseries import Material, material_of_cohort
from CardioAILib.verbs.pretrain import network_of, pretrain_on, save_trunk
from helpers_learning import bright_and_dark, declared, placed
from helpers_pretext import CPU, KINDS, NETWORK, SYSTEM, THIN, VIEWS, Drawn, drawn

pytestmark = pytest.mark.usefixtures("single_thread")


def examples(subjects: int = 8, kinds=KINDS, views=VIEWS) -> PretextExamples:
    return prepared_examples(SYSTEM, drawn(subjects, kinds, views))[0]


@pytest.fixture(scope="module")
def trunk() -> Trunk:
    return pretrain_on(SYSTEM, Material(drawn(), {"CINE, no view": 3}), CPU, rate=1e-2)


@pytest.fixture(scope="module")
def folder(trunk: Trunk, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pretrained") / "TRUNK"
    save_trunk(trunk, path)
    return path


# Learning


def test_both_tasks_are_learned_without_any_label_of_disease(trunk: Trunk):
    kept = trunk.record["kept epoch"]
    assert trunk.record["tasks"] == {TYPE: ["LGE", "cine"], ORIENTATION: ["4C", "SAX"]}
    assert kept[f"{TYPE} accuracy"] > 0.8
    assert kept[f"{ORIENTATION} accuracy"] > 0.8
    assert len(trunk.history_) == 12


def test_the_trunk_is_the_convolutions_with_their_normalization(trunk: Trunk):
    stages = {name.split(".")[0] for name in trunk.weights_}
    assert stages == {f"{kind}{index}" for kind in ("conv", "bn") for index in range(1, 5)}
    assert "bn4.running_var" in trunk.weights_


def test_the_record_says_what_was_shown_and_what_could_not_be_placed(trunk: Trunk):
    record = trunk.record
    assert record["series"] == {f"{kind}, {view}": 8 for kind in KINDS for view in VIEWS}
    assert record["not placed"] == {"CINE, no view": 3}
    assert record["told by"]["cine by several cardiac phases"] == 16
    assert sum(record["subjects"].values()) == 8


def test_the_epoch_is_chosen_on_subjects_that_do_not_train(monkeypatch):
    from CardioAILib.learning import loop

    numbered = examples()
    images = np.broadcast_to(
        np.array([int(name[1:]) for name in numbered.subjects], np.float32)[:, None, None],
        (len(numbered), 32, 32),
    )
    seen = []

    def remember(network, recipe, augment, data, *others):
        seen.extend(set(torch.cat([*part.images.split(4)])[:, 0, 0, 0].tolist()) for part in data)
        return network.eval(), [{"epoch": 1, "validation loss": 1.0}]

    monkeypatch.setattr(loop, "train", remember)
    pretrain(NETWORK, replace(numbered, images=Images.all_of(images)), CPU)
    learn, choose = seen
    assert not learn & choose
    assert learn | choose == set(map(float, range(8)))


def test_a_task_with_one_label_is_left_out_and_said_so():
    found = pretrain(NETWORK, examples(views=("SAX",)), replace(CPU, epochs=1))
    assert list(found.record["tasks"]) == [TYPE]
    assert found.record["left out tasks"] == [ORIENTATION]


def test_one_label_only_is_refused_with_what_was_found():
    with pytest.raises(CohortError) as raised:
        pretrain(NETWORK, examples(3, ("cine",), ("SAX",)), CPU)
    assert raised.value.got == "images with one label only (3 x cine, SAX)"
    assert "LGE" in raised.value.fix


def test_a_single_subject_is_refused_with_what_it_shows():
    with pytest.raises(CohortError) as raised:
        pretrain(NETWORK, examples(1), CPU)
    told = "none; of one subject alone: 1 x LGE, 4C, 1 x LGE, SAX, 1 x cine, 4C, 1 x cine, SAX"
    assert raised.value.got == f"images with one label only ({told})"


def test_a_pair_of_labels_of_a_single_subject_is_left_out_and_counted():
    series = (*drawn(4), Drawn("black-blood", "2C", "s0", slices=2))
    some, _ = prepared_examples(SYSTEM, series)
    record = pretrain(NETWORK, some, replace(CPU, epochs=1)).record
    assert record["left out, of one subject"] == {"black-blood, 2C": 2}
    assert record["tasks"][TYPE] == ["LGE", "cine"]


def test_an_interrupted_training_equals_an_unbroken_one(trunk: Trunk, tmp_path):
    def stop(share: float, told: str) -> None:
        if share > 0.6:
            raise KeyboardInterrupt

    material = Material(drawn(), {})
    with pytest.raises(KeyboardInterrupt):
        pretrain_on(SYSTEM, material, replace(CPU, folder=tmp_path / "w", progress=stop), 1e-2)
    again = pretrain_on(SYSTEM, material, replace(CPU, folder=tmp_path / "w"), 1e-2)
    assert again.history_ == trunk.history_
    assert all(torch.equal(again.weights_[k], v) for k, v in trunk.weights_.items())


def test_the_loss_is_the_sum_of_both_tasks():
    logits = torch.tensor([[2.0, 0.0, 1.0, 1.0, 1.0]])
    labels = torch.tensor([[0.0, 2.0]])
    tasks = Tasks((TYPE, ORIENTATION), (2, 3))
    expected = np.log1p(np.exp(-2.0)) + np.log(3.0)
    assert float(tasks.loss(logits, labels)) == pytest.approx(expected, rel=1e-6)
    told = tasks.accuracies(logits, labels)
    assert told == {
        "validation accuracy": 0.5,
        f"{TYPE} accuracy": 1.0,
        f"{ORIENTATION} accuracy": 0.0,
    }


# Material


def test_slices_are_prepared_as_the_system_s_inputs_are():
    found = prepared_slices(SYSTEM, Drawn("cine", "SAX", "s1", slices=5, spacing=(2.0, 2.0)))
    assert found.shape == (3, 32, 32)
    np.testing.assert_allclose(found.mean(axis=(1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(found.std(axis=(1, 2)), 1, atol=1e-3)


def test_the_columns_of_a_cohort_tell_type_and_view():
    def study(subject: str, *columns: tuple[str, str]) -> Study:
        random = np.random.default_rng(0)
        image = Image(random.random((3, 4, 32, 32)), placed())
        roles = [Role("MR", kind, view, "ED" if kind == "cine" else None) for kind, view in columns]
        return Study(subject, "1", dict.fromkeys(roles, image))

    cohort = Cohort((study("a", ("cine", "SAX"), ("mask", "SAX")), study("b", ("LGE", "4C"))))
    material = material_of_cohort(cohort)
    assert [(s.type, s.orientation, s.subject) for s in material.series] == [
        ("cine", "SAX", "a"),
        ("LGE", "4C", "b"),
    ]
    assert material.series[0].read().shape == (4, 32, 32)
    assert material.series[0].spacing == (1.0, 1.0)
    with pytest.raises(CohortError, match="as LGE_SAX"):
        material_of_cohort(Cohort((study("a", ("T1map", "SAX")),)))


def test_series_that_cannot_be_read_are_counted_by_reason():
    class Broken(Drawn):
        def read(self) -> np.ndarray:
            raise UnreadableFileError(got="a cut file", wanted="a whole one", fix="copy it again")

    some, failed = prepared_examples(SYSTEM, (*drawn(2), Broken("cine", "SAX", "s9")))
    assert failed == {"a cut file": 1}
    assert len(some) == 8
    with pytest.raises(CohortError, match="a cut file"):
        prepared_examples(SYSTEM, (Broken("cine", "SAX", "s9"),))


def test_a_system_without_such_networks_has_no_trunk():
    other = Network(SevenBlockCNN(0.1), ImageMaskProduct(16), NETWORK.recipe, Affine())
    with pytest.raises(InputError, match="no trunk in common"):
        network_of(declared(arms={"dl": other}))


# The folder


def test_the_folder_holds_tensors_a_record_and_a_card(folder: Path, trunk: Trunk):
    names = {path.name for path in folder.iterdir()}
    assert names == {"trunk.safetensors", "trunk.json", "README.md"}
    record = json.loads((folder / "trunk.json").read_text(encoding="utf-8"))
    digest, weights = read_trunk(folder)
    assert record["digest"] == digest
    assert record["note"] == RESEARCH_ONLY
    assert all(torch.equal(weights[name], own) for name, own in trunk.weights_.items())
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert RESEARCH_ONLY in card
    assert "| CINE, no view | 3 |" in card


def test_a_trunk_that_exists_is_not_overwritten(folder: Path, trunk: Trunk):
    with pytest.raises(ModelError, match="which exists"):
        save_trunk(trunk, folder)


def test_networks_start_from_the_trunk_s_convolutions(folder: Path, trunk: Trunk):
    network = THIN.build()
    before = network.stages.fc1.weight.clone()
    start_from_trunk(network, THIN, folder)
    assert torch.equal(network.stages.conv3.weight, trunk.weights_["conv3.weight"])
    assert torch.equal(network.stages.fc1.weight, before)


def test_every_part_of_an_ensemble_starts_from_the_trunk(folder: Path, trunk: Trunk, monkeypatch):
    from CardioAILib.learning import loop

    started = []

    def remember(network, *others):
        started.append(network)
        return network.eval(), []

    monkeypatch.setattr(loop, "train", remember)
    some = bright_and_dark(6, 2)
    some = replace(some, inputs=np.array(["2C", "SAX"] * 6))
    Ensemble({"2C": NETWORK, "SAX": NETWORK}).fit(some, replace(CPU, trunk=folder))
    assert len(started) == 2
    for network in started:
        assert torch.equal(network.stages.conv1.weight, trunk.weights_["conv1.weight"])


def test_a_trunk_of_another_width_is_refused_in_words(folder: Path):
    with pytest.raises(InputError) as raised:
        require_trunk([FourLayerCNN(0.5)], folder)
    assert raised.value.got == "a trunk with 3 filters in its first convolution"
    assert raised.value.wanted == "the 32 of FourLayerCNN at width 0.5"
    assert "--width" in raised.value.fix


def test_arms_without_such_networks_cannot_start_from_a_trunk(folder: Path):
    for architectures in ([], [SevenBlockCNN()]):
        with pytest.raises(InputError, match="without such a network"):
            require_trunk(architectures, folder)


def test_a_changed_trunk_is_refused(trunk: Trunk, tmp_path):
    save_trunk(trunk, tmp_path / "T")
    path = tmp_path / "T" / "trunk.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="not as it was written"):
        read_trunk(tmp_path / "T")


def test_a_folder_that_is_no_trunk_is_refused(tmp_path):
    with pytest.raises(ModelError, match="cardioai pretrain"):
        read_trunk(tmp_path)


def test_the_circumstances_name_the_trunk_by_its_digest(folder: Path):
    assert start_of(SYSTEM, ("dl",), replace(CPU, trunk=folder)) == {"trunk": read_trunk(folder)[0]}
    assert start_of(SYSTEM, ("dl",), CPU) == {}


def test_a_trunk_of_another_preparation_is_refused_in_words(folder: Path):
    other = replace(SYSTEM, prepare=(Resample(1.0), CropPad(64), ClipPercentile(), ZScore()))
    with pytest.raises(InputError) as raised:
        start_of(other, ("dl",), replace(CPU, trunk=folder))
    assert "CropPad(size 32, " in raised.value.got
    assert "CropPad(size 64, " in raised.value.wanted
    assert "pretrain again" in raised.value.fix


def test_the_order_of_the_steps_is_part_of_the_preparation(folder: Path):
    other = replace(SYSTEM, prepare=SYSTEM.prepare[::-1])
    with pytest.raises(InputError, match=r"prepared by Resample.*wanted.*by ZScore"):
        start_of(other, ("dl",), replace(CPU, trunk=folder))


def test_a_trunk_that_does_not_tell_its_preparation_is_refused(trunk: Trunk, tmp_path):
    silent = {name: value for name, value in trunk.record.items() if name != "prepare"}
    save_trunk(replace(trunk, record=silent), tmp_path / "T")
    with pytest.raises(InputError, match="no step that it tells"):
        start_of(SYSTEM, ("dl",), replace(CPU, trunk=tmp_path / "T"))


def test_a_trunk_and_published_weights_together_are_refused(folder: Path):
    run = replace(CPU, trunk=folder, weights=folder / "trunk.safetensors")
    with pytest.raises(InputError, match="one start for a network"):
        start_of(SYSTEM, ("dl",), run)
