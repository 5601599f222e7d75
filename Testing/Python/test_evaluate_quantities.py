"""Figures of measured values and areas, with intervals of resampled subjects."""

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import (
    auc_by_subject,
    bland_altman,
    bootstrap_by_subject,
    error_difference,
    f1_by_subject,
    mean_absolute_error,
    operating_point,
    quantity_figures,
    r_squared,
    roc_auc,
)
from CardioAILib.evaluate.resampled import areas, by_subject

RANDOM = np.random.default_rng(1)
TRUE = RANDOM.normal(1050.0, 60.0, 80)
TOLD = 0.5 * TRUE + 530.0 + RANDOM.normal(0.0, 30.0, 80)
SUBJECTS = np.repeat(np.arange(40), 2)


def test_figures_are_those_of_the_plain_functions():
    found = quantity_figures(TOLD, TRUE, SUBJECTS, n=50)
    agreement = bland_altman(TOLD, TRUE)
    assert found.n == 80
    assert found.mae.value == pytest.approx(mean_absolute_error(TOLD, TRUE))
    assert found.r2.value == pytest.approx(r_squared(TOLD, TRUE))
    assert found.bias.value == pytest.approx(agreement.bias)
    assert found.lower.value == pytest.approx(agreement.lower)
    assert found.upper.value == pytest.approx(agreement.upper)
    assert found.correlation == pytest.approx(np.corrcoef(TOLD, TRUE)[0, 1])


def test_naming_the_mean_explains_nothing_and_gains_nothing():
    found = quantity_figures(np.full(80, TRUE.mean()), TRUE, SUBJECTS, n=200)
    assert found.r2.value == pytest.approx(0.0)
    assert found.gain.value == pytest.approx(0.0, abs=1e-9)
    assert found.mae.value == pytest.approx(found.mae_of_mean.value)
    assert found.correlation is None


def test_a_value_told_exactly_explains_everything():
    found = quantity_figures(TRUE, TRUE, SUBJECTS, n=200)
    assert (found.mae.value, found.r2.value, found.bias.value) == (0.0, 1.0, 0.0)
    assert found.gain.interval.low > 0.0


def test_intervals_agree_with_the_slow_bootstrap_by_subject():
    fast = quantity_figures(TOLD, TRUE, SUBJECTS)
    slow = bootstrap_by_subject(mean_absolute_error, SUBJECTS, TOLD, TRUE, n=4000)
    assert fast.mae.interval.low == pytest.approx(slow.interval.low, rel=0.02)
    assert fast.mae.interval.high == pytest.approx(slow.interval.high, rel=0.02)
    assert fast.mae.interval.method == "percentile bootstrap, 10000 draws of 40 subjects"


def test_an_area_and_its_interval_agree_with_the_slow_bootstrap():
    labels = (TRUE > 1050).astype(int)
    scores = np.round(TOLD / 20)
    fast = auc_by_subject(labels, scores, SUBJECTS)
    slow = bootstrap_by_subject(roc_auc, SUBJECTS, labels, scores, n=2000)
    assert fast.value == pytest.approx(roc_auc(labels, scores), abs=1e-12)
    assert fast.interval.low == pytest.approx(slow.interval.low, abs=0.01)
    assert fast.interval.high == pytest.approx(slow.interval.high, abs=0.01)


def test_the_area_of_a_draw_is_that_of_its_rows_repeated():
    labels, scores = np.array([0, 1, 0, 1, 1]), np.array([0.2, 0.2, 0.6, 0.9, 0.4])
    weights = RANDOM.integers(0, 4, (50, 5))
    for times, area in zip(weights, areas(weights.astype(float), labels, scores), strict=True):
        rows = np.repeat(np.arange(5), times)
        if len(np.unique(labels[rows])) > 1:
            assert area == pytest.approx(roc_auc(labels[rows], scores[rows]))
        else:
            assert np.isnan(area)


def test_f1_is_that_of_the_counts():
    labels, called = np.tile([1, 1, 0, 0, 1], 16), np.tile([1, 0, 1, 0, 1], 16)
    found = f1_by_subject(labels, called, SUBJECTS)
    assert found.value == pytest.approx(operating_point(labels, called, 0.5).f1)
    assert found.interval.low < found.value < found.interval.high
    with pytest.raises(CohortError, match="does not exist"):
        f1_by_subject([0, 0], [0, 0], [1, 2])


def test_subjects_enter_and_leave_with_all_their_rows():
    def shares(weights):
        assert (weights[:, 0::2] == weights[:, 1::2]).all()
        assert (weights.sum(axis=1) == 80).all()
        return weights[:, :1]

    assert by_subject(shares, SUBJECTS, n=30)[0].value == 1.0


def test_draws_of_one_class_are_drawn_again_and_counted():
    found = auc_by_subject([0, 0, 1], [0.1, 0.2, 0.9], ["a", "b", "c"], n=500)
    assert found.value == found.interval.low == found.interval.high == 1.0
    assert found.interval.redrawn > 50


def test_a_pair_of_arms_is_compared_on_the_same_draws():
    same = error_difference(TOLD, TOLD, TRUE, SUBJECTS)
    assert same.value == same.interval.low == same.interval.high == 0.0
    worse = error_difference(TOLD + 200.0, TOLD, TRUE, SUBJECTS)
    assert worse.interval.low > 0.0


def test_values_that_cannot_be_judged_are_refused():
    with pytest.raises(CohortError, match="all alike"):
        quantity_figures([1.0, 2.0, 3.0], [5.0, 5.0, 5.0], [1, 2, 3])
    with pytest.raises(CohortError, match="at least 3"):
        quantity_figures([1.0, 2.0], [5.0, 6.0], [1, 2])
    with pytest.raises(InputError, match="same length"):
        quantity_figures([1.0, 2.0, 3.0], [5.0, 6.0], [1, 2, 3])
    with pytest.raises(InputError, match="NaN"):
        quantity_figures([1.0, np.nan, 3.0], [5.0, 6.0, 7.0], [1, 2, 3])
    with pytest.raises(CohortError, match="figure that does not exist"):
        by_subject(lambda weights: np.full((len(weights), 1), np.nan), [1, 2])
