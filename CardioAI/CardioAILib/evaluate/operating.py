"""What a threshold does: the four counts, the rates they give, and the choice of a threshold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import InputError
from CardioAILib.evaluate._checks import fraction, labeled, two_classes, vector, whole
from CardioAILib.evaluate.intervals import Interval, wilson
from CardioAILib.evaluate.roc import roc_curve


@dataclass(frozen=True)
class OperatingPoint:
    """Counts at one threshold. Rates are fractions, NaN where their denominator is zero.

    Attributes:
        threshold: A row is called positive if its score is at or above it.
        tp: True positives.
        fp: False positives.
        tn: True negatives.
        fn: False negatives.
    """

    threshold: float
    tp: int
    fp: int
    tn: int
    fn: int

    def __post_init__(self) -> None:
        for name in ("tp", "fp", "tn", "fn"):
            whole(getattr(self, name), name, minimum=0)

    @property
    def sensitivity(self) -> float:
        """Share of positives that are called positive; also named recall."""
        return _ratio(*self._counts("sensitivity"))

    @property
    def specificity(self) -> float:
        """Share of negatives that are called negative."""
        return _ratio(*self._counts("specificity"))

    @property
    def ppv(self) -> float:
        """Share of positive calls that are right; also named precision."""
        return _ratio(*self._counts("ppv"))

    @property
    def npv(self) -> float:
        """Share of negative calls that are right."""
        return _ratio(*self._counts("npv"))

    @property
    def accuracy(self) -> float:
        """Share of all calls that are right."""
        return _ratio(*self._counts("accuracy"))

    @property
    def f1(self) -> float:
        """Harmonic mean of sensitivity and PPV."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    def interval(self, name: str, level: float = 0.95) -> Interval:
        """Return the Wilson interval of a rate.

        Args:
            name: ``sensitivity``, ``specificity``, ``ppv``, ``npv`` or ``accuracy``. F1 is not
                among them: it is no proportion of subjects.
            level: Confidence level in (0, 1).

        Raises:
            InputError: The name is not a proportion, or the level is not in (0, 1).
        """
        return wilson(*self._counts(name), level)

    def _counts(self, name: str) -> tuple[int, int]:
        """Numerator and denominator of a rate."""
        tp, fp, tn, fn = self.tp, self.fp, self.tn, self.fn
        counts = {
            "sensitivity": (tp, tp + fn),
            "specificity": (tn, tn + fp),
            "ppv": (tp, tp + fp),
            "npv": (tn, tn + fn),
            "accuracy": (tp + tn, tp + fp + tn + fn),
        }
        if name not in counts:
            raise InputError(
                got=f"the rate {name!r}",
                wanted=f"one of {', '.join(counts)}",
                fix="use bootstrap_by_subject for anything that is not a proportion",
            )
        return counts[name]


def operating_point(labels: ArrayLike, scores: ArrayLike, threshold: float) -> OperatingPoint:
    """Count right and wrong calls, ``score >= threshold`` being positive.

    Args:
        labels: 0 or 1, shape ``(N,)``; one class alone is allowed.
        scores: Higher means more likely positive, shape ``(N,)``.
        threshold: In the units of the scores.

    Raises:
        InputError: Lengths differ, a score or the threshold is NaN, a label is not 0/1, or
            nothing was passed.
    """
    y, s = labeled(labels, scores)
    if np.isnan(threshold):
        raise InputError(got="threshold NaN", wanted="a number", fix="choose a threshold first")
    called = s >= threshold
    tp, fp = int(np.count_nonzero(called & y)), int(np.count_nonzero(called & ~y))
    positives = int(np.count_nonzero(y))
    return OperatingPoint(float(threshold), tp, fp, y.size - positives - fp, positives - tp)


def threshold_sweep(
    labels: ArrayLike, scores: ArrayLike, thresholds: ArrayLike
) -> tuple[OperatingPoint, ...]:
    """Return the operating point at each threshold, in the order given.

    Raises:
        InputError: As for `operating_point`.
    """
    return tuple(operating_point(labels, scores, t) for t in vector(thresholds, "thresholds"))


def threshold_at_sensitivity(labels: ArrayLike, scores: ArrayLike, minimum: float = 0.90) -> float:
    """Return the largest observed score that keeps the sensitivity at or above a minimum.

    Choose it on development data: on the test set it flatters the sensitivity.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        scores: Higher means more likely positive, shape ``(N,)``.
        minimum: Sensitivity wanted, in (0, 1].

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, nothing was passed, or
            the minimum is not in (0, 1].
        CohortError: There is one class only.

    Source: Fahmy et al., J Cardiovasc Magn Reson 2022;24:40 (rule-out of scar at 0.90).
    """
    fraction(minimum, "minimum sensitivity", high_open=False)
    y, s = two_classes(labels, scores)
    positives = np.sort(s[y])[::-1]
    # The same division as in `sensitivity`: ceil(0.55 * 100) would ask for 56 of 100.
    reached = np.arange(1, positives.size + 1) / positives.size >= minimum
    return float(positives[np.argmax(reached)])


def youden_threshold(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the threshold that maximizes sensitivity + specificity, the largest of equals.

    It lies halfway between the two observed scores that it divides: on the upper one itself, a
    sample of few that is told apart without error would call the next positive below it negative.

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, or nothing was passed.
        CohortError: There is one class only.

    Source: Youden, Cancer 1950;3:32.
    """
    y, s = two_classes(labels, scores)
    curve = roc_curve(y, s)
    positives = int(np.count_nonzero(y))
    negatives = y.size - positives
    # Whole counts, for rates that are equal on paper differ in the last bit.
    hits, alarms = np.rint(curve.tpr * positives), np.rint(curve.fpr * negatives)
    gain = hits * negatives - alarms * positives
    # The first point has no observed score: its threshold is infinity.
    upper = float(curve.thresholds[1:][np.argmax(gain[1:])])
    below = s[s < upper]
    return (upper + float(below.max())) / 2.0 if below.size else upper


def ppv_at_prevalence(sensitivity: float, specificity: float, prevalence: float) -> float:
    """Return the PPV that a test would have at another prevalence, by Bayes' rule.

    Args:
        sensitivity: In [0, 1].
        specificity: In [0, 1].
        prevalence: Share of positives among those tested, in [0, 1].

    Returns:
        PPV, NaN where nobody would be called positive.

    Raises:
        InputError: A number lies outside [0, 1].
    """
    se, sp, share = _rates(sensitivity, specificity, prevalence)
    true, false = se * share, (1 - sp) * (1 - share)
    return _ratio(true, true + false)


def npv_at_prevalence(sensitivity: float, specificity: float, prevalence: float) -> float:
    """Return the NPV that a test would have at another prevalence; see `ppv_at_prevalence`."""
    se, sp, share = _rates(sensitivity, specificity, prevalence)
    true, false = sp * (1 - share), (1 - se) * share
    return _ratio(true, true + false)


def _rates(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, ...]:
    named = {"sensitivity": sensitivity, "specificity": specificity, "prevalence": prevalence}
    return tuple(fraction(v, k, low_open=False, high_open=False) for k, v in named.items())


def _ratio(part: float, whole_: float) -> float:
    return part / whole_ if whole_ else float("nan")
