import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import (
    brier,
    calibration_curve,
    calibration_slope_intercept,
    decision_curve,
    expected_calibration_error,
)
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss


@pytest.fixture
def calibrated() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    risk = expit(generator.normal(size=4000))
    return generator.random(4000) < risk, risk


def test_brier_by_hand_and_by_scikit_learn(calibrated):
    assert brier([1, 0], [0.8, 0.4]) == pytest.approx((0.04 + 0.16) / 2)
    assert brier(*calibrated) == pytest.approx(brier_score_loss(*calibrated))


def test_curve_by_hand():
    curve = calibration_curve([0, 0, 1, 1, 0, 1], [0.1, 0.2, 0.3, 0.7, 0.8, 0.9], bins=2)
    assert [b.count for b in curve] == [3, 3]
    assert [b.predicted for b in curve] == pytest.approx([0.2, 0.8])
    assert [b.observed.value for b in curve] == pytest.approx([1 / 3, 2 / 3])
    # Weighted distance: (3 * |1/3 - 0.2| + 3 * |2/3 - 0.8|) / 6
    assert expected_calibration_error(
        [0, 0, 1, 1, 0, 1], [0.1, 0.2, 0.3, 0.7, 0.8, 0.9], bins=2
    ) == pytest.approx(2 / 15)


def test_calibrated_risks_lie_on_the_diagonal(calibrated):
    curve = calibration_curve(*calibrated)
    assert sum(b.count for b in curve) == 4000
    assert all(b.count == 400 for b in curve)
    assert sum(b.predicted in b.observed.interval for b in curve) >= 8
    assert expected_calibration_error(*calibrated) < 0.03


def test_uniform_bins_skip_the_empty_ones():
    curve = calibration_curve([0, 1], [0.05, 1.0], bins=10, strategy="uniform")
    assert [b.count for b in curve] == [1, 1]


def test_equal_probabilities_share_a_bin():
    assert len(calibration_curve([0, 1, 1], [0.5, 0.5, 0.5])) == 1


def test_recalibration_finds_what_was_done_to_the_risks(calibrated):
    labels, risk = calibrated
    fit = calibration_slope_intercept(labels, risk)
    assert fit.slope == pytest.approx(1, abs=0.1)
    assert fit.intercept == pytest.approx(0, abs=0.1)
    # Exaggerated by 2 and shifted by 1 on the logit: logit p = (logit q - 1) / 2.
    bent = calibration_slope_intercept(labels, expit(2 * logit(risk) + 1))
    assert bent.slope == pytest.approx(fit.slope / 2, rel=1e-4)
    assert bent.intercept == pytest.approx(fit.intercept - fit.slope / 2, rel=1e-3, abs=1e-4)


def test_offset_balances_the_expected_number_of_positives(calibrated):
    labels, risk = calibrated
    offset = calibration_slope_intercept(labels, expit(logit(risk) - 1)).in_the_large
    assert expit(logit(risk) - 1 + offset).sum() == pytest.approx(labels.sum())


def test_probabilities_of_zero_and_one_are_survived():
    fit = calibration_slope_intercept([0, 1, 0, 1], [0.0, 0.4, 0.6, 1.0])
    assert np.isfinite([fit.slope, fit.intercept, fit.in_the_large]).all()


@pytest.mark.parametrize(
    "p", [(0.1, 0.2, 0.8, 0.9), (0.9, 0.8, 0.2, 0.1), (0.5,) * 4, (0, 1e-8, 1e-9, 1e-7)]
)
def test_slope_that_does_not_exist_is_an_error(p):
    with pytest.raises(CohortError, match="separate the classes perfectly"):
        calibration_slope_intercept([0, 0, 1, 1], p)


def test_net_benefit_by_hand():
    # At 0.5 the odds are 1: 2 true and 1 false positive of 4 give 1/4; treating all gives 0.
    curve = decision_curve([1, 1, 0, 0], [0.9, 0.6, 0.7, 0.1], [0.0, 0.5, 0.8])
    np.testing.assert_allclose(curve.model, [0.5, 0.25, 0.25])
    np.testing.assert_allclose(curve.treat_all, [0.5, 0.0, 0.5 - 0.5 * 4])


def test_calibrated_model_is_never_much_worse_than_either_policy(calibrated):
    curve = decision_curve(*calibrated)
    assert (curve.model > np.maximum(curve.treat_all, 0) - 0.01).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: brier([0, 1], [0.2, 1.2]), "between 0.2 and 1.2"),
        (lambda: calibration_curve([0, 1], [0.2, 0.8], bins=0), "bins 0"),
        (lambda: calibration_curve([0, 1], [0.2, 0.8], strategy="log"), "strategy 'log'"),
        (lambda: decision_curve([0, 1], [0.2, 0.8], [0.5, 1.0]), "thresholds between"),
    ],
)
def test_bad_input_says_what_is_wrong(call, message):
    with pytest.raises(InputError, match=message):
        call()
