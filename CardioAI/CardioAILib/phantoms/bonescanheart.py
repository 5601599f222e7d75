"""The heart of a simulated bone scan: points of walls and of blood."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from CardioAILib.phantoms.bonescanshapes import ball

CENTER = np.array((34.0, 28.0, 418.0))
"""Middle of the ventricles: x to the left, y to the front, z from the crown, mm."""

LONG_AXIS = np.array((0.72, 0.45, 0.53))
"""From base to apex."""

STEP_MM = 3.5


@lru_cache(maxsize=1)
def heart_points() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points of walls, ventricles and atria, each (N, 3), mm around the middle."""
    left = ball((0, 0, 0), (36, 36, 50), STEP_MM, hollow=13)
    left = left[left[:, 2] > -36]
    right = ball((-24, 14, -4), (33, 30, 46), STEP_MM, hollow=5)
    right = right[(right[:, 2] > -34) & (_far(right, (36, 36, 50)) > 1)]
    blood = np.concatenate(
        [
            ball((0, 0, 0), (23, 23, 37), STEP_MM + 1),
            ball((-24, 14, -4), (28, 25, 41), STEP_MM + 1),
        ]
    )
    atria = ball((-12, 4, -58), (38, 30, 26), STEP_MM + 1)
    return _turned(np.concatenate([left, right])), _turned(blood), _turned(atria)


def _far(points: np.ndarray, half: tuple[float, float, float]) -> np.ndarray:
    return ((points / half) ** 2).sum(axis=1)


def _turned(points: np.ndarray) -> np.ndarray:
    """Turn points whose third axis is that of the ventricle into the body."""
    along = LONG_AXIS / np.linalg.norm(LONG_AXIS)
    across = np.cross((0.0, 1.0, 0.0), along)
    across /= np.linalg.norm(across)
    return points @ np.stack([across, np.cross(along, across), along])
