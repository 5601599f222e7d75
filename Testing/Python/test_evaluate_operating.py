import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import (
    OperatingPoint,
    npv_at_prevalence,
    operating_point,
    ppv_at_prevalence,
    threshold_at_sensitivity,
    youden_threshold,
)
from hypothesis import given, settings
from hypothesis import strategies as st

GRADES = st.lists(st.integers(0, 9), min_size=1, max_size=25)
MINIMA = st.floats(0.01, 1.0)


@given(GRADES, GRADES, MINIMA)
@settings(max_examples=80, deadline=None)
def test_threshold_keeps_the_sensitivity_and_is_the_largest_that_does(positive, negative, minimum):
    labels = np.repeat([1, 0], (len(positive), len(negative)))
    scores = np.array(positive + negative) / 10
    chosen = threshold_at_sensitivity(labels, scores, minimum)
    assert chosen in scores
    assert operating_point(labels, scores, chosen).sensitivity >= minimum
    for larger in scores[scores > chosen]:
        assert operating_point(labels, scores, larger).sensitivity < minimum


def test_threshold_of_ten_positives_at_nine_tenths():
    labels, scores = [1] * 10 + [0], [*range(1, 11), 20]
    assert threshold_at_sensitivity(labels, scores) == 2
    assert threshold_at_sensitivity(labels, scores, 1.0) == 1
    assert threshold_at_sensitivity(labels, scores, 0.91) == 1


def test_rounding_of_the_minimum_costs_no_subject():
    # 0.55 * 100 is 55.00000000000001 in floating point.
    assert threshold_at_sensitivity([1] * 100 + [0], [*range(100), 0], 0.55) == 45


def test_score_equal_to_the_threshold_is_positive():
    point = operating_point([0, 0, 1, 1], [0.2, 0.5, 0.5, 0.4], 0.5)
    assert (point.tp, point.fp, point.tn, point.fn) == (1, 1, 1, 1)


def test_one_class_alone_leaves_the_other_rate_open():
    point = operating_point([1, 1], [0.2, 0.7], 0.5)
    assert point.sensitivity == 0.5
    assert np.isnan(point.specificity)
    assert (point.interval("specificity").low, point.interval("specificity").high) == (0, 1)


def test_wilson_interval_of_a_rate():
    # 20/21: center (p + z^2/2n) / (1 + z^2/n) and half width by the formula, z = 1.959964
    p, n, z2 = 20 / 21, 21, 1.959964**2
    center = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    interval = OperatingPoint(0.5, tp=20, fp=4, tn=17, fn=1).interval("sensitivity")
    assert (interval.low, interval.high) == pytest.approx((center - half, center + half))
    assert interval.method == "Wilson"


def test_interval_holds_each_proportion():
    point = OperatingPoint(0.5, tp=20, fp=4, tn=17, fn=1)
    for name in ("sensitivity", "specificity", "ppv", "npv", "accuracy"):
        assert getattr(point, name) in point.interval(name)


def test_youden_takes_the_best_corner():
    assert youden_threshold([0, 0, 0, 1, 1, 1], [1, 2, 4, 3, 5, 6]) == 4.5
    assert youden_threshold([0, 1], [0.2, 0.8]) == 0.5


def test_predictive_values_at_the_own_prevalence_are_the_observed_ones():
    point = OperatingPoint(0.5, tp=69, fp=49, tn=35, fn=6)
    rates = (point.sensitivity, point.specificity, 75 / 159)
    assert ppv_at_prevalence(*rates) == pytest.approx(point.ppv)
    assert npv_at_prevalence(*rates) == pytest.approx(point.npv)


def test_predictive_values_at_a_rare_disease():
    # Of 1000, 10 ill: 9 found, 99 false alarms, 891 rightly cleared, 1 missed.
    assert ppv_at_prevalence(0.9, 0.9, 0.01) == pytest.approx(9 / 108)
    assert npv_at_prevalence(0.9, 0.9, 0.01) == pytest.approx(891 / 892)
    assert np.isnan(ppv_at_prevalence(0.9, 1.0, 0.0))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: operating_point([0, 1], [0, 1], float("nan")), InputError, "threshold NaN"),
        (lambda: threshold_at_sensitivity([0, 1], [0, 1], 90), InputError, "sensitivity 90"),
        (lambda: threshold_at_sensitivity([0, 0], [0, 1]), CohortError, "0 positives"),
        (lambda: threshold_at_sensitivity([1, 1], [0, 1]), CohortError, "0 negatives"),
        (lambda: OperatingPoint(0.5, -1, 0, 0, 0), InputError, "tp -1"),
        (lambda: OperatingPoint(0.5, 1, 0, 0, 0).interval("f1"), InputError, "the rate 'f1'"),
        (lambda: ppv_at_prevalence(0.9, 0.9, 5), InputError, "prevalence 5"),
    ],
)
def test_bad_input_says_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call()
