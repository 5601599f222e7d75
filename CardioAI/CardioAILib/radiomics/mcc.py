"""Maximal correlation coefficient of a symmetric co-occurrence matrix, without building Q."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

CHECK_EVERY = 8
"""Lanczos steps between tests for convergence."""

TOLERANCE = 1e-12
"""Change between two tests that counts as none."""


@njit(nogil=True)
def maximal_correlation(counts: NDArray[np.int32], marginal: NDArray[np.int64]) -> float:
    """Return the root of the second-largest eigenvalue of Q (Haralick 1973, f14).

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
    top = roots / np.sqrt(_dot(roots, roots))
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
    diagonal, beside = np.empty(size), np.empty(size)
    basis[0] = top
    basis[1] = _start(top)
    found = 0.0
    for k in range(1, size):
        vector = _multiply(rows, columns, weights, basis[k])
        diagonal[k - 1] = _dot(vector, basis[k])
        _orthogonalize(vector, basis[: k + 1])
        length = np.sqrt(_dot(vector, vector))
        beside[k - 1] = length
        last = k == size - 1 or length < 1e-14
        if last or k % CHECK_EVERY == 0:
            grown = _grow_estimate(diagonal[:k], beside, found)
            if last or grown == found:
                return grown
            found = grown
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
        vector -= _dot(vector, top) * top
        vector /= np.sqrt(_dot(vector, vector))
    return vector


# Sums may be reordered here: nothing downstream depends on the last bit.
@njit(nogil=True, fastmath=True)
def _dot(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    total = 0.0
    for i in range(one.size):
        total += one[i] * other[i]
    return total


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
def _orthogonalize(vector: NDArray[np.float64], basis: NDArray[np.float64]) -> None:
    """Take out every basis vector, a second time if little is left and rounding would show."""
    before = _dot(vector, vector)
    for _ in range(2):
        for k in range(basis.shape[0]):
            share = _dot(vector, basis[k])
            for i in range(vector.size):
                vector[i] -= share * basis[k, i]
        after = _dot(vector, vector)
        if after > 1e-2 * before:
            return
        before = after


@njit(nogil=True)
def _grow_estimate(
    diagonal: NDArray[np.float64], beside: NDArray[np.float64], found: float
) -> float:
    """Return the largest eigenvalue magnitude of a tridiagonal matrix that is at least ``found``.

    Magnitudes only grow with Lanczos steps, so the search starts at what was found before.
    """
    low = found
    for sign in (1.0, -1.0):
        if not _reaches(diagonal, beside, sign, low + TOLERANCE):
            continue
        # S has no eigenvalue outside [-1, 1].
        high = 1.0 + 1e-9
        while high - low > 0.1 * TOLERANCE:
            middle = 0.5 * (low + high)
            if _reaches(diagonal, beside, sign, middle):
                low = middle
            else:
                high = middle
    return low


@njit(nogil=True)
def _reaches(
    diagonal: NDArray[np.float64], beside: NDArray[np.float64], sign: float, bound: float
) -> bool:
    """Tell by Sturm's sequence whether ``sign`` times the matrix has an eigenvalue over a bound."""
    pivot = sign * diagonal[0] - bound
    k = 1
    while pivot < 0 and k < diagonal.size:
        pivot = sign * diagonal[k] - bound - beside[k - 1] ** 2 / pivot
        k += 1
    return pivot >= 0
