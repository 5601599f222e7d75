"""Networks that learn a measured quantity, and views that have a truth of their own."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.errors import CohortError, InputError
from CardioAILib.examples import OWN_LABEL
from CardioAILib.learning import (
    AdamW,
    Clip,
    Ensemble,
    Facts,
    Logistic,
    Network,
    RandomStart,
    Recipe,
    Run,
    Tabular,
)
from CardioAILib.learning.aim import Aim
from CardioAILib.learning.loss import SquaredError
from CardioAILib.learning.splits import folds_by_subject, hold_out_by_subject
from CardioAILib.learning.strata import strata_of
from helpers_handmade import VIEWS, ShallowVideo, clips

pytestmark = pytest.mark.usefixtures("single_thread")

RECIPE = Recipe(AdamW(0.1), batch=8, epochs=25, keep="best validation error", loss="squared error")
NETWORK = Network(ShallowVideo(), Clip(4, 2), RECIPE, RandomStart())
RUN = Run(device="cpu", precision="float32")
T1 = np.linspace(950.0, 1250.0, 20)


def test_the_error_is_told_in_the_unit_as_worked_by_hand():
    # Values 900 and 1100: mean 1000, deviation 100. Outputs 0 and 2 mean 1000 and 1200.
    aim = Aim.of(RECIPE, torch.tensor([900.0, 1100.0]))
    labels, outputs = aim.scaled(torch.tensor([900.0, 1100.0])), torch.tensor([[0.0], [2.0]])
    assert labels.tolist() == [-1.0, 1.0]
    assert float(aim.objective.loss(outputs, labels)) == 1.0
    assert aim.objective.accuracies(outputs, labels) == {"validation error": 100.0}


def test_classes_are_learned_as_they_are():
    recipe = replace(RECIPE, loss="cross-entropy", keep="best validation AUC")
    labels = torch.tensor([0.0, 1.0, 1.0])
    aim = Aim.of(recipe, labels)
    assert aim.scaled(labels) is labels
    told = aim.objective.accuracies(torch.tensor([[-1.0], [2.0], [-2.0]]), labels)
    assert told == {"validation accuracy": pytest.approx(2 / 3), "validation AUC": 0.5}
    one = aim.objective.accuracies(torch.tensor([[1.0]]), torch.tensor([1.0]))
    assert one == {"validation accuracy": 1.0}


def test_what_training_scales_by_ends_up_in_the_last_stage():
    network = ShallowVideo().build().eval()
    some = torch.rand(5, 1, 4, 8, 8)
    before = network(some).detach()
    told = Aim(SquaredError(50.0), mean=1000.0, deviation=50.0).told_by(network)(some).detach()
    torch.testing.assert_close(told, before * 50.0 + 1000.0, rtol=1e-6, atol=1e-3)


def test_equal_values_can_be_learned():
    aim = Aim.of(RECIPE, torch.full((3,), 7.0))
    assert (aim.mean, aim.deviation) == (7.0, 1.0)
    assert aim.scaled(torch.tensor([7.0])).tolist() == [0.0]


def test_a_network_learns_a_value_and_says_it_in_its_unit(tmp_path):
    examples = clips(T1, views=("A4C",))
    fitted = NETWORK.fit(examples, RUN)
    told = fitted.predict(examples, {})
    assert np.abs(told - T1).mean() < 0.5 * np.abs(T1 - T1.mean()).mean()
    best = min(row["validation error"] for row in fitted.history_)
    _, aside = hold_out_by_subject(examples.subjects, examples.labels, RUN.validation, RUN.seed)
    held = np.isin(examples.subjects, aside)
    assert np.abs(told - T1)[held].mean() == pytest.approx(best, rel=1e-3)
    fitted.save(tmp_path / "dl")
    again = NETWORK.load(tmp_path / "dl", "cpu").predict(examples, {})
    np.testing.assert_array_equal(again, told)


def test_a_value_needs_its_loss_and_one_output():
    examples = clips(T1, views=("A4C",))
    for recipe, labels in (
        (replace(RECIPE, loss="cross-entropy"), T1),
        (RECIPE, np.arange(20) % 2),
        (replace(RECIPE, class_weights="balanced"), T1),
    ):
        with pytest.raises(InputError):
            replace(NETWORK, recipe=recipe).fit(clips(labels, views=("A4C",)), RUN)
    with pytest.raises(InputError, match="one output"):
        replace(NETWORK, architecture=ShallowVideo(classes=2)).fit(examples, RUN)


def test_a_classifier_of_tables_says_that_it_tells_no_values():
    arm = Tabular((Facts(()),), Logistic(), unit="study")
    with pytest.raises(InputError, match="a measured quantity for Logistic"):
        arm.fit(clips(T1, views=("A4C",)), RUN)


# Truth of a view


CLASSES = replace(NETWORK, recipe=replace(RECIPE, loss="cross-entropy", keep="last", epochs=15))
ARM = Ensemble(dict.fromkeys(VIEWS, CLASSES))


def with_own(examples, name: str, truth: np.ndarray):
    table = examples.tables[OWN_LABEL].copy()
    table[examples.inputs == name, 0] = truth
    return examples.with_table(OWN_LABEL, table)


def test_a_network_of_one_view_learns_the_truth_of_that_view():
    labels = np.arange(16) % 2
    examples = with_own(clips(labels), "A2C", 1.0 - labels)
    scores = ARM.fit(examples, RUN).predict(examples, {})
    for name in VIEWS:
        own = examples.inputs == name
        bright = labels if name != "A2C" else 1 - labels
        assert scores[own][bright == 1].min() > scores[own][bright == 0].max()


def test_clips_whose_view_has_no_truth_train_nothing():
    labels = np.arange(16) % 2
    examples = clips(labels)
    # Were they learned, clips of the other class that look the same would drown the rest.
    unknown = np.where(np.arange(16) < 4, np.nan, labels)
    told = with_own(examples, "A4C", unknown)
    gone = examples.take(
        ~(
            (examples.inputs == "A4C")
            & np.isin(examples.subjects, [f"s{study:03d}" for study in range(4)])
        )
    )
    held = examples.of_subjects(np.array(["s014", "s015"]))
    run = replace(RUN, held_out=held)
    run = replace(run, epochs=2)
    one, other = (ARM.fit(own, run).predict(examples, {}) for own in (told, gone))
    np.testing.assert_array_equal(one, other)


def test_a_view_without_a_class_of_its_own_is_refused_before_training():
    labels = np.arange(16) % 2
    with pytest.raises(CohortError, match="input 'PLAX' to train class 1"):
        ARM.fit(with_own(clips(labels), "PLAX", np.zeros(16)), RUN)
    values = Ensemble(dict.fromkeys(VIEWS, NETWORK))
    with pytest.raises(CohortError, match="input 'PLAX' to train"):
        values.fit(with_own(clips(T1), "PLAX", np.full(20, math.nan)), RUN)


# Splits of values


def test_folds_of_values_have_their_share_of_every_range():
    subjects = np.array([f"s{index:02d}" for index in range(40)])
    values = np.random.default_rng(0).permutation(np.linspace(0.0, 1.0, 40))
    held = [np.isin(subjects, hold) for _, hold in folds_by_subject(subjects, values, 4, 0)]
    assert np.sum(held, axis=0).tolist() == [1] * 40
    for part in held:
        counts = np.histogram(values[part], bins=5, range=(0.0, 1.0))[0]
        assert counts.tolist() == [2] * 5


def test_a_share_of_values_reaches_from_low_to_high():
    subjects = np.repeat([f"s{index:02d}" for index in range(50)], 2)
    values = np.repeat(np.linspace(0.0, 1.0, 50), 2)
    learn, aside = hold_out_by_subject(subjects, values, 0.1, 3)
    assert len(aside) == 5
    assert not set(learn) & set(aside)
    held = np.sort(values[np.isin(subjects, aside)][::2])
    assert (np.floor(held * 4.999) == np.arange(5)).all()


def test_ranges_hold_as_many_subjects_as_there_are_parts():
    subjects = np.array([f"s{index:02d}" for index in range(11)])
    values = np.linspace(0.0, 1.0, 11)
    for parts, ranges in ((2, 5), (4, 2), (11, 1)):
        counts = np.bincount(strata_of(subjects, values, parts))
        assert len(counts) == ranges
        assert counts.min() >= parts


def test_a_subject_s_value_is_the_mean_over_its_clips():
    subjects = np.array(["a", "a", "b", "b"])
    strata = strata_of(subjects, np.array([0.0, 9.0, 5.0, 5.0]), 2)
    assert strata.tolist() == [0, 0, 0, 0]
    four = np.repeat(["a", "b", "c", "d"], 2)
    values = np.array([0.0, 9.0, 5.0, 5.0, 6.0, 6.0, 1.0, 1.0])
    assert strata_of(four, values, 2).tolist() == [0, 0, 1, 1, 1, 1, 0, 0]


def test_classes_are_their_own_strata():
    labels = np.array([0, 1, 1])
    assert strata_of(np.array(["a", "b", "c"]), labels, 2) is labels


def test_too_few_subjects_with_a_value_are_refused():
    with pytest.raises(CohortError, match="3 subjects with a value, for 5 parts"):
        next(folds_by_subject(np.array(["a", "b", "c"]), np.array([1.0, 2.0, 3.0]), 5, 0))
    with pytest.raises(CohortError, match="1 subjects"):
        hold_out_by_subject(np.array(["a"]), np.array([1.0]), 0.2, 0)
