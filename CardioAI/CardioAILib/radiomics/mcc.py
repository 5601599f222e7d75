"""Maximal correlation coefficient of a symmetric co-occurrence matrix, without building Q."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

CHECK_EVERY = 2
"""Lanczos steps between tests for convergence."""

TOLERANCE = 3e-10
"""Change between two tests that counts as none."""

NOISE = 0.2
"""Share of random direction in the starting vector."""

Sparse = tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.float64]]
"""Symmetric matrix by rows: first entry of each row and the end, column and value of each."""


@njit(nogil=True)
def maximal_correlation(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    counts: NDArray[np.int32],
    marginal: NDArray[np.int64],
) -> float:
    """Return the root of the second-largest eigenvalue of Q (Haralick 1973, f14).

    For a symmetric matrix P with marginal p, Q is similar to S^2 with
    S(i, j) = P(i, j) / sqrt(p(i) p(j)). The largest eigenvalue of S is 1 with eigenvector
    sqrt(p); with it taken out, the coefficient is the largest magnitude that is left.

    Args:
        rows: Row of each co-occurrence that is not zero, on or above the diagonal, shape (E,).
        columns: Their columns, shape (E,).
        counts: Their counts, shape (E,).
        marginal: Row sums of the whole matrix, shape (G,).

    Returns:
        The coefficient, between 0 and 1; 0 where only one gray level has neighbors.
    """
    used = 0
    roots = np.empty(marginal.size)
    for g in range(marginal.size):
        roots[g] = np.sqrt(marginal[g])
        used += marginal[g] > 0
    if used < 2:
        return 0.0
    matrix = _normalized(rows, columns, counts, roots)
    top = roots / np.sqrt(_dot(roots, roots))
    return min(_largest_magnitude(matrix, top, 3 * used), 1.0)


@njit(nogil=True)
def _normalized(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    counts: NDArray[np.int32],
    roots: NDArray[np.float64],
) -> Sparse:
    """Lay out S by rows, both halves of it."""
    starts = np.zeros(roots.size + 2, np.int64)
    for e in range(rows.size):
        starts[rows[e] + 2] += 1
        if rows[e] != columns[e]:
            starts[columns[e] + 2] += 1
    for g in range(roots.size):
        starts[g + 2] += starts[g + 1]
    across, values = np.empty(starts[-1], np.uint32), np.empty(starts[-1])
    # While the rows fill up, starts[g + 1] is where the next entry of row g goes.
    for e in range(rows.size):
        i, j = rows[e], columns[e]
        value = counts[e] / (roots[i] * roots[j])
        across[starts[i + 1]], values[starts[i + 1]] = j, value
        starts[i + 1] += 1
        if i != j:
            across[starts[j + 1]], values[starts[j + 1]] = i, value
            starts[j + 1] += 1
    return starts[:-1], across, values


@njit(nogil=True)
def _largest_magnitude(matrix: Sparse, top: NDArray[np.float64], most: int) -> float:
    """Run Lanczos in the complement of ``top``.

    Of all that came before only ``top`` is taken out again at each step: eigenvalues that are
    found twice for want of orthogonality do not change the largest.
    """
    diagonal, beside = np.empty(most), np.empty(most)
    before, vector, after = np.zeros(top.size), _start(top), np.empty(top.size)
    found = length = 0.0
    for k in range(most):
        _multiply(matrix, vector, after)
        diagonal[k] = _dot(after, vector)
        _subtract(after, diagonal[k], vector)
        _subtract(after, length, before)
        _subtract(after, _dot(after, top), top)
        length = np.sqrt(_dot(after, after))
        beside[k] = length
        last = k == most - 1 or length < 1e-13
        if last or k % CHECK_EVERY == CHECK_EVERY - 1:
            grown = _magnitude(diagonal[: k + 1], beside)
            if last or abs(grown - found) < TOLERANCE:
                return grown
            found = grown
        for i in range(after.size):
            after[i] /= length
        before, vector, after = vector, after, before
    return found


@njit(nogil=True)
def _start(top: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make a vector without ``top``, the same on every call.

    Neighbors of bright pixels are bright, so what is sought is often near to growing with the
    gray level; a share in every other direction makes sure of the other cases.
    """
    mean = 0.0
    for i in range(top.size):
        mean += top[i] * top[i] * i
    vector = np.empty(top.size)
    state = np.uint32(2463534242)
    for i in range(top.size):
        state ^= np.uint32(state << np.uint32(13))
        state ^= np.uint32(state >> np.uint32(17))
        state ^= np.uint32(state << np.uint32(5))
        noise = state / 4294967296.0 - 0.5
        vector[i] = top[i] * (i - mean) / top.size + (NOISE * noise if top[i] > 0 else 0.0)
    for _ in range(2):
        _subtract(vector, _dot(vector, top), top)
        vector /= np.sqrt(_dot(vector, vector))
    return vector


