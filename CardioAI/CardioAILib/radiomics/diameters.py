"""Largest distances between the vertices of the mesh around a region."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

NONE = -1
"""No vertex on this line."""


@njit(cache=True, nogil=True)
def measure_diameters(
    solid: NDArray[np.bool_], sizes: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Measure the largest distances between vertices of the mesh.

    Vertices lie half-way between neighbors of which one is inside, so all of them are points of
    a grid twice as fine. Ends of a diameter are corners of the convex hull of their plane.

    Args:
        solid: The mask with a border of False, shape (s + 2, h + 2, w + 2).
        sizes: Spacing in mm along each axis.

    Returns:
        In mm, shape (4,): within a plane of constant first, second and third index, and overall.
    """
    rows = _line_ends(solid)
    columns = _line_ends(np.ascontiguousarray(solid.transpose(2, 0, 1)))
    step = np.array(sizes) / 2
    corners, starts = _hulls(rows)
    squared = np.empty(4)
    squared[0] = _widest_in_plane(corners, starts, step[1], step[2])
    squared[3] = _widest_overall(corners, starts, step)
    corners, starts = _hulls(np.ascontiguousarray(rows.transpose(1, 0, 2)))
    squared[1] = _widest_in_plane(corners, starts, step[0], step[2])
    corners, starts = _hulls(columns)
    squared[2] = _widest_in_plane(corners, starts, step[0], step[1])
    return np.sqrt(squared)


@njit(nogil=True)
def _line_ends(solid: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find the first and last vertex of every line of the fine grid along the third axis.

    Returns:
        In steps of the fine grid, by the first and second index of the line, or NONE twice,
        shape (2 a, 2 b, 2) for a solid of shape (a, b, c).
    """
    ends = np.full((2 * solid.shape[0], 2 * solid.shape[1], 2), NONE)
    for i in range(solid.shape[0] - 1):
        for j in range(solid.shape[1] - 1):
            line = solid[i, j]
            # Along the line a vertex lies between two voxels, else between it and the next line.
            _find_ends(line[:-1], line[1:], 1, ends[2 * i, 2 * j])
            _find_ends(line, solid[i + 1, j], 0, ends[2 * i + 1, 2 * j])
            _find_ends(line, solid[i, j + 1], 0, ends[2 * i, 2 * j + 1])
    return ends


@njit(nogil=True)
def _find_ends(
    one: NDArray[np.bool_], other: NDArray[np.bool_], half: int, ends: NDArray[np.int64]
) -> None:
    """Write the first and last place where two lines differ."""
    first, last = 0, one.size - 1
    while first <= last and one[first] == other[first]:
        first += 1
    if first > last:
        return
    while one[last] == other[last]:
        last -= 1
    ends[0], ends[1] = 2 * first + half, 2 * last + half


@njit(nogil=True)
def _hulls(planes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the corners of the convex hull of each plane by Andrew's monotone chain.

    Args:
        planes: First and last vertex of each line of each plane, shape (planes, lines, 2).

    Returns:
        Line and place in the line of each corner (K, 2), and where each plane's corners start,
        with their total at the end (planes + 1,).
    """
    corners = np.empty((planes.shape[0] * planes.shape[1] * 2, 2), np.int64)
    starts = np.zeros(planes.shape[0] + 1, np.int64)
    for p in range(planes.shape[0]):
        top = starts[p]
        for side in range(2):
            base = top
            for line in range(planes.shape[1]):
                place = planes[p, line, side]
                if place == NONE:
                    continue
                while top - base >= 2 and _bends_in(corners, top, line, place, 1 - 2 * side):
                    top -= 1
                corners[top, 0], corners[top, 1] = line, place
                top += 1
        starts[p + 1] = top
    return corners, starts


@njit(nogil=True)
def _bends_in(corners: NDArray[np.int64], top: int, line: int, place: int, sense: int) -> bool:
    """Tell whether the last corner lies on or inside the way from the one before to a new one."""
    first, second = corners[top - 2, 0], corners[top - 2, 1]
    down, across = corners[top - 1, 0] - first, corners[top - 1, 1] - second
    turn = down * (place - second) - across * (line - first)
    return turn * sense <= 0


@njit(nogil=True)
def _widest_in_plane(
    corners: NDArray[np.int64], starts: NDArray[np.int64], line_mm: float, place_mm: float
) -> float:
    """Return the largest squared distance between corners of one and the same plane."""
    widest = 0.0
    for p in range(starts.size - 1):
        for a in range(starts[p], starts[p + 1]):
            for b in range(starts[p], a):
                down = (corners[a, 0] - corners[b, 0]) * line_mm
                across = (corners[a, 1] - corners[b, 1]) * place_mm
                widest = max(widest, down * down + across * across)
    return widest


@njit(nogil=True)
def _widest_overall(
    corners: NDArray[np.int64], starts: NDArray[np.int64], step: NDArray[np.float64]
) -> float:
    """Return the largest squared distance between corners of any two planes."""
    widest = 0.0
    for p in range(starts.size - 1):
        for q in range(p + 1):
            depth = (p - q) * step[0]
            for a in range(starts[p], starts[p + 1]):
                for b in range(starts[q], starts[q + 1]):
                    down = (corners[a, 0] - corners[b, 0]) * step[1]
                    across = (corners[a, 1] - corners[b, 1]) * step[2]
                    widest = max(widest, depth * depth + down * down + across * across)
    return widest
