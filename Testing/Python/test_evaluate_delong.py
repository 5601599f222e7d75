import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import (
    bootstrap_by_subject,
    delong_covariance,
    delong_interval,
    delong_test,
    roc_auc,
)
from scipy.special import expit
from scipy.stats import norm

LABELS = (1, 1, 1, 0, 0)
A = (0.8, 0.6, 0.4, 0.5, 0.2)
B = (0.7, 0.2, 0.9, 0.3, 0.8)


def correlated(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.repeat([0, 1], n)
    shared = generator.normal(size=2 * n)
    a = labels * 1.2 + shared + generator.normal(size=2 * n) * 0.7
    b = labels * 0.6 + shared + generator.normal(size=2 * n) * 0.7
    return labels, a, b


def test_covariance_of_a_case_worked_by_hand():
    # A, wins of each positive over the negatives (0.5, 0.2): 0.8 -> 2/2, 0.6 -> 2/2, 0.4 -> 1/2;
    # mean 5/6, variance ((1/6)^2 + (1/6)^2 + (1/3)^2) / 2 = 1/12.
    # A, positives above each negative: 0.5 -> 2/3, 0.2 -> 3/3; variance 2 (1/6)^2 = 1/18.
    # Variance of the area: (1/12) / 3 + (1/18) / 2 = 1/18.
    # B, positives (0.7, 0.2, 0.9) over (0.3, 0.8): 1/2, 0, 1; mean 1/2, variance 1/4.
    # B, negatives: 2/3, 1/3; variance 1/18. Variance of the area: (1/4) / 3 + (1/18) / 2 = 1/9.
    # Covariance over positives: (1/6 * 0 - 1/6 * 1/2 - 1/3 * 1/2) / 2 = -1/8; over negatives:
    # -1/6 * 1/6 - 1/6 * 1/6 = -1/18. Together: (-1/8) / 3 + (-1/18) / 2 = -5/72.
    areas, covariance = delong_covariance(LABELS, A, B)
    np.testing.assert_allclose(areas, [5 / 6, 1 / 2])
    np.testing.assert_allclose(covariance, [[1 / 18, -5 / 72], [-5 / 72, 1 / 9]])


def test_p_value_of_the_hand_case():
    # Variance of the difference 1/18 + 1/9 + 2 * 5/72 = 11/36; z = (1/3) / sqrt(11/36) = 2/sqrt(11)
    assert delong_test(LABELS, A, B) == pytest.approx(2 * norm.sf(2 / np.sqrt(11)))


def test_interval_of_the_hand_case():
    # logit(5/6) = ln 5, and its standard error sqrt(1/18) / (5/6 * 1/6) = 36 / (5 sqrt(18)).
    half = norm.ppf(0.975) * 36 / (5 * np.sqrt(18))
    estimate = delong_interval(LABELS, A)
    assert estimate.value == pytest.approx(5 / 6)
    assert estimate.interval.low == pytest.approx(expit(np.log(5) - half))
    assert estimate.interval.high == pytest.approx(expit(np.log(5) + half))


def test_variance_equals_the_definition_by_pairs_also_with_ties():
    generator = np.random.default_rng(3)
    labels = np.repeat([0, 1], (23, 17))
    scores = generator.integers(0, 8, 40) + labels
    difference = scores[labels == 1][:, None] - scores[labels == 0]
    wins = (np.sign(difference) + 1) / 2
    expected = wins.mean(1).var(ddof=1) / 17 + wins.mean(0).var(ddof=1) / 23
    assert delong_covariance(labels, scores)[1][0, 0] == pytest.approx(expected)


def test_interval_agrees_with_the_bootstrap():
    labels, scores, _ = correlated(1)
    delong = delong_interval(labels, scores).interval
    subjects = np.arange(labels.size)
    boot = bootstrap_by_subject(roc_auc, subjects, labels, scores, strata=labels, n=1000).interval
    assert delong.low == pytest.approx(boot.low, abs=0.015)
    assert delong.high == pytest.approx(boot.high, abs=0.015)


def test_difference_agrees_with_the_bootstrap():
    labels, a, b = correlated(2)
    _, covariance = delong_covariance(labels, a, b)
    expected = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    boot = bootstrap_by_subject(
        lambda y, s, t: roc_auc(y, s) - roc_auc(y, t), np.arange(labels.size), labels, a, b, n=1000
    ).interval
    assert boot.width / (2 * norm.ppf(0.975)) == pytest.approx(np.sqrt(expected), rel=0.1)


def test_test_is_symmetric_and_sees_a_real_difference():
    labels, a, b = correlated(4)
    assert delong_test(labels, a, b) == pytest.approx(delong_test(labels, b, a))
    assert delong_test(labels, a, b) < 0.05


def test_identical_rankings_give_one():
    labels, a, _ = correlated(5)
    assert delong_test(labels, a, a) == 1.0
    assert delong_test(labels, a, np.exp(a)) == 1.0


def test_null_p_values_are_uniform():
    generator = np.random.default_rng(6)
    labels = np.repeat([0, 1], 50)
    p = [
        delong_test(
            labels, labels + generator.normal(size=100), labels + generator.normal(size=100)
        )
        for _ in range(400)
    ]
    assert 0.025 < np.mean(np.array(p) < 0.05) < 0.08


def test_coverage_is_near_nominal():
    generator = np.random.default_rng(7)
    labels = np.repeat([0, 1], (60, 40))
    truth = norm.cdf(1.2 / np.sqrt(2))
    inside = [
        truth in delong_interval(labels, 1.2 * labels + generator.normal(size=100)).interval
        for _ in range(600)
    ]
    assert 0.925 < np.mean(inside) < 0.975


@pytest.mark.parametrize(
    ("scores", "value", "low", "high"),
    [
        # k = 3 disjoint pairs, q^3 = 0.05
        ((1, 2, 3, 4, 5, 6, 7), 1.0, 0.05 ** (1 / 3), 1.0),
        ((7, 6, 5, 4, 3, 2, 1), 0.0, 0.0, 1 - 0.05 ** (1 / 3)),
        ((1,) * 7, 0.5, 0.05 ** (1 / 3) / 2, 1 - 0.05 ** (1 / 3) / 2),
    ],
)
def test_degenerate_area_gets_a_labeled_exact_bound(scores, value, low, high):
    estimate = delong_interval((0, 0, 0, 0, 1, 1, 1), scores)
    assert estimate.value == value
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((low, high))
    assert "exact" in estimate.interval.method


def test_interval_stays_inside_the_unit_range():
    interval = delong_interval((0, 0, 0, 1, 1, 1), (1, 2, 4, 3, 5, 6), level=0.999).interval
    assert 0 <= interval.low < interval.high <= 1


def test_difference_without_variance_falls_back_to_the_sign_test():
    labels = (0, 0, 0, 0, 1, 1, 1)
    assert delong_test(labels, range(7), [0] * 7) == 2.0**-2


def test_one_subject_in_a_class_is_not_enough():
    with pytest.raises(CohortError, match="at least 2 of each class"):
        delong_interval([0, 0, 1], [0.1, 0.2, 0.3])


def test_covariance_wants_scores():
    with pytest.raises(InputError, match="no scores"):
        delong_covariance(LABELS)
