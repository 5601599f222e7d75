"""Features of gray level co-occurrence matrices (IBSI 3.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def describe_pairs(
    counts: NDArray[np.number], grays: NDArray[np.float64], size: int
) -> dict[str, float]:
    """Compute the 25 features of one matrix.

    Args:
        counts: Symmetric counts of neighboring gray levels, shape (G, G), not all 0.
        grays: Gray level of each row, shape (G,).
        size: Number of gray levels that there may be, which differences are normalized by.

    Returns:
        Values by the part of their tag after ``cm_``.
    """
    joint = counts / counts.sum()
    i, j = np.meshgrid(grays, grays, indexing="ij")
    apart = np.abs(i - j)
    return (
        _of_joint(joint, i, j)
        | _of_differences(_diagonal(joint, apart), size)
        | _of_sums(_diagonal(joint, i + j))
        | _information(joint)
    )


def _diagonal(joint: NDArray[np.float64], keys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up probabilities by difference or by sum of gray levels, from 0 on."""
    return np.bincount(keys.astype(np.int64).ravel(), joint.ravel())


def _of_joint(
    joint: NDArray[np.float64], i: NDArray[np.float64], j: NDArray[np.float64]
) -> dict[str, float]:
    mean = np.sum(i * joint)
    variance = np.sum((i - mean) ** 2 * joint)
    product = np.sum(i * j * joint)
    return {
        "joint_max": joint.max(),
        "joint_avg": mean,
        "joint_var": variance,
        "joint_entr": _entropy(joint),
        "energy": np.sum(joint**2),
        # One gray level alone is perfectly correlated with itself, as in pyradiomics.
        "corr": (product - mean**2) / variance if variance > 0 else 1.0,
        "auto_corr": product,
        "clust_tend": np.sum((i + j - 2 * mean) ** 2 * joint),
        "clust_shade": np.sum((i + j - 2 * mean) ** 3 * joint),
        "clust_prom": np.sum((i + j - 2 * mean) ** 4 * joint),
    }


def _of_differences(shares: NDArray[np.float64], size: int) -> dict[str, float]:
    k = np.arange(len(shares))
    mean = np.sum(k * shares)
    return {
        "diff_avg": mean,
        "diff_var": np.sum((k - mean) ** 2 * shares),
        "diff_entr": _entropy(shares),
        "contrast": np.sum(k**2 * shares),
        "dissimilarity": mean,
        "inv_diff": np.sum(shares / (1 + k)),
        "inv_diff_norm": np.sum(shares / (1 + k / size)),
        "inv_diff_mom": np.sum(shares / (1 + k**2)),
        "inv_diff_mom_norm": np.sum(shares / (1 + (k / size) ** 2)),
        "inv_var": np.sum(shares[1:] / k[1:] ** 2),
    }


def _of_sums(shares: NDArray[np.float64]) -> dict[str, float]:
    k = np.arange(len(shares))
    mean = np.sum(k * shares)
    return {
        "sum_avg": mean,
        "sum_var": np.sum((k - mean) ** 2 * shares),
        "sum_entr": _entropy(shares),
    }


def _information(joint: NDArray[np.float64]) -> dict[str, float]:
    own = joint.sum(axis=1)
    independent = np.outer(own, own)
    hxy, hx, hxy2 = _entropy(joint), _entropy(own), _entropy(independent)
    there = joint > 0
    hxy1 = -np.sum(joint[there] * np.log2(independent[there]))
    return {
        "info_corr1": (hxy - hxy1) / hx if hx > 0 else 0.0,
        # Rounding may leave a difference of equal entropies below 0.
        "info_corr2": np.sqrt(max(1 - np.exp(-2 * (hxy2 - hxy)), 0.0)),
    }


def _entropy(shares: NDArray[np.float64]) -> float:
    some = shares[shares > 0]
    return float(-np.sum(some * np.log2(some)))
