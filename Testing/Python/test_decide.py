from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.decide import AtSensitivity, Max, Mean, MeanOfInputs, Threshold, is_positive
from CardioAILib.system import Classes
from CardioAILib.systems import GERMAIN_2021
from CardioAILib.verbs.pooling import Pooled, choose_threshold
from hypothesis import given
from hypothesis import strategies as st

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=12).map(np.array)


@given(SCORES, st.floats(0, 1))
def test_the_largest_score_is_positive_exactly_when_any_slice_is(scores, threshold):
    any_slice = any(is_positive(score, threshold) for score in scores)
    assert is_positive(Max().pool(scores), threshold) == any_slice


@given(SCORES)
def test_a_score_on_the_threshold_is_positive(scores):
    assert is_positive(Max().pool(scores), scores.max())
    assert not is_positive(Max().pool(scores), np.nextafter(scores.max(), 2))


def test_probabilities_of_several_classes_are_pooled_class_by_class():
    rows = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
    np.testing.assert_allclose(Mean().pool(rows), [0.4, 0.2, 0.4])


def test_of_two_classes_the_likelier_one_needs_no_chosen_threshold():
    two = replace(GERMAIN_2021, task=Classes("pathology", ("normal", "DCM")))
    assert choose_threshold(two, Pooled((), np.array([0, 1]), np.array([0.9, 0.1]))) == 0.5
    assert choose_threshold(GERMAIN_2021, Pooled((), np.zeros(1, int), np.eye(3)[:1])) is None


@given(SCORES)
def test_the_pooled_score_is_the_weighted_sum(scores):
    for pool in (Max(), Mean()):
        weights = pool.weights(scores)
        assert weights.shape == scores.shape
        assert weights.sum() == pytest.approx(1)
        assert weights @ scores == pytest.approx(pool.pool(scores))


def test_the_largest_of_equal_scores_that_comes_first_bears_the_weight():
    assert Max().weights(np.array([0.2, 0.9, 0.9])).tolist() == [0, 1, 0]


def test_the_mean_weighs_all_alike():
    assert Mean().pool(np.array([0.2, 0.4, 0.9])) == pytest.approx(0.5)
    assert Mean().weights(np.array([0.2, 0.4, 0.9, 0.1])).tolist() == [0.25] * 4


def test_a_pooled_score_is_a_plain_number():
    for pool in (Max(), Mean()):
        assert type(pool.pool(np.array([0.5], np.float32))) is float


def test_defaults_are_those_of_a_sound_decision():
    assert Threshold().value == 0.5
    assert AtSensitivity() == AtSensitivity(0.90, "out-of-fold development scores")


def test_inputs_weigh_alike_however_many_examples_each_has():
    scores = np.array([0.9, 0.2, 0.4, 0.6])
    inputs = np.array(["4C", "SAX", "SAX", "SAX"])
    pool = MeanOfInputs()
    assert pool.pool(scores, inputs) == pytest.approx((0.9 + 0.4) / 2)
    assert pool.weights(scores, inputs) @ scores == pytest.approx(pool.pool(scores, inputs))
    assert pool.pool(np.full(4, 0.5), inputs) == 0.5