# Sums may be reordered here: nothing downstream depends on the last bit.
@njit(nogil=True, fastmath=True)
def _dot(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    total = 0.0
    for i in range(one.size):
        total += one[i] * other[i]
    return total


@njit(nogil=True, fastmath=True)
def _subtract(vector: NDArray[np.float64], share: float, direction: NDArray[np.float64]) -> None:
    for i in range(vector.size):
        vector[i] -= share * direction[i]


@njit(nogil=True, fastmath=True)
def _multiply(matrix: Sparse, vector: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    starts, columns, values = matrix
    for i in range(vector.size):
        total = 0.0
        for e in range(starts[i], starts[i + 1]):
            total += values[e] * vector[columns[e]]
        out[i] = total


@njit(nogil=True)
def _magnitude(diagonal: NDArray[np.float64], beside: NDArray[np.float64]) -> float:
    """Return the largest magnitude of an eigenvalue of a tridiagonal matrix, all in [-1, 1]."""
    found = _largest_eigenvalue(diagonal, beside)
    if _exceeds(-diagonal, beside, max(found, 0.0)):
        return _largest_eigenvalue(-diagonal, beside)
    return max(found, 0.0)


@njit(nogil=True)
def _largest_eigenvalue(diagonal: NDArray[np.float64], beside: NDArray[np.float64]) -> float:
    """Descend from above with Laguerre's method on the characteristic polynomial.

    Source: Parlett, The Symmetric Eigenvalue Problem, 1998, section 3.3 for the pivots; for a
    polynomial with real roots alone the descent cannot pass the largest.
    """
    size = diagonal.size
    place = 1.0 + 1e-9
    for _ in range(100):
        slope, bend = _logarithmic_derivatives(diagonal, beside, place)
        if slope <= 0:
            return place
        step = size / (slope + np.sqrt(max((size - 1) * (size * bend - slope * slope), 0.0)))
        place -= step
        if step < 0.01 * TOLERANCE:
            return place
    return place


@njit(nogil=True)
def _logarithmic_derivatives(
    diagonal: NDArray[np.float64], beside: NDArray[np.float64], place: float
) -> tuple[float, float]:
    """Sum 1 / (x - root) and 1 / (x - root)^2 over the roots; 0 and 0 for x not above them."""
    pivot = place - diagonal[0]
    if pivot <= 0:
        return 0.0, 0.0
    first, second = 1 / pivot, 0.0
    slope, bend = first, first * first
    for k in range(1, diagonal.size):
        ratio = beside[k - 1] ** 2 / pivot
        pivot = place - diagonal[k] - ratio
        if pivot <= 0:
            return 0.0, 0.0
        second = ratio * (second - 2 * first * first) / pivot
        first = (1 + ratio * first) / pivot
        slope += first
        bend += first * first - second
    return slope, bend


@njit(nogil=True)
def _exceeds(diagonal: NDArray[np.float64], beside: NDArray[np.float64], bound: float) -> bool:
    """Tell by Sturm's sequence whether an eigenvalue is over a bound."""
    pivot = diagonal[0] - bound
    k = 1
    while pivot < 0 and k < diagonal.size:
        pivot = diagonal[k] - bound - beside[k - 1] ** 2 / pivot
        k += 1
    return pivot >= 0
