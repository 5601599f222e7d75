"""Maximal correlation coefficient of a symmetric co-occurrence matrix, without building Q."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

CHECK_EVERY = 6
TOLERANCE = 1e-13


@njit(nogil=True)
def maximal_correlation(counts: NDArray[np.int32], marginal: NDArray[np.int64]) -> float:
    """Return the root of the second-largest eigenvalue of Q (IBSI-less; Haralick 1973, f14).

    For a symmetric matrix P with marginal p, Q is similar to S^2 with
    S(i, j) = P(i, j) / sqrt(p(i) p(j)). The largest eigenvalue of S is 1 with eigenvector
    sqrt(p); with it taken out, the coefficient is the largest magnitude that is left.

    Args:
        counts: Symmetric co-occurrence counts, shape (G, G).
        marginal: Their row sums, shape (G,).

    Returns:
        The coefficient, between 0 and 1; 0 where only one gray level has neighbors.
    """
    support = np.nonzero(marginal)[0]
    if support.size < 2:
        return 0.0
    roots = np.sqrt(marginal[support].astype(np.float64))
    rows, columns, weights = _normalized_entries(counts, support, roots)
    top = roots / np.sqrt((roots * roots).sum())
    return min(_largest_magnitude(rows, columns, weights, top), 1.0)


@njit(nogil=True)
def _normalized_entries(
    counts: NDArray[np.int32], support: NDArray[np.int64], roots: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """List the non-zero entries of S on and above its diagonal."""
    size = support.size
    rows = np.empty(size * (size + 1) // 2, np.int64)
    columns = np.empty_like(rows)
    weights = np.empty(rows.size)
    used = 0
    for i in range(size):
        for j in range(i, size):
            count = counts[support[i], support[j]]
            if count:
                rows[used], columns[used] = i, j
                weights[used] = count / (roots[i] * roots[j])
                used += 1
    return rows[:used], columns[:used], weights[:used]


@njit(nogil=True)
def _largest_magnitude(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    weights: NDArray[np.float64],
    top: NDArray[np.float64],
) -> float:
    """Run Lanczos in the complement of ``top``, reorthogonalizing against all that came before."""
    size = top.size
    basis = np.empty((size, size))
    basis[0] = top
    diagonal, beside = np.empty(size), np.empty(size)
    basis[1 % size] = _start(top)
    found = 0.0
    for k in range(1, size):
        vector = _multiply(rows, columns, weights, basis[k])
        diagonal[k - 1] = np.dot(vector, basis[k])
        _orthogonalize(vector, basis, k + 1)
        length = np.sqrt(np.dot(vector, vector))
        beside[k - 1] = length
        last = k == size - 1 or length < 1e-14
        if last or k % CHECK_EVERY == 0:
            estimate = _extreme_eigenvalue(diagonal[:k], beside[: k - 1])
            if last or abs(estimate - found) <= TOLERANCE * estimate:
                return estimate
            found = estimate
        basis[k + 1] = vector / length
    return found


@njit(nogil=True)
def _start(top: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make a vector with a share in every direction but ``top``, the same on every call."""
    vector = np.empty(top.size)
    state = np.uint32(2463534242)
    for i in range(top.size):
        state ^= np.uint32(state << np.uint32(13))
        state ^= np.uint32(state >> np.uint32(17))
        state ^= np.uint32(state << np.uint32(5))
        vector[i] = state / 4294967296.0 - 0.5
    for _ in range(2):
        vector -= np.dot(vector, top) * top
        vector /= np.sqrt(np.dot(vector, vector))
    return vector


@njit(nogil=True)
def _multiply(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    weights: NDArray[np.float64],
    vector: NDArray[np.float64],
) -> NDArray[np.float64]:
    out = np.zeros(vector.size)
    for e in range(rows.size):
        i, j = rows[e], columns[e]
        out[i] += weights[e] * vector[j]
        if i != j:
            out[j] += weights[e] * vector[i]
    return out


@njit(nogil=True)
def _orthogonalize(vector: NDArray[np.float64], basis: NDArray[np.float64], used: int) -> None:
    """Take out every basis vector, twice: once leaves a rest that grows with the steps."""
    for _ in range(2):
        for k in range(used):
            share = 0.0
            for i in range(vector.size):
                share += vector[i] * basis[k, i]
            for i in range(vector.size):
                vector[i] -= share * basis[k, i]


@njit(nogil=True)
def _extreme_eigenvalue(diagonal: NDArray[np.float64], beside: NDArray[np.float64]) -> float:
    """Return the largest magnitude among the eigenvalues of a tridiagonal matrix."""
    return max(_largest_eigenvalue(diagonal, beside), _largest_eigenvalue(-diagonal, beside))


@njit(nogil=True)
def _largest_eigenvalue(diagonal: NDArray[np.float64], beside: NDArray[np.float64]) -> float:
    """Bisect on the sign of the pivots (Sturm); S has no eigenvalue outside [-1, 1]."""
    low, high = -1.01, 1.01
    for _ in range(60):
        middle = 0.5 * (low + high)
        pivot = diagonal[0] - middle
        below = pivot < 0
        k = 1
        while below and k < diagonal.size:
            pivot = diagonal[k] - middle - beside[k - 1] ** 2 / pivot
            below = pivot < 0
            k += 1
        if below:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)
