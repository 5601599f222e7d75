"""Patchy mid-wall replacement fibrosis: where it is and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from CardioAILib.phantoms.heart import ANGLES, DIRECTIONS, Heart

DEPTHS = 12
"""Rows of a pattern from endocardium to epicardium."""


@dataclass(frozen=True, eq=False)
class Fibrosis:
    """Share of fibrosis at each place of the wall.

    Args:
        share: Between 0 and 1, shape (S, ANGLES, DEPTHS); it moves with the wall, so that
            one pattern serves both phases.
    """

    share: np.ndarray

    @property
    def slices(self) -> list[int]:
        """Indices of the slices that hold fibrosis."""
        return [int(index) for index in np.flatnonzero(self.share.any(axis=(1, 2)))]


def random_fibrosis(heart: Heart, levels: np.ndarray, rng: np.random.Generator) -> Fibrosis:
    """Return patches around the peak of the hypertrophy, in a run of adjacent slices.

    Args:
        heart: Tells where the wall is thickest.
        levels: Slice positions (S, 1).
        rng: Source of chance.
    """
    count = len(levels)
    along = np.zeros((count, 1, 1))
    along[_run(levels[:, 0], heart.peak_level, rng)] = 1
    off = np.angle(np.exp(1j * (DIRECTIONS - heart.peak_angle - heart.turn)))
    around = np.exp(-0.5 * (off / (1.1 * heart.spread)) ** 2)[None, :, None]
    depth = (np.arange(DEPTHS) + 0.5) / DEPTHS
    inside = np.sin(np.pi * depth)[None, None, :]
    noise = rng.standard_normal((count, ANGLES, DEPTHS))
    patches = gaussian_filter(noise, (0.4, 12, 1.6), mode=("nearest", "wrap", "nearest"))
    patches = np.clip(0.5 + patches / patches.std(), 0, 1)
    return Fibrosis((along * around * inside * patches).astype(np.float32))


def share_of_pixels(fibrosis: Fibrosis, depth: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return the share of fibrosis in each pixel, (S, H, W), 0 outside the wall.

    Args:
        fibrosis: The pattern.
        depth: From endocardium (0) to epicardium (1), (S, H, W).
        angle: Column of the pattern, (S, H, W), integer.
    """
    share = np.zeros(depth.shape, np.float32)
    wall = np.nonzero((depth > 0) & (depth < 1))
    row = (depth[wall] * DEPTHS).astype(int)
    share[wall] = fibrosis.share[wall[0], angle[wall], row]
    return share


def _run(levels: np.ndarray, peak: float, rng: np.random.Generator) -> slice:
    """Return adjacent slices around the level of the peak: a third to half of the stack."""
    count = len(levels)
    length = int(rng.integers(max(count // 3, 2), max(count // 2, 2) + 1))
    middle = int(np.abs(levels - peak).argmin())
    start = int(np.clip(middle - length // 2, 0, count - length))
    return slice(start, start + length)
