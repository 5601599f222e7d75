"""What the parts of a split have their share of: classes, or ranges of a measured quantity."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import CohortError

RANGES = 5
"""Ranges of a measured quantity that parts have their share of, at most."""


def is_measured(labels: np.ndarray) -> bool:
    """Say whether labels are values of a measured quantity rather than numbers of classes."""
    return labels.dtype.kind == "f"


def strata_of(units: np.ndarray, labels: np.ndarray, parts: int) -> np.ndarray:
    """Return what parts are to have their share of: class numbers as they are, ranges of values.

    A unit's value is the mean over its examples. Ranges hold equally many units, at least as many
    as there are parts.

    Args:
        units: Name of the unit of each example (N,).
        labels: Class number, or value as a float, of each (N,).
        parts: Number of parts.

    Returns:
        A number for each example (N,), from 0.

    Raises:
        CohortError: There are fewer units with a value than parts, or no two parts.
    """
    if not is_measured(labels):
        return labels
    names, rows = np.unique(units, return_inverse=True)
    if not 2 <= parts <= len(names):
        raise CohortError(
            got=f"{len(names)} subjects with a value, for {parts} parts",
            wanted="2 parts or more, and a subject for each",
            fix="ask for other folds (--folds), or add subjects",
        )
    means = np.bincount(rows, labels) / np.bincount(rows)
    ranks = np.argsort(np.argsort(means, kind="stable"))
    ranges = min(RANGES, len(names) // parts)
    return (ranks * ranges // len(names))[rows]
