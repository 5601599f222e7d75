"""Rows of examples brought to rows of studies."""

from __future__ import annotations

import warnings

import numpy as np

from CardioAILib.examples import Examples


def study_rows(examples: Examples) -> np.ndarray:
    """Return the number of each example's study (N,), studies in order of first appearance."""
    numbers = {key: number for number, key in enumerate(examples.keys())}
    keys = zip(examples.subjects.tolist(), examples.studies.tolist(), strict=True)
    return np.array([numbers[key] for key in keys], int)


def first_rows(examples: Examples) -> Examples:
    """Return the first example of each study."""
    return examples.take(np.unique(study_rows(examples), return_index=True)[1])


def averaged(table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the mean of each group's finite values.

    Args:
        table: Features (N, F).
        rows: Group of each row (N,), from 0 without gaps.

    Returns:
        Means (G, F), nan where a group has no finite value.
    """
    finite = np.where(np.isfinite(table), table, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a group without any value stays nan
        groups = [np.nanmean(finite[rows == group], axis=0) for group in range(rows.max() + 1)]
    return np.stack(groups)
