"""How well two readings of the same studies agree."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate._checks import FloatArray, same_length, vector
from CardioAILib.evaluate.bootstrap import bootstrap_by_subject
from CardioAILib.evaluate.intervals import Estimate

Weights = Literal["linear", "quadratic"]


@dataclass(frozen=True)
class BlandAltman:
    """Limits of agreement, in the units of the measurement.

    Attributes:
        bias: Mean of ``measured - reference``.
        sd: Sample standard deviation of the differences.
        lower: ``bias - 1.96 sd``.
        upper: ``bias + 1.96 sd``.
    """

    bias: float
    sd: float
    lower: float
    upper: float


def cohen_kappa(a: ArrayLike, b: ArrayLike, weights: Weights | None = None) -> float:
    """Return Cohen's kappa of two readings of the same studies.

    Args:
        a: Grades by the first reader, numbers, shape ``(N,)``.
        b: Grades by the second reader, shape ``(N,)``.
        weights: How a disagreement grows with its distance; None counts all alike.

    Raises:
        InputError: Lengths differ, a grade is NaN or not a whole number, or nothing was passed.
        CohortError: Both readers gave one same grade throughout: chance agreement is complete
            and kappa does not exist.

    Source: Cohen, Educ Psychol Meas 1960;20:37; weighted, Psychol Bull 1968;70:213.
    """
    first, second = _pair(a, b)
    both = np.concatenate([first, second])
    if (both != np.round(both)).any():
        raise InputError(
            got="grades that are not whole numbers", wanted="grades", fix="round or bin them first"
        )
    if np.ptp(both) == 0:
        raise CohortError(
            got=f"the grade {both[0]:g} throughout",
            wanted="at least two grades in use",
            fix="report the raw agreement instead",
        )
    return _kappa(first - both.min(), second - both.min(), weights)


def kappa_interval(
    a: ArrayLike,
    b: ArrayLike,
    subjects: ArrayLike,
    n: int = 2000,
    seed: int = 0,
    weights: Weights | None = None,
) -> Estimate:
    """Return Cohen's kappa with an interval from resampled subjects.

    Args:
        a: Grades of one reading, whole numbers, shape ``(N,)``.
        b: Grades of the other, shape ``(N,)``.
        subjects: Subject of each row, shape ``(N,)``.
        n: Number of draws.
        seed: Seed of the draws.
        weights: How a disagreement grows with its distance; None counts all alike.

    Raises:
        InputError: Lengths differ, a grade is no whole number, or nothing was passed.
        CohortError: Kappa does not exist: one same grade throughout, or in nearly every draw.
    """
    cohen_kappa(a, b)
    first, second = np.asarray(a, int), np.asarray(b, int)
    lowest = min(first.min(), second.min())
    kappa = partial(_kappa, weights=weights)
    return bootstrap_by_subject(kappa, subjects, first - lowest, second - lowest, n=n, seed=seed)


def _kappa(first: np.ndarray, second: np.ndarray, weights: str | None = None) -> float:
    """Return kappa of grades from 0 on (N,), without checks; nan where it does not exist."""
    # Written on counts because the bootstrap calls it thousands of times.
    grades = int(max(first.max(), second.max())) + 1
    cells = (first * grades + second).astype(int)
    shares = np.bincount(cells, minlength=grades**2).reshape(grades, grades) / first.size
    apart = np.abs(np.subtract.outer(np.arange(grades), np.arange(grades)))
    costs = {None: apart > 0, "linear": apart, "quadratic": apart**2}[weights]
    by_chance = (costs * np.outer(shares.sum(axis=1), shares.sum(axis=0))).sum()
    return float(1.0 - (costs * shares).sum() / by_chance) if by_chance else float("nan")


def bland_altman(measured: ArrayLike, reference: ArrayLike) -> BlandAltman:
    """Return bias and 95 % limits of agreement.

    Args:
        measured: Shape ``(N,)``.
        reference: The same quantity of the same studies, shape ``(N,)``, in the same units.

    Raises:
        InputError: Lengths differ, a value is NaN, or nothing was passed.
        CohortError: Fewer than two studies.

    Source: Bland and Altman, Lancet 1986;1:307.
    """
    a, b = _pair(measured, reference, each=2)
    bias, sd = float((a - b).mean()), float((a - b).std(ddof=1))
    return BlandAltman(bias, sd, bias - 1.96 * sd, bias + 1.96 * sd)


def mean_absolute_error(measured: ArrayLike, reference: ArrayLike) -> float:
    """Return the mean absolute difference, in the units of the measurement.

    Raises:
        InputError: Lengths differ, a value is NaN, or nothing was passed.
    """
    a, b = _pair(measured, reference)
    return float(np.abs(a - b).mean())


def r_squared(predicted: ArrayLike, reference: ArrayLike) -> float:
    """Return the share of the reference's variance that is explained; below 0 is worse than none.

    Raises:
        InputError: Lengths differ, a value is NaN, or nothing was passed.
        CohortError: The reference does not vary.
    """
    from sklearn.metrics import r2_score

    p, y = _pair(predicted, reference)
    if np.ptp(y) == 0:
        raise CohortError(
            got="a reference that does not vary",
            wanted="at least two different values",
            fix="report the mean absolute error instead",
        )
    return float(r2_score(y, p))


def _pair(a: ArrayLike, b: ArrayLike, each: int = 1) -> tuple[FloatArray, FloatArray]:
    first, second = vector(a, "values"), vector(b, "values")
    same_length(first=first.size, second=second.size)
    if first.size < each:
        raise CohortError(
            got=f"{first.size} studies", wanted=f"{each} or more", fix="use more studies"
        )
    return first, second
