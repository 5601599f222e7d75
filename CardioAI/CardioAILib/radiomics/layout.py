"""A region of any dimension laid out flat: neighbors become steps along one row of voxels."""

from __future__ import annotations

from itertools import product

import numpy as np
from numba import njit
from numpy.typing import NDArray

DIRECTIONS = {
    "z": np.array([[0, 1], [1, -1], [1, 0], [1, 1]]),
    "x": np.array([[0, 1]]),
    "volume": np.array([step for step in product((-1, 0, 1), repeat=3) if step > (0, 0, 0)]),
}
"""Half of the neighbors, in array axes: of a slice by the axis that is one voxel thick, and of a
volume."""


@njit(nogil=True, cache=True)
def lay_out(
    coordinates: NDArray[np.int64], directions: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], int]:
    """Lay the bounding box of a region, with a border one voxel thick, out in one row.

    No step from a voxel of the region leaves the border, so kernels need no bounds.

    Args:
        coordinates: Of each voxel in row-major order, shape (P, ndim).
        directions: Steps to half of the neighbors, shape (D, ndim), of -1, 0 and 1.

    Returns:
        Positions of the voxels in the row, ascending, shape (P,); the steps as offsets in the
        row, shape (D,); which directions have a line that holds two voxels, adjacent or not,
        shape (D,); and the length of the row.
    """
    ndim = coordinates.shape[1]
    strides, size = np.empty(ndim, np.int64), 1
    first, extent = _box(coordinates)
    for axis in range(ndim - 1, -1, -1):
        strides[axis] = size
        size *= extent[axis] + 2
    positions = np.zeros(coordinates.shape[0], np.int64)
    for axis in range(ndim):
        for p in range(positions.size):
            positions[p] += (coordinates[p, axis] - first[axis] + 1) * strides[axis]
    steps = np.empty(directions.shape[0], np.int64)
    lined = np.empty(directions.shape[0], np.bool_)
    filled = np.zeros(size, np.bool_)
    for p in positions:
        filled[p] = True
    for d in range(steps.size):
        steps[d] = (directions[d] * strides).sum()
        lined[d] = _some_touch(filled, positions, steps[d]) or _line_holds_pair(
            coordinates, directions[d]
        )
    return positions, steps, lined, size


@njit(nogil=True, cache=True)
def _some_touch(filled: NDArray[np.bool_], positions: NDArray[np.int64], step: int) -> bool:
    """Tell whether a voxel of the region has its neighbor in it."""
    for p in positions:  # noqa: SIM110 - numba compiles no generator expression
        if filled[p + step]:
            return True
    return False


@njit(nogil=True, cache=True)
def _line_holds_pair(coordinates: NDArray[np.int64], direction: NDArray[np.int64]) -> bool:
    """Tell whether any line along a direction holds two voxels of the region."""
    # Each voxel moves along its line until it meets the plane where the leading axis is zero.
    lead = 0
    while direction[lead] == 0:
        lead += 1
    feet = np.empty_like(coordinates)
    for p in range(feet.shape[0]):
        for axis in range(feet.shape[1]):
            moved = coordinates[p, lead] * direction[lead] * direction[axis]
            feet[p, axis] = coordinates[p, axis] - moved
    first, extent = _box(feet)
    seen = np.zeros(extent.prod(), np.bool_)
    for p in range(feet.shape[0]):
        line = 0
        for axis in range(feet.shape[1]):
            line = line * extent[axis] + feet[p, axis] - first[axis]
        if seen[line]:
            return True
        seen[line] = True
    return False


@njit(nogil=True, cache=True)
def _box(coordinates: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first corner and extent along each axis of what holds all coordinates."""
    first, last = coordinates[0].copy(), coordinates[0].copy()
    for p in range(coordinates.shape[0]):
        for axis in range(coordinates.shape[1]):
            first[axis] = min(first[axis], coordinates[p, axis])
            last[axis] = max(last[axis], coordinates[p, axis])
    return first, last - first + 1


@njit(nogil=True)
def index_levels(
    levels: NDArray[np.int32], positions: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Number the gray levels that occur and lay them out as ``lay_out`` says.

    Args:
        levels: Gray level of each voxel, from 1, shape (P,).
        positions: Position of each voxel in the row, shape (P,).
        size: Length of the row.

    Returns:
        The index: place of each voxel's level in the list of levels plus 1, 0 outside the
        region, shape (size,); that list, ascending, shape (G,); the voxels at each level (G,).
    """
    counts = np.zeros(levels.max() + 1, np.int64)
    for level in levels:
        counts[level] += 1
    present = np.nonzero(counts)[0]
    number = np.zeros(counts.size, np.int32)
    for g in range(present.size):
        number[present[g]] = g + 1
    index = np.zeros(size, np.int32)
    for p in range(levels.size):
        index[positions[p]] = number[levels[p]]
    return index, present.astype(np.float64), counts[present]
