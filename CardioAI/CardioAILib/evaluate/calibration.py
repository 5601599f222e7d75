"""Do predicted probabilities mean what they say?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate._checks import FloatArray, LabelArray, probabilities, two_classes, whole
from CardioAILib.evaluate.intervals import Estimate, wilson

Strategy = Literal["quantile", "uniform"]

EDGE = 1e-6
"""Probabilities are kept this far from 0 and 1 before the logit, which is infinite there."""


@dataclass(frozen=True)
class CalibrationBin:
    """Rows of similar predicted probability.

    Attributes:
        count: Rows in the bin.
        predicted: Their mean probability.
        observed: Their share of positives, with a Wilson interval.
    """

    count: int
    predicted: float
    observed: Estimate


@dataclass(frozen=True)
class Recalibration:
    """Logistic recalibration ``logit P(positive) = intercept + slope * logit p``.

    Attributes:
        slope: 1 is perfect; below 1 the probabilities are too extreme.
        intercept: 0 is perfect, read together with the slope.
        in_the_large: Intercept with the slope held at 1; above 0 the risk is underestimated.
    """

    slope: float
    intercept: float
    in_the_large: float


def brier(labels: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean squared difference between probability and outcome; 0 is perfect.

    Args:
        labels: 0 or 1, shape ``(N,)``; one class alone is allowed.
        predicted: Probabilities in [0, 1], shape ``(N,)``.

    Raises:
        InputError: Lengths differ, a value is NaN or out of range, or nothing was passed.

    Source: Brier, Mon Weather Rev 1950;78:1.
    """
    y, p = probabilities(labels, predicted)
    return float(np.mean((p - y) ** 2))


def bins_for(count: int) -> int:
    """Return how many groups, 2 to 10, leave eight cases or more of `count` in each."""
    return int(np.clip(count // 8, 2, 10))


def calibration_curve(
    labels: ArrayLike,
    predicted: ArrayLike,
    bins: int = 10,
    strategy: Strategy = "quantile",
    level: float = 0.95,
) -> tuple[CalibrationBin, ...]:
    """Return observed against predicted risk, bin by bin; empty bins are left out.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        predicted: Probabilities in [0, 1], shape ``(N,)``; equal ones share a bin.
        bins: Number of bins at most.
        strategy: ``quantile`` for bins of equal count, ``uniform`` for bins of equal width.
        level: Confidence level of the intervals.

    Raises:
        InputError: Lengths differ, a value is NaN or out of range, or nothing was passed.
    """
    y, p = probabilities(labels, predicted)
    members = _bins(p, whole(bins, "bins"), strategy)
    return tuple(_bin(y[rows], p[rows], level) for rows in members)


def expected_calibration_error(
    labels: ArrayLike, predicted: ArrayLike, bins: int = 10, strategy: Strategy = "quantile"
) -> float:
    """Return the mean distance of observed from predicted risk over bins, weighted by count.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        predicted: Probabilities in [0, 1], shape ``(N,)``.
        bins: Number of bins at most.
        strategy: As for `calibration_curve`; ``uniform`` is the original definition.

    Raises:
        InputError: Lengths differ, a value is NaN or out of range, or nothing was passed.

    Source: Naeini et al., AAAI 2015; bins of equal count, Nixon et al., CVPR workshops 2019.
    """
    curve = calibration_curve(labels, predicted, bins, strategy)
    total = sum(b.count for b in curve)
    return sum(b.count * abs(b.observed.value - b.predicted) for b in curve) / total


def calibration_slope_intercept(labels: ArrayLike, predicted: ArrayLike) -> Recalibration:
    """Fit the logistic recalibration of probabilities, without penalty.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        predicted: Probabilities in [0, 1], shape ``(N,)``; kept `EDGE` away from the ends.

    Raises:
        InputError: Lengths differ, a value is NaN or out of range, or nothing was passed.
        CohortError: One class only, or probabilities that are constant or separate the classes
            perfectly: then no finite slope exists.

    Source: Cox, Biometrika 1958;45:562; Van Calster et al., J Clin Epidemiol 2016;74:167.
    """
    from scipy.special import logit
    from sklearn.linear_model import LogisticRegression

    y, p = probabilities(labels, predicted)
    two_classes(y, p)
    clipped = np.clip(p, EDGE, 1 - EDGE)
    _require_overlap(y, clipped)
    x = logit(clipped)
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8).fit(x[:, None], y)
    return Recalibration(float(model.coef_[0, 0]), float(model.intercept_[0]), _offset(y, x))


def _offset(labels: LabelArray, logits: FloatArray) -> float:
    """Shift of the logits at which the expected number of positives is the observed one."""
    from scipy.optimize import brentq
    from scipy.special import expit

    reach = float(np.abs(logits).max()) + 1 + np.log(labels.size)
    return float(brentq(lambda a: expit(a + logits).sum() - labels.sum(), -reach, reach))


def _require_overlap(labels: LabelArray, p: FloatArray) -> None:
    positive, negative = p[labels], p[~labels]
    if positive.min() >= negative.max() or negative.min() >= positive.max():
        raise CohortError(
            got="probabilities that are constant or separate the classes perfectly",
            wanted="classes that overlap, so that the slope is finite",
            fix="report the Brier score instead, or use more subjects",
        )


def _bins(p: FloatArray, bins: int, strategy: Strategy) -> list[NDArray[np.intp]]:
    """Rows of each bin that has any."""
    if strategy not in ("quantile", "uniform"):
        raise InputError(
            got=f"strategy {strategy!r}", wanted="'quantile' or 'uniform'", fix="use one of the two"
        )
    steps = np.linspace(0, 1, bins + 1)[1:-1]
    inner = np.quantile(p, steps) if strategy == "quantile" else steps
    member = np.searchsorted(inner, p, side="right")
    return [np.flatnonzero(member == k) for k in np.unique(member)]


def _bin(labels: LabelArray, p: FloatArray, level: float) -> CalibrationBin:
    hits = int(np.count_nonzero(labels))
    observed = Estimate(hits / labels.size, wilson(hits, labels.size, level))
    return CalibrationBin(labels.size, float(p.mean()), observed)
