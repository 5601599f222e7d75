"""Neighboring gray-tone difference matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.portable.matrices import Lattice, neighbor_differences


def describe_differences(
    lattice: Lattice, grays: NDArray[np.float64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Compute the 5 NGTDM features.

    Source: Amadasun and King 1989; pyradiomics 3.0.1 ``ngtdm``; IBSI 3.10. A voxel without a
    neighbor counts with difference 0 (IBSI leaves it out).

    Args:
        lattice: The region, its gray levels numbered from 1.
        grays: Gray level of each number, ascending, shape (G,).
        steps: Directions to neighbors, each also backwards, shape (D, ndim).

    Returns:
        Shape (5,).
    """
    each, _ = neighbor_differences(lattice, steps, grays)
    differences = np.bincount(lattice.levels, each)[1:]
    total, count = lattice.positions.size, grays.size
    share = np.bincount(lattice.levels)[1:] / total
    busy, complexity, strength = _pair_sums(share, differences, grays)
    weighted, summed = (share * differences).sum(), differences.sum()
    spread = 2 * (share * (grays - (share * grays).sum()) ** 2).sum()
    return np.array(
        [
            weighted / busy if busy != 0 else 0.0,
            1 / weighted if weighted != 0 else 1e6,
            complexity / total,
            spread * summed / total / (count * (count - 1)) if count > 1 else 0.0,
            strength / summed if summed != 0 else 0.0,
        ]
    )


def _pair_sums(
    share: NDArray[np.float64], differences: NDArray[np.float64], grays: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Sum over all ordered pairs of gray levels."""
    gap = np.abs(grays[:, None] - grays)
    both = share[:, None] + share
    weighted = share * differences
    busy = np.abs((grays * share)[:, None] - grays * share).sum()
    complexity = (gap * (weighted[:, None] + weighted) / both).sum()
    return float(busy), float(complexity), float((both * gap * gap).sum())
