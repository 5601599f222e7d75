"""Confidence intervals by drawing subjects again, with all the rows each subject brings."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import CohortError, InputError
from CardioAILib.evaluate._checks import fraction, same_length, whole
from CardioAILib.evaluate.intervals import Estimate, Interval

Statistic = Callable[..., float]

REDRAWS_PER_DRAW = 10
"""More undefined draws than this times ``n`` means that the cohort is too small to resample."""


def bootstrap_by_subject(
    statistic: Statistic,
    subjects: ArrayLike,
    *arrays: ArrayLike,
    strata: ArrayLike | None = None,
    n: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Return a statistic with its percentile bootstrap interval, subjects being the unit.

    Rows of one subject are not independent, so they enter and leave together. A draw in which
    the statistic does not exist (it raises `CohortError` or returns NaN, say for one class only)
    is drawn again and counted in ``interval.redrawn``.

    Args:
        statistic: Called as ``statistic(*arrays)``; returns one number.
        subjects: Subject of each row, shape ``(N,)``, any type that sorts.
        *arrays: Arrays whose first axis has N rows, for example labels and scores.
        strata: Where given, shape ``(N,)``: the number of subjects of each stratum is kept in
            every draw. All rows of a subject share one stratum.
        n: Number of draws.
        level: Confidence level in (0, 1).
        seed: Seed of the draws; the same seed gives the same interval.

    Raises:
        InputError: Lengths differ, nothing was passed, or a subject lies in two strata.
        CohortError: The statistic does not exist on the cohort itself, or on nearly no draw.

    Source: Efron and Tibshirani 1993; whole clusters, Davison and Hinkley 1997, section 3.8.
    """
    whole(n, "n")
    fraction(level, "level")
    columns = [np.asarray(array) for array in arrays]
    clusters = _clusters(np.asarray(subjects), columns)
    pools = _pools(clusters, strata)
    value = float(statistic(*columns))
    if not np.isfinite(value):
        raise _undefined("the whole cohort")
    values, redrawn = _draws(statistic, clusters, pools, columns, n, np.random.default_rng(seed))
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    method = f"percentile bootstrap, {n} draws of {len(clusters)} subjects"
    return Estimate(value, Interval(float(low), float(high), level, method, redrawn))


def _draws(
    statistic: Statistic,
    clusters: list[NDArray[np.intp]],
    pools: list[NDArray[np.intp]],
    columns: list[NDArray],
    n: int,
    generator: np.random.Generator,
) -> tuple[list[float], int]:
    values: list[float] = []
    redrawn = 0
    while len(values) < n:
        drawn = np.concatenate([generator.choice(pool, pool.size) for pool in pools])
        rows = np.concatenate([clusters[subject] for subject in drawn])
        value = _value_or_nan(statistic, [column[rows] for column in columns])
        if np.isfinite(value):
            values.append(value)
            continue
        redrawn += 1
        if redrawn > REDRAWS_PER_DRAW * n:
            raise _undefined(f"{redrawn} of {redrawn + len(values)} draws")
    return values, redrawn


def _value_or_nan(statistic: Statistic, columns: list[NDArray]) -> float:
    try:
        return float(statistic(*columns))
    except CohortError:
        return float("nan")


def _clusters(subjects: NDArray, columns: list[NDArray]) -> list[NDArray[np.intp]]:
    """Rows of each subject, subjects in sorted order."""
    if subjects.ndim != 1 or subjects.size == 0 or not columns:
        raise InputError(
            got=f"subjects of shape {subjects.shape} and {len(columns)} arrays",
            wanted="at least one row, shape (N,), and at least one array",
            fix="pass the subject of each row, then the arrays",
        )
    lengths = {f"rows in array {i}": len(np.atleast_1d(c)) for i, c in enumerate(columns, 1)}
    same_length(subjects=subjects.size, **lengths)
    _, member, counts = np.unique(subjects, return_inverse=True, return_counts=True)
    return np.split(np.argsort(member, kind="stable"), np.cumsum(counts)[:-1])


def _pools(clusters: list[NDArray[np.intp]], strata: ArrayLike | None) -> list[NDArray[np.intp]]:
    """Numbers of the subjects of each stratum."""
    if strata is None:
        return [np.arange(len(clusters))]
    column = np.asarray(strata)
    same_length(subjects=sum(rows.size for rows in clusters), strata=column.size)
    if any(np.unique(column[rows]).size > 1 for rows in clusters):
        raise InputError(
            got="a subject with rows in two strata",
            wanted="one stratum a subject",
            fix="stratify by the label of the subject, for example the largest of its rows",
        )
    own = np.array([column[rows[0]] for rows in clusters])
    return [np.flatnonzero(own == stratum) for stratum in np.unique(own)]


def _undefined(where: str) -> CohortError:
    return CohortError(
        got=f"a statistic that does not exist on {where}",
        wanted="a cohort on which it does",
        fix="add subjects, or stratify the draws by label",
    )
