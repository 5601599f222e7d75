"""Summaries of values that may be missing: nan where nothing, or too little, is known."""

from __future__ import annotations

import numpy as np

PERCENT = 100.0
SIXTH = 6


def known(values: np.ndarray) -> np.ndarray:
    """Return the values that are there, flat and in ascending order."""
    flat = np.ravel(values)
    return np.sort(flat[~np.isnan(flat)])


def mean(values: np.ndarray) -> float:
    """Return the mean."""
    there = known(values)
    return float(there.mean()) if len(there) else float("nan")


def deviation(values: np.ndarray) -> float:
    """Return the standard deviation of a sample, nan below two values."""
    there = known(values)
    return float(there.std(ddof=1)) if len(there) > 1 else float("nan")


def variation_percent(values: np.ndarray) -> float:
    """Return the coefficient of variation, standard deviation over mean, %."""
    middle = mean(values)
    return PERCENT * deviation(values) / middle if middle else float("nan")


def greatest(values: np.ndarray) -> float:
    """Return the largest value."""
    there = known(values)
    return float(there[-1]) if len(there) else float("nan")


def least(values: np.ndarray) -> float:
    """Return the smallest value."""
    return -greatest(-values)


def lowest_sixth(values: np.ndarray) -> float:
    """Return the mean of the lowest sixth of the values."""
    there = known(values)
    return mean(there[: max(len(there) // SIXTH, 1)])


def highest_sixth(values: np.ndarray) -> float:
    """Return the mean of the highest sixth of the values."""
    return -lowest_sixth(-values)


def share_percent(values: np.ndarray, holds: np.ndarray) -> float:
    """Return for how many of the known values something holds, %."""
    there = ~np.isnan(values)
    return float(PERCENT * holds[there].mean()) if there.any() else float("nan")
