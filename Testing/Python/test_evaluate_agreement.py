import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import (
    bland_altman,
    cohen_kappa,
    icc_agreement,
    kappa_interval,
    mean_absolute_error,
    r_squared,
)
from sklearn.metrics import cohen_kappa_score

# Shrout and Fleiss 1979, table 2: six targets, four judges; ICC(2,1) = 0.29.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_kappa_by_hand():
    # Agreement 3/4; by chance 1/2 * 3/4 + 1/2 * 1/4 = 1/2; kappa (3/4 - 1/2) / (1/2).
    assert cohen_kappa([0, 0, 1, 1], [0, 0, 0, 1]) == pytest.approx(0.5)


def test_weights_go_by_the_distance_of_grades_also_unused_ones():
    # Grade 2 is unused, so 1 against 3 is two steps: 2 steps observed over 4 studies, 1/2 a study.
    # By chance the readers (1/4 0, 1/4 1, 1/2 3) and (1/4 0, 3/4 3) are 1/4 * (9/4) + 1/4 * (1/4 +
    # 6/4) + 1/2 * (3/4) = 11/8 apart; kappa 1 - (1/2) / (11/8) = 7/11.
    assert cohen_kappa([0, 1, 3, 3], [0, 3, 3, 3], weights="linear") == pytest.approx(7 / 11)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_is_that_of_scikit_learn(weights):
    random = np.random.default_rng(0)
    for _ in range(10):
        one, other = random.integers(0, 4, (2, 30))
        used = np.arange(min(one.min(), other.min()), max(one.max(), other.max()) + 1)
        expected = cohen_kappa_score(one, other, labels=used, weights=weights)
        assert cohen_kappa(one, other, weights) == pytest.approx(expected)


def test_the_interval_of_kappa_lies_around_it_and_is_wider_for_few_subjects():
    one = np.tile([0, 0, 1, 1, 2], 8)
    other = np.tile([0, 1, 1, 1, 2], 8)
    alone = kappa_interval(one, other, np.arange(40), n=300)
    together = kappa_interval(one, other, np.arange(40) // 10, n=300)
    assert alone.value == together.value == cohen_kappa(one, other)
    assert alone.value in alone.interval
    assert together.interval.method == "percentile bootstrap, 300 draws of 4 subjects"
    with pytest.raises(CohortError):
        kappa_interval([1, 1, 1], [1, 1, 1], [0, 1, 2])


def test_bland_altman_by_hand():
    limits = bland_altman([11, 12, 13], [10, 10, 10])
    assert (limits.bias, limits.sd) == pytest.approx((2, 1))
    assert (limits.lower, limits.upper) == pytest.approx((0.04, 3.96))


def test_error_and_explained_variance_by_hand():
    assert mean_absolute_error([1, 2, 5], [1, 3, 3]) == pytest.approx(1)
    # Residuals 0, 0, 1 against deviations -1, 0, 1.
    assert r_squared([1, 2, 4], [1, 2, 3]) == pytest.approx(0.5)


def test_icc_of_the_published_example():
    assert icc_agreement(JUDGES) == pytest.approx(0.29, abs=0.005)


def test_icc_of_identical_readers_is_one_and_a_bias_lowers_it():
    same = np.repeat([[1.0], [2.0], [4.0]], 2, axis=1)
    assert icc_agreement(same) == pytest.approx(1)
    assert icc_agreement(same + np.array([0, 2])) < 0.7


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: cohen_kappa([1, 1], [1, 1]), CohortError),
        (lambda: cohen_kappa([0.5, 1], [1, 1]), InputError),
        (lambda: cohen_kappa([1], [1, 2]), InputError),
        (lambda: bland_altman([1], [1]), CohortError),
        (lambda: r_squared([1, 2], [3, 3]), CohortError),
        (lambda: icc_agreement([1, 2]), InputError),
        (lambda: icc_agreement(np.ones((3, 2))), CohortError),
    ],
)
def test_bad_input_is_refused(call, error):
    with pytest.raises(error):
        call()
