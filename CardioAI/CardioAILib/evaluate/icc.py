"""How much of a measurement's spread is the subjects' own: ICC(2,1) of many features at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate._checks import FloatArray, fraction

CONSTANT = 1e-9
"""A feature whose range is below this share of its size does not vary: what is left is rounding."""

TOO_FEW = "fewer than two subjects with every reading"
NO_SPREAD = "the same value throughout"


@dataclass(frozen=True, eq=False)
class Agreement:
    """Agreement of repeated readings, a number a feature.

    Args:
        icc: ICC(2,1), shape (F,); nan where `reasons` says why.
        lower: Lower bound of its interval, shape (F,).
        upper: Upper bound of its interval, shape (F,).
        complete: Subjects with a finite value in every reading, which alone count, shape (F,).
        reasons: Why there is no ICC, by feature; empty where there is one.
        level: Confidence level of the intervals.
    """

    icc: FloatArray
    lower: FloatArray
    upper: FloatArray
    complete: NDArray[np.int64]
    reasons: tuple[str, ...]
    level: float


@dataclass(frozen=True, eq=False)
class _MeanSquares:
    """Two-way analysis of variance without replication: mean squares (F,) of N x K readings."""

    between: FloatArray
    readings: FloatArray
    error: FloatArray
    subjects: FloatArray
    count: int


def icc_agreement(ratings: ArrayLike) -> float:
    """Return the intraclass correlation ICC(2,1): absolute agreement, two-way random, one rating.

    Args:
        ratings: Shape ``(N, R)``: N studies read by the same R readers, both at least 2.

    Raises:
        InputError: The shape is wrong or a rating is NaN.
        CohortError: All ratings are equal.

    Source: Shrout and Fleiss, Psychol Bull 1979;86:420.
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2 or not np.isfinite(x).all():
        raise InputError(
            got=f"ratings of shape {x.shape}, or some of them NaN",
            wanted="finite ratings of shape (studies, readers), at least 2 by 2",
            fix="pass studies as rows and readers as columns, and drop incomplete studies",
        )
    found = icc_of_features(x[:, :, None])
    if found.reasons[0]:
        raise CohortError(
            got="one same rating throughout", wanted="ratings that vary", fix="leave the ICC out"
        )
    return float(found.icc[0])


def icc_of_features(readings: ArrayLike, level: float = 0.95) -> Agreement:
    """Return ICC(2,1) with its interval for each of many features.

    A subject without a finite value in some reading is left out, for that feature only.

    Args:
        readings: Shape (N, K, F): N subjects read K times, both at least 2; F features.
        level: Confidence level in (0, 1).

    Raises:
        InputError: The shape or the level is wrong.

    Source: Shrout and Fleiss, Psychol Bull 1979;86:420, case 2; interval of McGraw and Wong,
    Psychol Methods 1996;1:30, table 7, ICC(A,1), from the F distribution.
    """
    x = _three_axes(readings)
    fraction(level, "level")
    complete = np.isfinite(x).all(axis=1)
    enough, varied = complete.sum(axis=0) >= 2, _varies(x, complete)
    there = enough & varied
    squares = _mean_squares(x[:, :, there], complete[:, there])
    icc, lower, upper = (np.full(x.shape[2], np.nan) for _ in range(3))
    icc[there] = _icc(squares)
    lower[there], upper[there] = _interval(squares, icc[there], level)
    reasons = np.select([~enough, ~varied], [TOO_FEW, NO_SPREAD], "")
    return Agreement(icc, lower, upper, complete.sum(axis=0), tuple(reasons.tolist()), level)


