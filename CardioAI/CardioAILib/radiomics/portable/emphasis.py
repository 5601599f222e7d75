"""GLDM, GLRLM and GLSZM: three tables of gray level against size with the same formulas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.columns import DEPENDENCE_ORDER, ZONE_ORDER
from CardioAILib.radiomics.portable.matrices import (
    Lattice,
    dependence,
    lines_hold_pairs,
    runs,
    zones,
)

TABLE_LIMIT = 1 << 20
"""Above this many pairs of gray level and size, sorting is cheaper than a table."""


def describe_dependence(
    lattice: Lattice, grays: NDArray[np.float64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Compute the 14 GLDM features (pyradiomics 3.0.1 ``gldm``; IBSI 3.11).

    A voxel depends on the neighbors of its own gray level (alpha 0) and on itself.

    Args:
        lattice: The region, its gray levels numbered from 1.
        grays: Gray level of each number, ascending, shape (G,).
        steps: Directions to neighbors, each also backwards, shape (D, ndim).

    Returns:
        Shape (14,).
    """
    return describe_sizes(lattice.levels, dependence(lattice, steps) + 1, grays)[DEPENDENCE_ORDER]


def describe_runs(
    lattice: Lattice, grays: NDArray[np.float64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Compute the 16 GLRLM features, averaged over directions (pyradiomics ``glrlm``; IBSI 3.7).

    Directions in which no line holds two voxels of the region are left out; without any the
    features are nan.

    Args:
        lattice: As in ``describe_dependence``.
        grays: As in ``describe_dependence``.
        steps: Directions along which runs lie, shape (D, ndim).

    Returns:
        Shape (16,).
    """
    rows = [
        describe_sizes(*runs(lattice, direction), grays)
        for direction in steps
        if lines_hold_pairs(lattice, direction)
    ]
    return np.mean(rows, axis=0) if rows else np.full(16, np.nan)


def describe_zones(
    lattice: Lattice, grays: NDArray[np.float64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Compute the 16 GLSZM features (pyradiomics 3.0.1 ``glszm``; IBSI 3.8).

    Args:
        lattice: As in ``describe_dependence``.
        grays: As in ``describe_dependence``.
        steps: Directions that connect, each also backwards, shape (D, ndim).

    Returns:
        Shape (16,).
    """
    levels, sizes, _ = zones(lattice, steps)
    return describe_sizes(levels, sizes, grays)[ZONE_ORDER]


def describe_sizes(
    levels: NDArray[np.int64], sizes: NDArray[np.int64], grays: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Summarize elements, such as runs or zones, that have a gray level and a size each.

    Args:
        levels: Number of each element's gray level, from 1, shape (E,).
        sizes: Run length, zone size or dependence of each element, shape (E,).
        grays: Gray level of each number, shape (G,).

    Returns:
        Shape (16,): gray-level non-uniformity, the same normalized, gray-level variance, high
        gray-level emphasis, large-size emphasis, large-size high and low gray-level emphasis,
        low gray-level emphasis, entropy, size non-uniformity, the same normalized, percentage,
        size variance, small-size emphasis, small-size high and low gray-level emphasis.
    """
    total = levels.size
    by_gray, by_size = np.bincount(levels), np.bincount(sizes)
    both = _joint_counts(levels, sizes)
    gray, size = grays[levels - 1], sizes.astype(np.float64)
    high, large = gray * gray, size * size
    gray_spread, size_spread = (by_gray * by_gray).sum(), (by_size * by_size).sum()
    return np.array(
        [
            gray_spread / total,
            gray_spread / total**2,
            gray.var(),
            high.mean(),
            large.mean(),
            (large * high).mean(),
            (large / high).mean(),
            (1 / high).mean(),
            np.log2(total) - (both * np.log2(both)).sum() / total,
            size_spread / total,
            size_spread / total**2,
            total / sizes.sum(),
            size.var(),
            (1 / large).mean(),
            (high / large).mean(),
            (1 / (high * large)).mean(),
        ]
    )


def _joint_counts(levels: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count how often each pair of gray level and size that occurs does so."""
    pairs = levels * (sizes.max() + 1) + sizes
    if pairs.max() > TABLE_LIMIT:
        return np.unique(pairs, return_counts=True)[1]
    counts = np.bincount(pairs)
    return counts[counts > 0]
