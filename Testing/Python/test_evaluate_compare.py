import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate import (
    chi_square,
    kruskal_wallis,
    mann_whitney,
    mean_sd,
    median_iqr,
    stars,
    t_test,
)


def test_mean_and_sample_sd_over_folds():
    summary = mean_sd([0.72, 0.75, 0.78])
    assert str(summary) == "0.75±0.03"
    assert summary.sd == pytest.approx(0.03)


def test_median_and_quartiles():
    assert str(median_iqr([1, 2, 3, 4, 5])) == "3.0 (2.0 to 4.0)"


def test_exact_mann_whitney_of_complete_separation():
    # Of the 20 ways to place 3 ranks among 6, two are as extreme.
    assert mann_whitney([1, 2, 3], [4, 5, 6]) == pytest.approx(2 / 20)
    assert mann_whitney([1, 1], [1, 1]) == 1.0


def test_student_and_welch():
    a, b = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0, 8.0]
    # Student: pooled variance (2 * 1 + 3 * 20/3) / 5 = 4.4; t = 3 / sqrt(4.4 * 7/12), 5 degrees.
    from scipy.stats import t

    assert t_test(a, b, equal_variances=True) == pytest.approx(
        2 * t.sf(3 / np.sqrt(4.4 * 7 / 12), 5)
    )
    assert t_test(a, b) != t_test(a, b, equal_variances=True)


def test_chi_square_by_hand():
    from scipy.stats import chi2

    # Expected 15, 15, 15, 15: four times 25/15; with Yates four times 4.5^2/15.
    assert chi_square([[20, 10], [10, 20]]) == pytest.approx(chi2.sf(100 / 15, 1))
    assert chi_square([[20, 10], [10, 20]], yates=True) == pytest.approx(chi2.sf(81 / 15, 1))


def test_kruskal_wallis_sees_shifted_groups():
    assert kruskal_wallis([1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 23, 24]) < 0.01
    assert kruskal_wallis([1, 1], [1, 1]) == 1.0


@pytest.mark.parametrize(
    ("p", "mark"), [(1, ""), (0.05, ""), (0.049, "*"), (0.006, "**"), (0.0009, "***"), (0, "***")]
)
def test_stars(p, mark):
    assert stars(p) == mark


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: mean_sd([1]), CohortError),
        (lambda: mean_sd([]), InputError),
        (lambda: mann_whitney([1, np.nan], [1]), InputError),
        (lambda: t_test([1, 1], [2, 2]), CohortError),
        (lambda: kruskal_wallis([1, 2]), InputError),
        (lambda: chi_square([[1, 0], [2, 0]]), InputError),
        (lambda: chi_square([1, 2]), InputError),
        (lambda: stars(1.5), InputError),
    ],
)
def test_bad_input_is_refused(call, error):
    with pytest.raises(error):
        call()
