"""What runs, zones, distances and dependence share: one table of gray level against size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def describe_table(
    counts: NDArray[np.number],
    grays: NDArray[np.float64],
    size: NDArray[np.float64],
    voxels: int,
) -> dict[str, float]:
    """Summarize a matrix that counts elements by gray level and size (IBSI 3.7 to 3.9, 3.11).

    Args:
        counts: Elements by gray level and size, shape (G, N), not all 0.
        grays: Gray level of each row, shape (G,).
        size: Size of each column, shape (N,).
        voxels: Voxels that elements were taken from, each once for every direction.

    Returns:
        Values by what they say: small or large size, low or high gray level.
    """
    total = counts.sum()
    shares = counts / total
    gray = grays[:, None]
    by_gray, by_size = shares.sum(axis=1), shares.sum(axis=0)
    some = shares[shares > 0]
    return {
        "small": np.sum(shares / size**2),
        "large": np.sum(shares * size**2),
        "low": np.sum(shares / gray**2),
        "high": np.sum(shares * gray**2),
        "small_low": np.sum(shares / size**2 / gray**2),
        "small_high": np.sum(shares / size**2 * gray**2),
        "large_low": np.sum(shares * size**2 / gray**2),
        "large_high": np.sum(shares * size**2 * gray**2),
        "gray_nonuniformity": np.sum(by_gray**2) * total,
        "gray_nonuniformity_norm": np.sum(by_gray**2),
        "size_nonuniformity": np.sum(by_size**2) * total,
        "size_nonuniformity_norm": np.sum(by_size**2),
        "percentage": total / voxels,
        "gray_variance": _variance(by_gray, grays),
        "size_variance": _variance(by_size, size),
        "entropy": -np.sum(some * np.log2(some)),
        "energy": np.sum(some**2),
    }


def _variance(shares: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    mean = np.sum(shares * values)
    return float(np.sum(shares * (values - mean) ** 2))
