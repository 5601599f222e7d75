"""Uncertainty of the area under the ROC curve, and of the difference between two of them.

DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837, computed from midranks in
O(N log N) as in Sun and Xu, IEEE Signal Process Lett 2014;21:1389. Rows are taken as independent:
pass one row a subject, or use the bootstrap by subject.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import InputError
from CardioAILib.evaluate._checks import FloatArray, LabelArray, fraction, two_classes
from CardioAILib.evaluate.intervals import Estimate, Interval

DEGENERATE = "one-sided exact bound from disjoint pairs (all pairs alike, DeLong undefined)"


@dataclass(frozen=True, eq=False)
class _Placements:
    """How many rows of the other class each row is ranked above (ties half).

    Counts stay unscaled: they are multiples of one half, so equality tests on them are exact.
    """

    positives: FloatArray  # (M,) negatives below each positive
    negatives: FloatArray  # (N,) positives above each negative

    @property
    def auc(self) -> float:
        return float(self.positives.sum() / (self.positives.size * self.negatives.size))

    @property
    def pairs(self) -> int:
        """Pairs of one positive and one negative that share no row, hence independent."""
        return min(self.positives.size, self.negatives.size)


def delong_covariance(labels: ArrayLike, *scores: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the areas of K scores on the same rows, and their covariance.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        *scores: K arrays of shape ``(N,)``.

    Returns:
        Areas of shape ``(K,)`` and covariance of shape ``(K, K)``.

    Raises:
        InputError: No scores, lengths differ, a score is NaN or a label is not 0/1.
        CohortError: Fewer than two positives or two negatives.
    """
    if not scores:
        raise InputError(
            got="no scores", wanted="one array of scores or more", fix="pass the scores"
        )
    placed = [_place(*two_classes(labels, s, each=2)) for s in scores]
    above, below = (np.stack([getattr(p, side) for p in placed]) for side in _SIDES)
    (m, n) = above.shape[1], below.shape[1]
    covariance = np.cov(above / n) / m + np.cov(below / m) / n
    return np.array([p.auc for p in placed]), covariance.reshape(len(placed), len(placed))


def delong_interval(labels: ArrayLike, scores: ArrayLike, level: float = 0.95) -> Estimate:
    """Return the area under the ROC curve with its DeLong interval on the logit scale.

    The logit keeps the bounds inside [0, 1]. Where all pairs are alike (area 0 or 1, or every
    pair tied) the variance is zero and says nothing; then the interval is an exact bound. Each of
    ``k = min(positives, negatives)`` disjoint pairs is alike with probability q, so all of them are
    with probability at most ``q**k``, and the q that make this at least ``1 - level`` are kept.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        scores: Higher means more likely positive, shape ``(N,)``.
        level: Confidence level in (0, 1).

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, or nothing was passed.
        CohortError: Fewer than two positives or two negatives.

    Source: DeLong 1988; logit interval Pepe 2003, The Statistical Evaluation of Medical Tests.
    """
    fraction(level, "level")
    y, s = two_classes(labels, scores, each=2)
    placed = _place(y, s)
    if _alike(placed.positives, placed.negatives):
        return Estimate(placed.auc, _pair_bound(placed, level))
    auc, variance = placed.auc, delong_covariance(y, s)[1][0, 0]
    return Estimate(auc, _logit_interval(auc, variance, level))


def delong_test(labels: ArrayLike, scores_a: ArrayLike, scores_b: ArrayLike) -> float:
    """Return the two-sided p value of equal areas under two ROC curves on the same rows.

    Where the difference has no variance at all, equal areas give 1, and unequal ones (a perfect
    score against a constant one) the sign test on disjoint pairs, ``2 ** (1 - k)``.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        scores_a: First score, shape ``(N,)``.
        scores_b: Second score of the same rows, shape ``(N,)``.

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, or nothing was passed.
        CohortError: Fewer than two positives or two negatives.
    """
    from scipy.stats import norm

    (a, b) = (_place(*two_classes(labels, s, each=2)) for s in (scores_a, scores_b))
    if _alike(a.positives - b.positives, a.negatives - b.negatives):
        return 1.0 if a.positives[0] == b.positives[0] else 2.0 ** (1 - a.pairs)
    _, covariance = delong_covariance(labels, scores_a, scores_b)
    contrast = np.array([1.0, -1.0])
    z = (a.auc - b.auc) / np.sqrt(contrast @ covariance @ contrast)
    return float(2 * norm.sf(abs(z)))


_SIDES = ("positives", "negatives")


def _place(labels: LabelArray, scores: FloatArray) -> _Placements:
    from scipy.stats import rankdata

    overall = rankdata(scores)
    below_positive = overall[labels] - rankdata(scores[labels])
    below_negative = overall[~labels] - rankdata(scores[~labels])
    return _Placements(below_positive, np.count_nonzero(labels) - below_negative)


def _alike(positives: FloatArray, negatives: FloatArray) -> bool:
    return bool(np.ptp(positives) == 0 and np.ptp(negatives) == 0)


def _pair_bound(placed: _Placements, level: float) -> Interval:
    least = (1 - level) ** (1 / placed.pairs)
    low, high = {1.0: (least, 1.0), 0.0: (0.0, 1 - least)}.get(
        placed.auc, (least / 2, 1 - least / 2)
    )
    return Interval(low, high, level, DEGENERATE)


def _logit_interval(auc: float, variance: float, level: float) -> Interval:
    from scipy.special import expit, logit
    from scipy.stats import norm

    # d logit(A) / dA = 1 / (A (1 - A)), the delta method.
    half = norm.ppf((1 + level) / 2) * np.sqrt(variance) / (auc * (1 - auc))
    low, high = expit(logit(auc) - half), expit(logit(auc) + half)
    return Interval(float(low), float(high), level, "DeLong, logit scale")