def within_subject_variation(readings: ArrayLike) -> FloatArray:
    """Return the within-subject coefficient of variation of each feature (F,), as a fraction.

    Root mean square, over subjects, of the standard deviation of a subject's readings (K - 1 in
    the denominator) divided by their absolute mean. It exists for quantities with a true zero: a
    feature that is above zero in one subject and below in another, or zero on average in one,
    gives nan.

    Args:
        readings: Shape (N, K, F), as for `icc_of_features`.

    Raises:
        InputError: The shape is wrong.

    Source: Bland, Altman, BMJ 1996;313:106, on measurement error proportional to the mean.
    """
    x = _three_axes(readings)
    complete = np.isfinite(x).all(axis=1)
    filled = np.where(complete[:, None], x, 1.0)
    means, spreads = filled.mean(axis=1), filled.std(axis=1, ddof=1)
    above, below = ((complete & side).any(axis=0) for side in (means > 0, means < 0))
    defined = complete.any(axis=0) & ~(complete & (means == 0)).any(axis=0) & ~(above & below)
    ratios = np.square(np.divide(spreads, means, out=np.zeros_like(means), where=means != 0))
    total = np.where(complete, ratios, 0.0).sum(axis=0) / np.maximum(complete.sum(axis=0), 1)
    return np.where(defined, np.sqrt(total), np.nan)


def _three_axes(readings: ArrayLike) -> FloatArray:
    x = np.asarray(readings, dtype=np.float64)
    if x.ndim != 3 or x.shape[0] < 2 or x.shape[1] < 2:
        raise InputError(
            got=f"readings of shape {x.shape}",
            wanted="shape (subjects, readings, features), at least two subjects and two readings",
            fix="add subjects or readings",
        )
    return x


def _varies(x: FloatArray, complete: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say of each feature (F,) whether its values differ by more than rounding."""
    values = np.where(complete[:, None], x, np.nan).reshape(-1, x.shape[2])
    some = complete.any(axis=0)
    values[:, ~some] = 0.0
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    return high - low > CONSTANT * np.maximum(np.abs(low), np.abs(high))


def _mean_squares(x: FloatArray, complete: NDArray[np.bool_]) -> _MeanSquares:
    subjects, count = complete.sum(axis=0), x.shape[1]
    kept = complete[:, None]
    # Large means would drown small spreads in rounding; scale spares overflow of the squares.
    x = np.where(kept, x, 0.0)
    x -= kept * (x.sum(axis=(0, 1)) / (subjects * count))
    scale = np.abs(x).max(axis=(0, 1))
    x /= scale
    rows, columns = x.mean(axis=1, keepdims=True), x.sum(axis=0, keepdims=True) / subjects
    error = np.square((x - rows - columns) * kept).sum(axis=(0, 1))
    return _MeanSquares(
        between=count * np.square(rows).sum(axis=(0, 1)) / (subjects - 1),
        readings=subjects * np.square(columns).sum(axis=(0, 1)) / (count - 1),
        error=error / ((subjects - 1) * (count - 1)),
        subjects=subjects.astype(np.float64),
        count=count,
    )


def _icc(squares: _MeanSquares) -> FloatArray:
    n, k = squares.subjects, squares.count
    between, readings, error = squares.between, squares.readings, squares.error
    return (between - error) / (between + (k - 1) * error + k * (readings - error) / n)


def _interval(
    squares: _MeanSquares, icc: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    from scipy.stats import f

    n, k = squares.subjects, squares.count
    between, readings, error = squares.between, squares.readings, squares.error
    # McGraw and Wong's a and b, both times n (1 - icc): only their ratio counts.
    a, b = k * icc * readings, (n * (1 - icc) + k * icc * (n - 1)) * error
    spread = np.square(a) / (k - 1) + np.square(b) / ((n - 1) * (k - 1))
    exact = spread == 0
    freedom = np.square(a + b) / np.where(exact, 1.0, spread)
    # Satterthwaite's estimate lies above the smaller of the two degrees of freedom it joins.
    freedom = np.maximum(freedom, k - 1)
    rest = k * readings + (k * n - k - n) * error
    half = (1 + level) / 2
    down, up = f.ppf(half, n - 1, freedom), f.ppf(half, freedom, n - 1)
    lower = n * (between - down * error) / (down * rest + n * between)
    upper = n * (up * between - error) / (rest + n * up * between)
    return np.where(exact, icc, lower), np.where(exact, icc, upper)
