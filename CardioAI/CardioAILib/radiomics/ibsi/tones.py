"""Features of neighborhood gray tone difference matrices (IBSI 3.10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_COARSENESS = 1e6
"""Coarseness where no voxel differs from its neighbors, as IBSI sets it."""


def describe_tones(
    counts: NDArray[np.number], differences: NDArray[np.float64], gray: NDArray[np.float64]
) -> dict[str, float]:
    """Compute the 5 features of one matrix.

    Args:
        counts: Voxels with neighbors at each gray level that has any, shape (G,).
        differences: Sum of their differences from the mean of their neighbors, shape (G,).
        gray: The gray levels, shape (G,).

    Returns:
        Values by the part of their tag after ``ngt_``.
    """
    total = counts.sum()
    share, off = counts / total, differences
    apart = gray[:, None] - gray
    weighted = np.sum(share * off)
    both = share[:, None] + share
    joint = share[:, None] * share
    tones = share * off
    several = len(gray) * (len(gray) - 1)
    spread = np.sum(np.abs((gray * share)[:, None] - gray * share))
    return {
        "coarseness": min(1 / weighted, MAX_COARSENESS) if weighted > 0 else MAX_COARSENESS,
        "contrast": np.sum(joint * apart**2) / several * off.sum() / total if several else 0.0,
        "busyness": weighted / spread if spread > 0 else 0.0,
        "complexity": np.sum(np.abs(apart) * (tones[:, None] + tones) / both) / total,
        "strength": np.sum(both * apart**2) / off.sum() if off.sum() > 0 else 0.0,
    }
