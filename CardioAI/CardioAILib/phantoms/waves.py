"""Random smooth fields in three dimensions: the same at a place in every image of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WAVES = 6
"""Enough that no direction stands out."""


@dataclass(frozen=True, eq=False)
class Waves:
    """A sum of plane waves, mean 0 and standard deviation 1.

    Args:
        vectors: Wave vectors (K, 3), radians per mm.
        starts: Phases (K,), radians.
    """

    vectors: np.ndarray
    starts: np.ndarray

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return the field (...) at points (..., 3), mm."""
        total = np.zeros(points.shape[:-1], np.float32)
        for vector, start in zip(self.vectors, self.starts, strict=True):
            total += np.cos(points @ vector.astype(np.float32) + np.float32(start))
        return total * np.float32(np.sqrt(2 / len(self.starts)))


def random_waves(rng: np.random.Generator, length_mm: float) -> Waves:
    """Return a field whose waves are about this long, running in all directions."""
    directions = rng.standard_normal((WAVES, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    numbers = 2 * np.pi / (length_mm * rng.uniform(0.75, 1.5, (WAVES, 1)))
    return Waves(directions * numbers, rng.uniform(0, 2 * np.pi, WAVES))
