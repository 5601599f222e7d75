"""How well a measured value is told: error, explained variance, limits of agreement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import CohortError
from CardioAILib.evaluate._checks import FloatArray, vector
from CardioAILib.evaluate.intervals import Estimate
from CardioAILib.evaluate.resampled import DRAWS, by_subject, rows_of

Z = 1.96
"""Standard deviations within which 95 % of normally distributed differences lie."""
FEWEST = 3


@dataclass(frozen=True)
class QuantityFigures:
    """How well a value was told, in its unit, each figure with its interval.

    Attributes:
        n: Number of rows.
        mae: Mean absolute error.
        r2: Share of the reference's variance that is explained; below 0 is worse than its mean.
        bias: Mean of ``told - reference``.
        lower: Lower limit of agreement, ``bias - 1.96 sd``.
        upper: Upper limit of agreement.
        mae_of_mean: Mean absolute error of naming the reference's own mean every time.
        gain: ``mae_of_mean - mae``; where its interval holds 0, nothing was told beyond the mean.
        correlation: Pearson's r, or None where nothing varies in what was told.
    """

    n: int
    mae: Estimate
    r2: Estimate
    bias: Estimate
    lower: Estimate
    upper: Estimate
    mae_of_mean: Estimate
    gain: Estimate
    correlation: float | None


def quantity_figures(
    told: ArrayLike,
    reference: ArrayLike,
    subjects: ArrayLike,
    n: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
) -> QuantityFigures:
    """Return how well a value was told, with percentile intervals of resampled subjects.

    Args:
        told: Values that were told, shape ``(N,)``.
        reference: True values in the same unit, shape ``(N,)``.
        subjects: Subject of each row, shape ``(N,)``.
        n: Number of draws.
        level: Confidence level in (0, 1).
        seed: Seed of the draws.

    Raises:
        InputError: Lengths differ, a value is NaN, or nothing was passed.
        CohortError: Fewer than three rows, or a reference that does not vary.

    Source: limits of agreement, Bland and Altman, Lancet 1986;1:307.
    """
    a, y = vector(told, "told values"), vector(reference, "reference values")
    rows = rows_of(subjects, told=a, reference=y)
    if a.size < FEWEST or np.ptp(y) == 0:
        raise CohortError(
            got=f"{a.size} values" + (", all alike" if a.size and np.ptp(y) == 0 else ""),
            wanted=f"at least {FEWEST} values that differ",
            fix="use more studies",
        )

    def figures(weights: FloatArray) -> FloatArray:
        return _figures(weights, a, y)

    found = by_subject(figures, rows, n, level, seed)
    r = None if np.ptp(a) == 0 else float(np.corrcoef(a, y)[0, 1])
    return QuantityFigures(a.size, *found, correlation=r)


def error_difference(
    told: ArrayLike, other: ArrayLike, reference: ArrayLike, subjects: ArrayLike, seed: int = 0
) -> Estimate:
    """Return how much larger the mean absolute error of one is than that of the other, paired.

    Raises:
        InputError: Lengths differ, a value is NaN, or nothing was passed.
    """
    a, b = vector(told, "told values"), vector(other, "other values")
    y = vector(reference, "reference values")
    rows = rows_of(subjects, told=a, other=b, reference=y)
    apart = np.abs(a - y) - np.abs(b - y)
    return by_subject(lambda w: _mean(w, apart)[:, None], rows, seed=seed)[0]


def _figures(weights: FloatArray, told: FloatArray, reference: FloatArray) -> FloatArray:
    """Return MAE, R2, bias, both limits, MAE of the mean and gain of each draw (D, 7)."""
    total = weights.sum(axis=1)
    apart = told - reference
    mae, bias = _mean(weights, np.abs(apart)), _mean(weights, apart)
    centered = reference - _mean(weights, reference)[:, None]
    spread = (weights * np.square(centered)).sum(axis=1)
    r2 = 1.0 - (weights * np.square(apart)).sum(axis=1) / np.where(spread > 0, spread, np.nan)
    squared = (weights * np.square(apart - bias[:, None])).sum(axis=1)
    reach = Z * np.sqrt(squared / (total - 1))
    of_mean = (weights * np.abs(centered)).sum(axis=1) / total
    return np.stack([mae, r2, bias, bias - reach, bias + reach, of_mean, of_mean - mae], axis=1)


def _mean(weights: FloatArray, values: FloatArray) -> FloatArray:
    return weights @ values / weights.sum(axis=1)
