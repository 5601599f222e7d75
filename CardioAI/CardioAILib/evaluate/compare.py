"""The plain tests and summaries that the papers' tables are made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate._checks import FloatArray, vector


@dataclass(frozen=True)
class MeanSD:
    """Mean and sample standard deviation; as text, ``0.75±0.03``."""

    mean: float
    sd: float

    def __str__(self) -> str:
        return f"{self.mean:.2f}±{self.sd:.2f}"


@dataclass(frozen=True)
class MedianIQR:
    """Median with lower and upper quartile; as text, ``12.0 (9.5 to 14.0)``."""

    median: float
    lower: float
    upper: float

    def __str__(self) -> str:
        return f"{self.median:.1f} ({self.lower:.1f} to {self.upper:.1f})"


def mean_sd(values: ArrayLike) -> MeanSD:
    """Return mean and sample standard deviation (denominator n - 1), for example over folds.

    Raises:
        InputError: A value is NaN or nothing was passed.
        CohortError: There is a single value.
    """
    numbers = _several(values)
    return MeanSD(float(numbers.mean()), float(numbers.std(ddof=1)))


def median_iqr(values: ArrayLike) -> MedianIQR:
    """Return median and quartiles.

    Raises:
        InputError: A value is NaN or nothing was passed.
    """
    lower, median, upper = np.quantile(vector(values, "values"), [0.25, 0.5, 0.75])
    return MedianIQR(float(median), float(lower), float(upper))


def mann_whitney(a: ArrayLike, b: ArrayLike) -> float:
    """Return the two-sided p value of the Mann-Whitney U test of two independent samples.

    Exact for small samples without ties, else the normal approximation with tie correction.

    Args:
        a: First sample, shape ``(N,)``.
        b: Second sample, shape ``(M,)``.

    Raises:
        InputError: A value is NaN or a sample is empty.
    """
    from scipy.stats import mannwhitneyu

    first, second = vector(a, "values"), vector(b, "values")
    if np.ptp(np.concatenate([first, second])) == 0:
        return 1.0
    return float(mannwhitneyu(first, second).pvalue)


def t_test(a: ArrayLike, b: ArrayLike, *, equal_variances: bool = False) -> float:
    """Return the two-sided p value of the t-test of two independent samples.

    Args:
        a: First sample, shape ``(N,)``.
        b: Second sample, shape ``(M,)``.
        equal_variances: True for Student's test, False for Welch's.

    Raises:
        InputError: A value is NaN or a sample is empty.
        CohortError: A sample has a single value, or neither sample varies.
    """
    from scipy.stats import ttest_ind

    first, second = _several(a), _several(b)
    if np.ptp(first) == 0 and np.ptp(second) == 0:
        raise CohortError(
            got="two samples without any spread",
            wanted="values that vary in at least one sample",
            fix="compare the two constants directly",
        )
    return float(ttest_ind(first, second, equal_var=equal_variances).pvalue)


def kruskal_wallis(*groups: ArrayLike) -> float:
    """Return the p value of the Kruskal-Wallis test of two or more independent samples.

    Raises:
        InputError: A value is NaN, a sample is empty, or there are fewer than two samples.
    """
    from scipy.stats import kruskal

    samples = [vector(group, "values") for group in groups]
    if len(samples) < 2:
        raise InputError(
            got=f"{len(samples)} samples", wanted="two or more", fix="pass each sample on its own"
        )
    if np.ptp(np.concatenate(samples)) == 0:
        return 1.0
    return float(kruskal(*samples).pvalue)


def chi_square(table: ArrayLike, *, yates: bool = False) -> float:
    """Return the p value of Pearson's chi-square test of independence.

    Args:
        table: Counts, shape ``(R, C)``, at least two rows and two columns.
        yates: Apply Yates' continuity correction; it acts on 2 x 2 tables only.

    Raises:
        InputError: The table is not of counts, or a row or column is empty.
    """
    from scipy.stats import chi2_contingency

    counts = np.asarray(table, dtype=np.float64)
    shaped = counts.ndim == 2 and min(counts.shape) >= 2
    if not (shaped and (counts >= 0).all() and counts.sum(0).all() and counts.sum(1).all()):
        raise InputError(
            got=f"a table of shape {counts.shape}, or one with an empty row or column",
            wanted="counts in at least 2 rows and 2 columns, none of them empty",
            fix="drop the categories that nobody belongs to",
        )
    return float(chi2_contingency(counts, correction=yates).pvalue)


def stars(p: float) -> str:
    """Return ``*`` for p < 0.05, ``**`` for p < 0.01, ``***`` for p < 0.001, else nothing.

    Raises:
        InputError: The p value is not in [0, 1].
    """
    if not 0 <= p <= 1:
        raise InputError(got=f"p = {p}", wanted="a p value in [0, 1]", fix="check the test")
    return "*" * sum(p < limit for limit in (0.05, 0.01, 0.001))


def _several(values: ArrayLike) -> FloatArray:
    numbers = vector(values, "values")
    if numbers.size < 2:
        raise CohortError(
            got="a single value", wanted="two or more", fix="report the value without a spread"
        )
    return numbers
