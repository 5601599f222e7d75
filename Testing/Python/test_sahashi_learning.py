"""Wall motion and T1 from clips made by hand, from examples to a saved model and back."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import youden_threshold
from CardioAILib.examples import OWN_LABEL, Examples
from CardioAILib.learning import Clip, Ensemble, Run
from CardioAILib.learning.motion import MOTION
from CardioAILib.learning.network import divided
from CardioAILib.study import Cohort, Study
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.systems.sahashi2024 import SAHASHI_2024
from CardioAILib.systems.sahashi2024_tissue import SAHASHI_2024_T1_MS
from CardioAILib.verbs import Fitted, load_model, save_model
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.cross_validate import member_model
from CardioAILib.verbs.crossfit import NEVER, cross_fit, needed_arms
from CardioAILib.verbs.fallback import warn_of_means
from CardioAILib.verbs.feasible import require_feasible, require_protocol
from CardioAILib.verbs.fit import assemble, circumstances_of, digest_of
from CardioAILib.verbs.gather import Options
from CardioAILib.verbs.judge import ERROR, score_examples
from CardioAILib.verbs.member import scores_in_turn
from CardioAILib.verbs.pooling import pool
from helpers_handmade import VIEWS, clips

ARMS = ("views", "combined")
RUN = Run(seed=4, device="cpu", precision="float32", epochs=1)
WMA = np.arange(30) % 2
T1 = np.linspace(950.0, 1250.0, 30)
pytestmark = pytest.mark.usefixtures("single_thread")

PROTOCOL = HoldOut(train=0.5, validation=0.25, test=0.25)


def small(system: System) -> System:
    """The declaration with the thinnest networks, and four frames of each clip."""
    system = adapt(system, width=1 / 16)
    networks = {
        name: replace(network, channels=Clip(4, 2))
        for name, network in system.arms["views"].parts.items()
    }
    arms = {**system.arms, "views": Ensemble(networks)}
    return replace(system, arms=arms, protocol=PROTOCOL)


def fit(system: System, examples: Examples, run: Run = RUN) -> Fitted:
    """What the verb `fit` does behind the preparation of studies."""
    crossfit = cross_fit(system, examples, ARMS, run)
    circumstances = circumstances_of(run, Options())
    model = assemble(system, "sound", ARMS, examples, crossfit, circumstances)
    known = {"target source": "simulated", "inputs": ()}
    return Fitted(replace(model, development={**model.development, **known}), examples, crossfit)


@pytest.fixture(scope="module")
def wall() -> Fitted:
    lacking = {"PLAX": [2, 9, 20]}
    return fit(small(SAHASHI_2024), clips(WMA, lacking=lacking, size=16))


@pytest.fixture(scope="module")
def tissue() -> Fitted:
    return fit(small(SAHASHI_2024_T1_MS), clips(T1, size=16))


def scores_of(fitted: Fitted, members: Any) -> Mapping[str, np.ndarray]:
    scores, findings = score_examples(members, ARMS, fitted.examples)
    assert findings == ()
    return scores


@pytest.mark.parametrize("name", ["wall", "tissue"])
def test_a_saved_model_of_clips_says_the_same(name, request, tmp_path):
    fitted = request.getfixturevalue(name)
    save_model(fitted.model, tmp_path / "model")
    again = load_model(tmp_path / "model", device="cpu")
    assert again.system == fitted.model.system
    assert again.thresholds == fitted.model.thresholds
    wanted = scores_of(fitted, fitted.model.members)
    for arm, own in scores_of(fitted, again.members).items():
        np.testing.assert_array_equal(own, wanted[arm])
    assert "regression" in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")


def test_held_out_scores_are_those_of_prediction(wall: Fitted):
    held = wall.crossfit.folds != NEVER
    assert len(np.unique(wall.examples.subjects[held])) == 8
    scores = scores_of(wall, wall.model.members)
    for arm in ARMS:
        np.testing.assert_allclose(wall.crossfit.scores[arm][held], scores[arm][0][held], atol=1e-6)
        assert np.isnan(wall.crossfit.scores[arm][~held]).all()


def test_the_threshold_is_youdens_of_the_subjects_that_chose_the_epoch(wall: Fitted):
    examples, crossfit, system = wall.examples, wall.crossfit, wall.model.system
    for arm in ARMS:
        chosen = np.isfinite(crossfit.validation[arm])
        assert not (chosen & (crossfit.folds != NEVER)).any()
        assert len(np.unique(examples.subjects[chosen])) == 8
        pooled = pool(system, examples.take(chosen), crossfit.validation[arm][chosen])
        assert wall.model.thresholds[arm] == youden_threshold(pooled.labels, pooled.scores)
    stack = wall.model.members[0]["combined"].joined_
    assert stack.subjects <= 8
    assert member_model(wall, 0).thresholds == wall.model.thresholds


def test_quantities_have_errors_in_their_unit_and_no_threshold(tissue: Fitted):
    model = tissue.model
    assert model.thresholds == {"views": None, "combined": None}
    assert tissue.crossfit.validation == {}
    assert model.members[0]["combined"].joined_.kind == "linear"
    told = model.development
    for arm in ARMS:
        low, high = told[f"{ERROR} interval"][arm]
        assert low <= told[ERROR][arm] <= high
        assert 1.0 < told[ERROR][arm] < 300.0
        assert told[f"member {ERROR}"][arm] == [pytest.approx(told[ERROR][arm])]
        assert told["R2"][arm] < 1.0
    assert told["values"]["mean"] == pytest.approx(T1.mean())
    scores = tissue.crossfit.scores["views"][tissue.crossfit.folds != NEVER]
    assert 800.0 < scores.min() < scores.max() < 1400.0
    history = model.members[0]["views"].history_["A4C"]
    assert {"validation error", "validation loss"} <= set(history[0])


def test_a_resumed_fit_is_the_unbroken_one(wall: Fitted, tmp_path):
    class StoppedError(Exception):
        pass

    def stop(done: float, message: str) -> None:
        if "views, PLAX" in message:
            raise StoppedError

    run = replace(RUN, folder=tmp_path)
    system, examples = wall.model.system, wall.examples
    with pytest.raises(StoppedError):
        cross_fit(system, examples, ARMS, replace(run, progress=stop))
    for _ in range(2):
        again = cross_fit(system, examples, ARMS, run)
        for arm in ARMS:
            np.testing.assert_array_equal(again.scores[arm], wall.crossfit.scores[arm])
        assert again.members[0]["combined"].joined_ == wall.model.members[0]["combined"].joined_


@pytest.mark.parametrize("table", [OWN_LABEL, MOTION])
def test_another_truth_of_a_view_or_another_segmentation_is_another_fit(wall: Fitted, table: str):
    examples = wall.examples.with_table(table, np.zeros((len(wall.examples), 1)))
    other = examples.with_table(table, np.ones((len(examples), 1)))
    assert digest_of(examples) == digest_of(examples.take(np.arange(len(examples))))
    assert digest_of(examples) != digest_of(other)


def test_arms_in_turn_find_what_was_said_before(wall: Fitted):
    asked = []

    class Counted:
        def __init__(self, arm: Any) -> None:
            self.arm = arm

        def predict(self, examples: Examples, fitted: Mapping[str, Any]) -> np.ndarray:
            asked.append(len(examples))
            return self.arm.predict(examples, fitted)

    member = wall.model.members[0]
    counted = {**member, "views": Counted(member["views"])}
    told = scores_in_turn(counted, ARMS, wall.examples)
    assert asked == [len(wall.examples)]
    alone = member["combined"].predict(wall.examples, member)
    np.testing.assert_array_equal(told["combined"], alone)


def test_a_study_that_lacks_a_view_is_told_of_the_mean_in_its_place(wall: Fitted):
    members, examples = wall.model.members, wall.examples
    whole, without = (examples.of_subjects(np.array([name])) for name in ("s000", "s002"))
    assert warn_of_means(members, ARMS, whole) == ()
    (told,) = warn_of_means(members, ARMS, without)
    assert told.check == "arm"
    assert "'combined' is the mean" in told.message
    assert "needs PLAX too" in told.message
    scores = scores_in_turn(members[0], ARMS, without)
    np.testing.assert_allclose(scores["combined"], scores["views"].mean())


def test_the_joining_arm_brings_the_networks_along():
    assert needed_arms(SAHASHI_2024, ["combined"]) == ARMS
    assert needed_arms(SAHASHI_2024, ["views"]) == ("views",)


def test_the_width_of_every_view_and_of_the_paper_s_mode_follows():
    thin = adapt(SAHASHI_2024, width=0.25, rate=1e-4)
    for system in (thin, thin.in_mode("paper")):
        assert {own.architecture.width for own in system.arms["views"].parts.values()} == {0.25}
        rates = {own.recipe.optimizer.rate for own in system.arms["views"].parts.values()}
        assert rates == {1e-4}
    assert thin.arms["combined"] == SAHASHI_2024.arms["combined"]
    folds = adapt(SAHASHI_2024, folds=5)
    assert folds.protocol == CrossValidation(5, validation=pytest.approx(1 / 9))


# Refusals before any work


def cohort(values: np.ndarray, column: str) -> Cohort:
    return Cohort(
        tuple(
            Study(f"s{index}", "1", {}, {column: float(value)})
            for index, value in enumerate(values)
        )
    )


def test_whole_studies_are_wanted_before_any_network_learns(monkeypatch):
    lacking = {"A2C": list(range(15)), "PLAX": list(range(15, 30))}
    monkeypatch.setattr(Ensemble, "fit", lambda *_: pytest.fail("a network learned"))
    with pytest.raises(CohortError, match="0 studies that show all of A4C, A2C, PLAX"):
        cross_fit(small(SAHASHI_2024), clips(WMA, lacking=lacking), ARMS, RUN)
    with pytest.raises(CohortError, match="input 'A2C'"):
        cross_fit(small(SAHASHI_2024), clips(WMA, views=("A4C", "PLAX")), ARMS, RUN)


def test_a_view_without_a_class_is_told_by_its_own_truth_before_any_network_learns(caplog):
    examples, ensemble = clips(WMA), small(SAHASHI_2024).arms["views"]
    run = replace(RUN, validation=0.25)
    own = np.where(examples.inputs == "A2C", 0, examples.labels)[:, np.newaxis]
    with pytest.raises(CohortError, match="'A2C' to train class 1, by the truth of that input"):
        ensemble.require(examples.with_table(OWN_LABEL, own), run)
    _, choose = divided(examples, run)
    chosen = (examples.inputs == "PLAX") & np.isin(examples.subjects, choose.subjects)
    alike = np.where(chosen, 0, examples.labels)[:, np.newaxis]
    with caplog.at_level(logging.WARNING):
        ensemble.require(examples.with_table(OWN_LABEL, examples.labels[:, np.newaxis]), run)
        assert not caplog.messages
        ensemble.require(examples.with_table(OWN_LABEL, alike), run)
    (told,) = caplog.messages
    assert "input 'PLAX'" in told
    assert "of one class" in told


def test_a_cohort_of_values_is_large_enough_or_refused():
    require_feasible(SAHASHI_2024_T1_MS, cohort(T1, "t1_ms"), ARMS, RUN)
    with pytest.raises(CohortError, match="2 with 2 different values are held out"):
        require_feasible(SAHASHI_2024_T1_MS, cohort(T1[:20], "t1_ms"), ARMS, RUN)
    with pytest.raises(CohortError, match="whose values differ"):
        require_feasible(SAHASHI_2024_T1_MS, cohort(np.full(30, 1000.0), "t1_ms"), ARMS, RUN)
    folds = adapt(SAHASHI_2024_T1_MS, folds=5)
    with pytest.raises(CohortError, match="4 subjects"):
        require_feasible(folds, cohort(T1[:4], "t1_ms"), ARMS, RUN)


def test_a_threshold_of_the_subjects_that_chose_the_epoch_needs_them():
    system = replace(SAHASHI_2024, protocol=HoldOut(train=0.8, validation=0.0, test=0.2))
    with pytest.raises(InputError, match="no subjects that choose the epoch"):
        require_protocol(system)
    require_protocol(SAHASHI_2024)
    assert tuple(SAHASHI_2024.arms["views"].parts) == VIEWS
