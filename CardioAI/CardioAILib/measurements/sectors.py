"""Values around the slices of a heart: sectors, closed rings, and levels from base to apex."""

from __future__ import annotations

import numpy as np

SECTORS = 36
"""Sectors of 10 degrees: as fine as the thickness of a wall is judged around a slice."""
LEVELS = 4
"""Levels at which two phases with different numbers of slices are compared."""
CLOSED = 0.9
"""A ring with values in less of its circle than this is open, and left out."""


def sector_of(degrees: np.ndarray) -> np.ndarray:
    """Return the number of the sector of each direction, 0 to 35."""
    return np.floor(degrees * (SECTORS / 360)).astype(int) % SECTORS


def closed_rings(around: np.ndarray) -> np.ndarray:
    """Return the rows of closed rings, with their small gaps bridged.

    Args:
        around: Values by slice and sector (S, 36), nan where there is no wall.

    Returns:
        Values (R, 36) without nan, in order of the slices.
    """
    known = ~np.isnan(around)
    rows = around[known.mean(axis=1) >= CLOSED]
    return np.array([_bridged(row) for row in rows]).reshape(-1, SECTORS)


def in_sectors(rings: np.ndarray, count: int) -> np.ndarray:
    """Return the means of neighboring sectors, (R, count); `count` divides 36."""
    return rings.reshape(len(rings), count, SECTORS // count).mean(axis=2)


def on_levels(rings: np.ndarray, levels: int = LEVELS) -> np.ndarray:
    """Return values at evenly spaced levels along the heart, (levels, 36).

    Args:
        rings: Values of closed rings (R, 36), evenly spaced.
        levels: How many levels.

    Returns:
        Values interpolated between rings; nan where there is no ring.
    """
    if not len(rings):
        return np.full((levels, rings.shape[1]), np.nan)
    places = (np.arange(len(rings)) + 0.5) / len(rings)
    asked = (np.arange(levels) + 0.5) / levels
    return np.stack([np.interp(asked, places, column) for column in rings.T], axis=1)


def _bridged(row: np.ndarray) -> np.ndarray:
    """Return a ring whose missing sectors lie evenly between their neighbors."""
    known = np.flatnonzero(~np.isnan(row))
    return np.interp(np.arange(SECTORS), known, row[known], period=SECTORS)
