"""Columns of a table brought to one scale, and holes in them filled."""

from __future__ import annotations

import numpy as np

RANGE_GUARD = 1e-6
"""Added to each feature's range, so that a constant feature becomes zero."""

Scaling = tuple[np.ndarray, np.ndarray, np.ndarray]
"""What fills a column, is subtracted from it, and divides it, each (F,)."""


def development_range(table: np.ndarray) -> Scaling:
    """Return median, minimum and guarded range of each column (F,) over its finite values."""
    finite = with_holes(table)
    low, high = np.nanmin(finite, axis=0), np.nanmax(finite, axis=0)
    return np.nanmedian(finite, axis=0), low, high - low + RANGE_GUARD


def development_spread(table: np.ndarray) -> Scaling:
    """Return median, mean and guarded standard deviation of each column (F,).

    A column that hardly varies keeps its scale: it is centered and says nothing.
    """
    finite = with_holes(table)
    fill = np.nanmedian(finite, axis=0)
    filled = np.where(np.isnan(finite), fill, finite)
    mean, spread = filled.mean(axis=0), filled.std(axis=0)
    varies = spread > RANGE_GUARD * np.maximum(np.abs(mean), RANGE_GUARD)
    return fill, mean, np.where(varies, spread, 1 / RANGE_GUARD)


def with_holes(table: np.ndarray) -> np.ndarray:
    """Return the table with nan where it is not finite, and zero where a column has no value."""
    finite = np.where(np.isfinite(table), table, np.nan)
    finite[:, np.isnan(finite).all(axis=0)] = 0.0
    return finite


def scale(table: np.ndarray, fill: np.ndarray, low: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Scale columns as learned; values that are not finite take the median."""
    return (np.where(np.isfinite(table), table, fill) - low) / span
