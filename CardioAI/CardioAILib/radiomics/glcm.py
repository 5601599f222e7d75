"""Gray-level co-occurrence matrix, symmetric, distance 1."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.columns import INVERSE_VARIANCE, MCC, ROUNDING
from CardioAILib.radiomics.logs import entropy, weighted_log
from CardioAILib.radiomics.mcc import maximal_correlation


@njit(nogil=True)
def describe_pairs(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
    with_mcc: bool = True,
) -> None:
    """Write the 24 GLCM features, averaged over directions.

    Directions without a pair are left out; without any the features are nan, but for two of a
    single gray level: ``MCC`` is 1 (always, unless one direction was asked for and has no pair)
    and ``InverseVariance`` is 0 (then). Source: pyradiomics 3.0.1 ``glcm``; Haralick 1973;
    IBSI 3.6, merging per direction.

    Args:
        index: Place of each voxel in ``grays`` plus 1, 0 outside the region, laid out flat with
            a border of zeros, see ``layout.lay_out``.
        positions: Positions of the region's voxels in ``index``, ascending, shape (P,).
        steps: Offsets to one neighbor in each direction, shape (D,).
        grays: Gray levels that occur, ascending, shape (G,).
        out: Shape (24,), written.
        with_mcc: Whether ``MCC`` is wanted, which takes most of the time; else it is nan.
    """
    out[:] = 0.0
    used = 0
    values = np.empty(24)
    for step in steps:
        counts = count_pairs(index, positions, step, grays.size)
        if _describe_matrix(counts, grays, values, with_mcc):
            out += values
            used += 1
    out /= float(used) if used else np.nan
    if steps.size > 1 or used:
        if grays.size == 1:
            out[MCC] = 1.0
    elif grays[-1] == 1:
        out[INVERSE_VARIANCE] = 0.0


@njit(nogil=True)
def count_pairs(
    index: NDArray[np.int32], positions: NDArray[np.int64], step: int, grays: int
) -> NDArray[np.int32]:
    """Count neighboring gray levels in one direction.

    Args:
        index: As in ``describe_pairs``.
        positions: As in ``describe_pairs``.
        step: Offset to the neighbor in this direction.
        grays: Number of gray levels.

    Returns:
        Each pair once, in its lesser level's row, shape (G, G); zeros below the diagonal.
    """
    counts = np.zeros((grays, grays), np.int32)
    for p in positions:
        here, there = index[p], index[p + step]
        if there:
            counts[min(here, there) - 1, max(here, there) - 1] += 1
    return counts


@njit(nogil=True)
def _describe_matrix(
    counts: NDArray[np.int32],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
    with_mcc: bool,
) -> bool:
    """Write the features of one direction; return False, and write nothing, without a pair."""
    rows, columns, cells = _upper_triangle(counts)
    if not cells.size:
        return False
    levels = int(grays[-1])
    marginal, sums, differences = _project(rows, columns, cells, grays)
    total = marginal.sum()
    mean = (marginal * grays).sum() / total
    variance = (marginal * (grays - mean) ** 2).sum() / total
    _describe_cells(rows, columns, cells, grays, total, out)
    _describe_sums(sums, total, mean, out)
    _describe_differences(differences, total, levels, out)
    covariance = (out[3] - out[4]) / 4
    out[5] = covariance / variance if variance > 0 else 1.0
    out[13], out[14] = _information(entropy(marginal, total), out[18])
    out[16] = mean
    out[MCC] = maximal_correlation(rows, columns, cells, marginal) if with_mcc else np.nan
    out[23] = variance
    return True


@njit(nogil=True)
def _upper_triangle(
    counts: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """List row, column and symmetrical count of what is not zero on and above the diagonal."""
    size = counts.shape[0]
    rows = np.empty(size * (size + 1) // 2, np.int32)
    columns, cells = np.empty_like(rows), np.empty_like(rows)
    used = 0
    for i in range(size):
        for j in range(i, size):
            # Written in any case and kept only if it counts: a branch would be guessed wrong.
            # On the diagonal a pair counts in both senses.
            rows[used], columns[used], cells[used] = i, j, counts[i, j] * (1 + (i == j))
            used += counts[i, j] > 0
    return rows[:used], columns[:used], cells[:used]


@njit(nogil=True)
def _project(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    cells: NDArray[np.int32],
    grays: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Sum the counts of each gray level, and of each sum and difference of two."""
    levels = int(grays[-1])
    marginal = np.zeros(grays.size, np.int64)
    sums, differences = np.zeros(2 * levels + 1, np.int64), np.zeros(levels, np.int64)
    for e in range(cells.size):
        i, j, count = rows[e], columns[e], cells[e]
        marginal[i] += count
        if i != j:
            marginal[j] += count
            count *= 2
        sums[int(grays[i] + grays[j])] += count
        differences[int(grays[j] - grays[i])] += count
    return marginal, sums, differences


@njit(nogil=True)
def _describe_cells(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    cells: NDArray[np.int32],
    grays: NDArray[np.float64],
    total: int,
    out: NDArray[np.float64],
) -> None:
    """Write what depends on each pair of gray levels."""
    product = energy = logs = 0.0
    largest = 0
    for e in range(cells.size):
        count = cells[e]
        twice = 1.0 if rows[e] == columns[e] else 2.0
        product += twice * count * grays[rows[e]] * grays[columns[e]]
        energy += twice * count * count
        logs += twice * weighted_log(count)
        largest = max(largest, count)
    out[0] = product / total
    out[17] = energy / total / total
    out[18] = np.log2(total) - logs / total
    out[20] = largest / total


@njit(nogil=True)
def _information(single: float, joint: float) -> tuple[float, float]:
    """Return the two informational measures of correlation from the entropies."""
    information = 2 * single - joint
    if information < ROUNDING:
        information = 0.0
    first = -information / single if single > ROUNDING else 0.0
    return first, np.sqrt(1 - np.exp(-2 * information))


@njit(nogil=True)
def _describe_sums(
    counts: NDArray[np.int64], total: int, mean: float, out: NDArray[np.float64]
) -> None:
    """Write what depends on the sum of two gray levels alone."""
    average = shade = tendency = prominence = 0.0
    for k in range(counts.size):
        offset = k - 2 * mean
        squared = counts[k] * offset * offset
        average += counts[k] * k
        tendency += squared
        shade += squared * offset
        prominence += squared * offset * offset
    out[1], out[2], out[3] = prominence / total, shade / total, tendency / total
    out[21], out[22] = average / total, entropy(counts, total)


@njit(nogil=True)
def _describe_differences(
    counts: NDArray[np.int64], total: int, levels: int, out: NDArray[np.float64]
) -> None:
    """Write what depends on the difference of two gray levels alone."""
    average = contrast = inverse = inverse_moment = 0.0
    normalized_moment = normalized = inverse_variance = 0.0
    for k in range(counts.size):
        squared = k * k
        average += counts[k] * k
        contrast += counts[k] * squared
        inverse += counts[k] / (1 + k)
        inverse_moment += counts[k] / (1 + squared)
        normalized_moment += counts[k] / (levels * levels + squared)
        normalized += counts[k] / (levels + k)
        if k:
            inverse_variance += counts[k] / squared
    average /= total
    variance = 0.0
    for k in range(counts.size):
        variance += counts[k] * (k - average) ** 2
    out[4], out[6], out[7] = contrast / total, average, entropy(counts, total)
    out[8] = variance / total
    out[9], out[10] = inverse / total, inverse_moment / total
    out[11] = normalized_moment * levels * levels / total
    out[12] = normalized * levels / total
    out[INVERSE_VARIANCE] = inverse_variance / total
