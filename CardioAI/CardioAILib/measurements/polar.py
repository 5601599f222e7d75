"""Directions around the middle of the left ventricle, as seen on the stored slice."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from CardioAILib.measurements.tidy import Heart

NEAR_DEGREES = 10
"""Directions this near to a voxel of the wall have wall: a ring of 4 pixels' radius is closed."""
END_DEGREES = 5
"""What lies this near to an open end of a ring faces the gap, not the wall."""


def center(heart: Heart, index: int) -> tuple[float, float]:
    """Return the middle (row, column) of a slice's cavity, or of its wall where it has none."""
    shown = heart.cavity[index] if heart.cavity[index].any() else heart.wall[index]
    rows, columns = np.nonzero(shown)
    return float(rows.mean()), float(columns.mean())


def directions(
    places: np.ndarray, middle: tuple[float, float], spacing: tuple[float, ...]
) -> np.ndarray:
    """Return the direction of places (N, 2) = row, column from a middle.

    Degrees, 0 to 360, counterclockwise on the stored image from its right, measured in mm.
    """
    up = (middle[0] - places[..., 0]) * spacing[0]
    right = (places[..., 1] - middle[1]) * spacing[1]
    return np.degrees(np.arctan2(up, right)) % 360


def angles(heart: Heart, index: int) -> np.ndarray:
    """Return the direction of each pixel of a slice from the ventricle's middle, (H, W)."""
    places = np.moveaxis(np.indices(heart.wall.shape[1:]), 0, -1)
    return directions(places, center(heart, index), heart.spacing[1:])


def coverage(found: np.ndarray) -> float:
    """Return the share of the circle, 0 to 1, that has one of the directions near."""
    return float(_near(found).mean())


def well_covered(found: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Say which of the asked directions lie among the found ones and clear of any gap's edge."""
    clear = minimum_filter1d(_near(found), 2 * (NEAR_DEGREES + END_DEGREES) + 1, mode="wrap")
    return clear[asked.astype(int) % 360]


def _near(found: np.ndarray) -> np.ndarray:
    """Say of each degree of the circle whether a found direction is near, (360,)."""
    seen = np.zeros(360, bool)
    seen[found.astype(int) % 360] = True
    return maximum_filter1d(seen, 2 * NEAR_DEGREES + 1, mode="wrap")
