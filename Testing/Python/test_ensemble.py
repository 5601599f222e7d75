from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.codec import from_json, to_json
from CardioAILib.errors import CohortError, InputError
from CardioAILib.examples import Examples, concatenate
from CardioAILib.learning import (
    Adam,
    Affine,
    Ensemble,
    Network,
    OneChannel,
    Recipe,
    Run,
    networks_of,
)
from CardioAILib.learning.ensemble import FittedEnsemble, fitted_networks_of, learned_of
from CardioAILib.learning.loop import optimizer_of
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.learning.run import Machine
from CardioAILib.learning.state import State
from CardioAILib.learning.step import step
from CardioAILib.networks import FourLayerCNN
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.device import device_of, on_cpu
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.summary import summarize
from helpers_learning import bright_and_dark, declared, examples_of, same_weights

NETWORK = Network(
    FourLayerCNN(width=0.03),
    OneChannel(),
    Recipe(Adam(1e-2), batch=8, epochs=6, steps=6),
    Affine(flip_vertical=True),
    noise=0.02,
)
ARM = Ensemble({"2C": NETWORK, "SAX": NETWORK})
CPU = Run(seed=2, device="cpu", precision="float32")

pytestmark = pytest.mark.usefixtures("single_thread")


def seen_in(name: str, examples: Examples) -> Examples:
    return replace(examples, inputs=np.full(len(examples), name))


def two_views(subjects: int = 12, seed: int = 0) -> Examples:
    """Subjects whose 2C is bright, and whose SAX is dark, where the label is 1."""
    sax, long = (bright_and_dark(subjects, each, seed + each, 32) for each in (2, 1))
    return concatenate([seen_in("2C", long), seen_in("SAX", replace(sax, images=-sax.images))])


@pytest.fixture(scope="module")
def examples() -> Examples:
    return two_views()


@pytest.fixture(scope="module")
def fitted(examples: Examples) -> FittedEnsemble:
    return ARM.fit(examples, CPU)


def test_each_view_is_judged_by_its_own_network(fitted: FittedEnsemble):
    new = two_views(6, seed=40)
    scores = fitted.predict(new, {})
    assert scores.shape == (18,)
    for name, network in fitted.networks_.items():
        own = new.inputs == name
        alone = network.predict(new.take(own), {})
        np.testing.assert_array_equal(scores[own], alone)
    assert np.mean((scores >= 0.5) == new.labels) > 0.9


def test_scores_come_back_in_the_order_of_the_examples(fitted: FittedEnsemble):
    new = two_views(6, seed=40)
    mixed = np.random.default_rng(0).permutation(len(new))
    shuffled = fitted.predict(new.take(mixed), {})
    np.testing.assert_allclose(shuffled, fitted.predict(new, {})[mixed], atol=1e-6)


def test_a_study_without_a_view_is_judged_by_the_others(fitted: FittedEnsemble):
    new = learned_of(two_views(6, seed=40), "SAX")
    scores = fitted.predict(new, {})
    np.testing.assert_array_equal(scores, fitted.networks_["SAX"].predict(new, {}))


def test_a_view_that_no_part_knows_is_refused(fitted: FittedEnsemble):
    with pytest.raises(InputError) as raised:
        fitted.predict(seen_in("3C", bright_and_dark(2, 1, 0, 32)), {})
    assert raised.value.got == "examples of 3C"
    assert raised.value.wanted == "images of 2C, SAX"


def test_the_same_subjects_choose_the_epoch_of_every_part(examples: Examples, monkeypatch):
    seen = []

    def remember(self: Network, learn: Examples, run: Run) -> FittedNetwork:
        seen.append((set(learn.subjects), set(run.held_out.subjects), set(learn.inputs)))
        return FittedNetwork(self, None, (), "cpu")

    monkeypatch.setattr(Network, "fit", remember)
    ARM.fit(examples, CPU)
    (learn, choose, first), (again, also, second) = seen
    assert (learn, choose) == (again, also)
    assert not learn & choose
    assert (first, second) == ({"2C"}, {"SAX"})


@pytest.mark.parametrize("lacking", [0, 1])
def test_a_view_without_images_of_a_class_is_refused(lacking: int):
    examples = two_views()
    keep = (examples.inputs != "2C") | (examples.labels != lacking)
    with pytest.raises(CohortError) as raised:
        ARM.fit(examples.take(keep), CPU)
    assert raised.value.got == f"no image of the input '2C' to train class {lacking}"
    assert "2C" in raised.value.fix


