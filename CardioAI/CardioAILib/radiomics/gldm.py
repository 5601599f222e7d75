"""Gray-level dependence matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.columns import DEPENDENCE_ORDER
from CardioAILib.radiomics.emphasis import describe_sizes


@njit(nogil=True)
def describe_dependence(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the 14 GLDM features.

    A voxel depends on the neighbors of its own gray level (alpha 0) and on itself. Source:
    pyradiomics 3.0.1 ``gldm``; IBSI 3.11 neighboring gray-level dependence.

    Args:
        index: Place of each voxel in ``grays`` plus 1, 0 outside the region, laid out flat with
            a border of zeros, see ``layout.lay_out``.
        positions: Positions of the region's voxels in ``index``, ascending, shape (P,).
        steps: Offsets to half of the neighbors, each also backwards, shape (D,).
        grays: Gray levels that occur, ascending, shape (G,).
        out: Shape (14,), written.
    """
    table = count_dependence(index, positions, steps, grays.size)
    sizes = np.arange(1.0, table.shape[1] + 1)
    summary = describe_sizes(table, sizes, grays)
    for k in range(DEPENDENCE_ORDER.size):
        out[k] = summary[DEPENDENCE_ORDER[k]]


@njit(nogil=True)
def count_dependence(
    index: NDArray[np.int32], positions: NDArray[np.int64], steps: NDArray[np.int64], grays: int
) -> NDArray[np.int32]:
    """Count voxels by gray level and number of equal neighbors, themselves included.

    Args:
        index: As in ``describe_dependence``.
        positions: As in ``describe_dependence``.
        steps: As in ``describe_dependence``.
        grays: Number of gray levels.

    Returns:
        Shape (G, 2 D + 1).
    """
    first = positions[0]
    here = index[first : positions[-1] + 1]
    equal = np.zeros(here.size, np.int32)
    # Over the whole row, not from voxel to voxel: this way many are compared at once.
    for step in steps:
        ahead = index[first + step : first + step + here.size]
        behind = index[first - step : first - step + here.size]
        for k in range(here.size):
            equal[k] += np.int32(ahead[k] == here[k]) + np.int32(behind[k] == here[k])
    table = np.zeros((grays, 2 * steps.size + 1), np.int32)
    for p in positions:
        table[index[p] - 1, equal[p - first]] += 1
    return table
