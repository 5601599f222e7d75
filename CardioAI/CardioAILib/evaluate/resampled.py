"""Bootstrap by subject of figures that are sums over rows: all draws at once, as weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import CohortError
from CardioAILib.evaluate._checks import (
    FloatArray,
    fraction,
    labeled,
    same_length,
    two_classes,
    whole,
)
from CardioAILib.evaluate.intervals import Estimate, Interval

DRAWS = 10_000
CELLS = 4_000_000
"""Weights that are held at once."""
EMPTY_ROUNDS = 100
"""Rounds of draws without a single figure after which the cohort is too small to resample."""

Statistics = Callable[[FloatArray], FloatArray]


def auc_by_subject(
    labels: ArrayLike,
    scores: ArrayLike,
    subjects: ArrayLike,
    n: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Return the area under the ROC curve with its percentile bootstrap interval.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        scores: Higher means more likely positive, shape ``(N,)``.
        subjects: Subject of each row, shape ``(N,)``.
        n: Number of draws; those with one class alone are drawn again.
        level: Confidence level in (0, 1).
        seed: Seed of the draws.

    Raises:
        InputError: Lengths differ, a score is NaN, a label is not 0/1, or nothing was passed.
        CohortError: There is one class only, here or on nearly every draw.

    Source: Efron and Tibshirani 1993; the area as in `roc_auc`.
    """
    y, s = two_classes(labels, scores)
    return by_subject(lambda weights: areas(weights, y, s)[:, None], subjects, n, level, seed)[0]


def areas(weights: FloatArray, labels: NDArray, scores: NDArray) -> FloatArray:
    """Return the area under the ROC curve of each draw (D,), nan where it has one class alone.

    Args:
        weights: How often each row is in each draw, ``(D, N)``.
        labels: 0 or 1, or False and True, shape ``(N,)``.
        scores: Higher means more likely positive, shape ``(N,)``.
    """
    order = np.argsort(scores, kind="stable")
    first = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    own, positive = weights[:, order], labels[order].astype(bool)
    hits = np.add.reduceat(own * positive, first, axis=1)
    rest = np.add.reduceat(own * ~positive, first, axis=1)
    below = np.cumsum(rest, axis=1) - rest
    pairs = hits.sum(axis=1) * rest.sum(axis=1)
    return (hits * (below + rest / 2)).sum(axis=1) / np.where(pairs > 0, pairs, np.nan)


def f1_by_subject(
    labels: ArrayLike, called: ArrayLike, subjects: ArrayLike, n: int = DRAWS, seed: int = 0
) -> Estimate:
    """Return F1 of decisions with its percentile bootstrap interval.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        called: Whether each row was called positive, shape ``(N,)``, boolean.
        subjects: Subject of each row, shape ``(N,)``.
        n: Number of draws.
        seed: Seed of the draws.

    Raises:
        InputError: Lengths differ, or a label is not 0/1.
        CohortError: Nothing is positive and nothing was called so, here or on nearly every draw.
    """
    y, c = labeled(labels, np.asarray(called, float), "decisions")
    hits, either = y * c, y + c

    def share(weights: FloatArray) -> FloatArray:
        total = weights @ either
        return (2 * (weights @ hits) / np.where(total > 0, total, np.nan))[:, None]

    return by_subject(share, subjects, n, seed=seed)[0]


def by_subject(
    statistics: Statistics, subjects: ArrayLike, n: int = DRAWS, level: float = 0.95, seed: int = 0
) -> tuple[Estimate, ...]:
    """Return several figures of the same draws, each with its percentile interval.

    Rows of one subject enter and leave a draw together. A draw in which any figure does not exist
    (nan) is drawn again and counted in ``interval.redrawn``.

    Args:
        statistics: Called with how often each of N rows is in each of D draws, ``(D, N)``; returns
            K figures of each draw, ``(D, K)``.
        subjects: Subject of each row, shape ``(N,)``, any type that sorts.
        n: Number of draws.
        level: Confidence level in (0, 1).
        seed: Seed of the draws; the same seed gives the same intervals.

    Raises:
        InputError: `n` or `level` is no such number.
        CohortError: A figure does not exist on the cohort itself, or on nearly no draw.
    """
    whole(n, "n")
    fraction(level, "level")
    names, member = np.unique(np.asarray(subjects), return_inverse=True)
    values = statistics(np.ones((1, member.size)))[0]
    if not np.isfinite(values).all():
        raise _undefined("the whole cohort")
    drawn, redrawn = _drawn(statistics, member, len(names), n, np.random.default_rng(seed))
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    method = f"percentile bootstrap, {n} draws of {len(names)} subjects"
    return tuple(
        Estimate(float(value), Interval(float(a), float(b), level, method, redrawn))
        for value, a, b in zip(values, low, high, strict=True)
    )


def _drawn(
    statistics: Statistics, member: NDArray, count: int, n: int, random: np.random.Generator
) -> tuple[FloatArray, int]:
    """Return the figures of n draws (n, K), and how many draws were thrown away."""
    found: list[FloatArray] = []
    kept = lost = empty = 0
    for weights in _weights(member, count, n, random):
        own = statistics(weights)
        exists = np.isfinite(own).all(axis=1)
        found.append(own[exists])
        lost += int(np.count_nonzero(~exists[: _last(exists, n - kept)]))
        kept += int(np.count_nonzero(exists))
        empty = 0 if exists.any() else empty + 1
        if empty == EMPTY_ROUNDS:
            raise _undefined(f"{lost} draws")
        if kept >= n:
            break
    return np.concatenate(found)[:n], lost


def _last(exists: NDArray, wanted: int) -> int:
    """Return how many draws were looked at until so many of them counted."""
    reached = np.cumsum(exists) >= wanted
    return int(np.argmax(reached)) + 1 if reached.any() else len(exists)


def _weights(
    member: NDArray, count: int, n: int, random: np.random.Generator
) -> Iterator[FloatArray]:
    """Yield how often each row is in each draw (D, N), without end."""
    at_once = max(1, min(n, CELLS // member.size))
    while True:
        drawn = random.multinomial(count, np.full(count, 1.0 / count), size=at_once)
        yield drawn[:, member].astype(np.float64)


def _undefined(where: str) -> CohortError:
    return CohortError(
        got=f"a figure that does not exist on {where}",
        wanted="a cohort on which it does",
        fix="add subjects, of both classes or of different values",
    )


def rows_of(subjects: ArrayLike, **arrays: FloatArray) -> NDArray:
    """Return the subjects (N,) of rows, as many as the arrays have.

    Raises:
        InputError: Lengths differ.
    """
    own = np.asarray(subjects)
    same_length(subjects=own.size, **{name: array.size for name, array in arrays.items()})
    return own
