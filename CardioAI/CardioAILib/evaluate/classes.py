"""Statistics of several classes: areas, squared errors, and two classifiers on the same cases."""

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate._checks import same_length


def macro_auc(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean over classes of the AUC of that class against all others.

    Args:
        labels: Classes 0 to K - 1, shape ``(N,)``.
        probabilities: Probability of each class, shape ``(N, K)``.

    Raises:
        InputError: Shapes do not fit, or a value is NaN.
        CohortError: A class has no row, or there is one class only.

    Source: Provost and Domingos 2001, unweighted; each area Hanley and McNeil 1982.
    """
    from scipy.stats import rankdata

    y, p = _classes(labels, probabilities)
    counts = np.bincount(y, minlength=p.shape[1])
    if len(counts) < 2 or not counts.all():
        raise CohortError(
            got=f"no row of class {int(np.argmin(counts))}",
            wanted="rows of every class",
            fix="add subjects of that class, or report the accuracy alone",
        )
    # Written on ranks of all classes at once because the bootstrap calls it thousands of times.
    own = np.bincount(y, rankdata(p, axis=0)[np.arange(len(y)), y], minlength=p.shape[1])
    wins = own - counts * (counts + 1) / 2
    return float(np.mean(wins / (counts * (len(y) - counts))))


def brier_of_classes(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean squared distance of probabilities from the truth, summed over classes.

    0 is perfect, 2 is certain and wrong.

    Args:
        labels: Classes 0 to K - 1, shape ``(N,)``.
        probabilities: Probability of each class, shape ``(N, K)``.

    Raises:
        InputError: Shapes do not fit, or a value is NaN.

    Source: Brier, Mon Weather Rev 1950;78:1, in its first form.
    """
    y, p = _classes(labels, probabilities)
    return float(np.mean(np.sum((p - np.eye(p.shape[1])[y]) ** 2, axis=1)))


def mcnemar(one_right: ArrayLike, other_right: ArrayLike) -> float:
    """Return the exact two-sided p value of two classifiers on the same cases.

    Args:
        one_right: Whether the first was right, shape ``(N,)``.
        other_right: Whether the second was right, shape ``(N,)``.

    Raises:
        InputError: Lengths differ.

    Source: McNemar, Psychometrika 1947;12:153, by the binomial distribution.
    """
    from scipy.stats import binomtest

    one, other = np.asarray(one_right, bool), np.asarray(other_right, bool)
    same_length(first=one.size, second=other.size)
    only_one, only_other = int((one & ~other).sum()), int((other & ~one).sum())
    if only_one + only_other == 0:
        return 1.0
    return float(binomtest(only_one, only_one + only_other).pvalue)


def _classes(labels: ArrayLike, probabilities: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    y, p = np.asarray(labels, int), np.asarray(probabilities, float)
    if p.ndim != 2 or y.ndim != 1 or len(y) != len(p) or not len(y):
        raise InputError(
            got=f"labels of shape {y.shape} and probabilities of shape {p.shape}",
            wanted="shapes (N,) and (N, K)",
            fix="pass the probability of every class of each case",
        )
    if not np.isfinite(p).all() or y.min() < 0 or y.max() >= p.shape[1]:
        raise InputError(
            got="a probability that is no number, or a label that is no class",
            wanted=f"finite probabilities and labels 0 to {p.shape[1] - 1}",
            fix="drop the studies that failed",
        )
    return y, p