def test_a_view_without_any_image_is_refused():
    with pytest.raises(CohortError, match="no image of the input '2C' to train class 0, 1"):
        ARM.fit(learned_of(two_views(), "SAX"), CPU)


def test_a_saved_ensemble_predicts_the_same(fitted: FittedEnsemble, tmp_path):
    fitted.save(tmp_path / "dl")
    assert {path.name for path in (tmp_path / "dl").iterdir()} == {"2C", "SAX"}
    again = ARM.load(tmp_path / "dl", "cpu")
    new = two_views(6, seed=40)
    np.testing.assert_allclose(again.predict(new, {}), fitted.predict(new, {}), rtol=1e-6)
    assert again.history_ == fitted.history_


def test_an_interrupted_fit_equals_an_unbroken_one(
    examples: Examples, fitted: FittedEnsemble, tmp_path
):
    def stop(share: float, told: str) -> None:
        if share >= 0.5 + 0.5 / 6:  # after the first epoch of the second part
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ARM.fit(examples, replace(CPU, folder=tmp_path, progress=stop))
    assert (tmp_path / "2C" / "checkpoint.pt").exists()
    again = ARM.fit(examples, replace(CPU, folder=tmp_path))
    for name, network in again.networks_.items():
        assert same_weights(network.network_, fitted.networks_[name].network_)


def test_each_part_s_epochs_are_told_by_its_view(examples: Examples):
    told = []
    run = replace(CPU, epochs=1, observe=lambda name, row: told.append((name, row["epoch"])))
    ARM.fit(examples, run.within(0, 1, "dl"))
    assert told == [("dl, 2C", 1), ("dl, SAX", 1)]


def test_the_parts_of_an_arm_are_found_by_one_name(fitted: FittedEnsemble):
    assert networks_of(ARM) == ARM.parts
    assert networks_of(NETWORK) == {"": NETWORK}
    assert networks_of("a table") == fitted_networks_of("a table") == {}
    assert fitted_networks_of(fitted) == fitted.networks_


def test_a_declared_ensemble_survives_its_file():
    assert from_json(to_json(ARM)) == ARM


def test_noise_that_is_not_declared_is_not_written():
    assert "noise" not in to_json(replace(NETWORK, noise=0.0))
    assert "flip_vertical" not in to_json(Affine())


def test_another_width_and_rate_reach_every_part():
    thin = adapt(declared(arms={"dl": ARM}), width=0.5, rate=1e-3).arms["dl"]
    assert {part.architecture.width for part in thin.parts.values()} == {0.5}
    assert {part.recipe.optimizer.rate for part in thin.parts.values()} == {1e-3}


def test_a_model_of_an_ensemble_tells_curves_and_widths_by_view(fitted: FittedEnsemble):
    system = declared(arms={"dl": ARM})
    model = Model(system, "sound", ("dl",), ({"dl": fitted},), {"dl": 0.5}, {}, None)
    told = summarize(model)
    assert told["curves"] == {f"dl, {name}": [rows] for name, rows in fitted.history_.items()}
    assert told["widths"] == {"dl, 2C": 0.03, "dl, SAX": 0.03}
    assert device_of(model) == "cpu"
    moved = on_cpu(model).members[0]["dl"]
    assert moved is not fitted
    assert same_weights(moved.networks_["2C"].network_, fitted.networks_["2C"].network_)


def test_images_of_several_phases_are_no_single_channel():
    images = np.zeros((2, 3, 8, 8), np.float32)
    with pytest.raises(InputError, match="3 cardiac phases"):
        OneChannel().array(examples_of(("a", "b"), (0, 1), images))


def test_a_batch_that_is_normalized_stays_whole():
    torch.manual_seed(0)
    network = FourLayerCNN(0.03).build()
    network.stages.drop.p = 0.0
    images = torch.rand(20, 1, 32, 32)
    labels = torch.tensor([0.0, 1.0] * 10)
    state = State(network.train(), optimizer_of(Adam(0.0), network))
    recipe = Recipe(Adam(0.0), 20, 1)
    loss = step(state, recipe, images, labels, Machine("cpu", bfloat16=False))
    whole = torch.nn.functional.cross_entropy(network(images), labels.long())
    assert loss == pytest.approx(whole.item(), rel=1e-5)
