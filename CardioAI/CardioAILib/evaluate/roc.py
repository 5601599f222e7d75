"""The ROC curve and the area under it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.evaluate._checks import FloatArray, two_classes


@dataclass(frozen=True, eq=False)
class RocCurve:
    """A ROC curve from (0, 0) to (1, 1).

    Attributes:
        fpr: False-positive rates in ascending order, shape ``(K,)``.
        tpr: True-positive rates, shape ``(K,)``.
        thresholds: Score at or above which a row counts as positive, shape ``(K,)``, descending;
            the first is infinity, where nothing is positive.
    """

    fpr: FloatArray
    tpr: FloatArray
    thresholds: FloatArray

    @property
    def area(self) -> float:
        """Area by the trapezoid rule."""
        return float(np.trapezoid(self.tpr, self.fpr))


def roc_curve(labels: ArrayLike, scores: ArrayLike) -> RocCurve:
    """Return the ROC curve with a point for every distinct score.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        scores: Higher means more likely positive, shape ``(N,)``.

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, or nothing was passed.
        CohortError: There is one class only.
    """
    from sklearn import metrics

    y, s = two_classes(labels, scores)
    return RocCurve(*metrics.roc_curve(y, s, drop_intermediate=False))


def roc_auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the area under the ROC curve, ties counting one half.

    It is the Mann-Whitney statistic divided by the number of pairs, written on ranks because
    the bootstrap calls it thousands of times.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        scores: Higher means more likely positive, shape ``(N,)``.

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, or nothing was passed.
        CohortError: There is one class only.

    Source: Hanley and McNeil, Radiology 1982;143:29.
    """
    from scipy.stats import rankdata

    y, s = two_classes(labels, scores)
    positives = int(np.count_nonzero(y))
    wins = rankdata(s)[y].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * (y.size - positives)))
