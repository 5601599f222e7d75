"""Largest distances between the vertices of the mesh around a plate of voxels."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

NONE = -1
"""No vertex on this line."""


@njit(cache=True, nogil=True)
def measure_diameters(
    plate: NDArray[np.bool_], row_mm: float, column_mm: float, slice_mm: float
) -> tuple[float, float, float, float]:
    """Measure the largest distances between vertices of the mesh.

    Vertices lie half-way between neighbors of which one is inside: around the outline in the
    plane of the mask, and half a voxel above and below every pixel. Only the outermost vertices
    of a line can be ends of a diameter.

    Args:
        plate: The mask with a border of False, shape (h + 2, w + 2).
        row_mm: Row spacing in mm.
        column_mm: Column spacing in mm.
        slice_mm: Slice thickness in mm.

    Returns:
        In mm: within a plane parallel to the slice, within one row, within one column, overall.
    """
    outline, caps = _row_extremes(plate)
    in_plane, overall = _spread(outline, caps, row_mm, column_mm, slice_mm)
    in_row = _line_spread(outline, caps, column_mm, slice_mm)
    turned_outline, turned_caps = _row_extremes(plate.T)
    in_column = _line_spread(turned_outline, turned_caps, row_mm, slice_mm)
    return in_plane, in_row, in_column, overall


@njit(cache=True, nogil=True)
def _row_extremes(plate: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the first and last vertex of each row in half pixels.

    Returns:
        Shape (2 rows, 2) each, for the outline and for the caps above and below the pixels.
    """
    height, width = plate.shape
    outline = np.full((2 * height, 2), NONE)
    caps = np.full((2 * height, 2), NONE)
    for r in range(height - 1):
        for c in range(width - 1):
            if plate[r, c]:
                _extend(caps[2 * r], 2 * c)
            if plate[r, c] != plate[r, c + 1]:
                _extend(outline[2 * r], 2 * c + 1)
            if plate[r, c] != plate[r + 1, c]:
                _extend(outline[2 * r + 1], 2 * c)
    return outline, caps


@njit(cache=True, nogil=True)
def _extend(ends: NDArray[np.int64], position: int) -> None:
    if ends[0] == NONE or position < ends[0]:
        ends[0] = position
    ends[1] = max(ends[1], position)


@njit(cache=True, nogil=True)
def _widest(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return the largest distance along a row between vertices of two rows, in pixels."""
    if one[0] == NONE or other[0] == NONE:
        return -1.0
    return max(abs(one[1] - other[0]), abs(other[1] - one[0])) / 2


@njit(cache=True, nogil=True)
def _spread(
    outline: NDArray[np.int64],
    caps: NDArray[np.int64],
    row_mm: float,
    column_mm: float,
    slice_mm: float,
) -> tuple[float, float]:
    in_plane = overall = 0.0
    for a in range(outline.shape[0]):
        for b in range(outline.shape[0]):
            down = ((a - b) / 2 * row_mm) ** 2
            for one, other, depth in (
                (outline[a], outline[b], 0.0),
                (caps[a], caps[b], 0.0),
                (outline[a], caps[b], slice_mm / 2),
                (caps[a], caps[b], slice_mm),
            ):
                widest = _widest(one, other)
                if widest >= 0:
                    squared = down + (widest * column_mm) ** 2 + depth**2
                    overall = max(overall, squared)
                    if depth == 0:
                        in_plane = max(in_plane, squared)
    return np.sqrt(in_plane), np.sqrt(overall)


@njit(cache=True, nogil=True)
def _line_spread(
    outline: NDArray[np.int64], caps: NDArray[np.int64], pixel_mm: float, slice_mm: float
) -> float:
    """Return the largest distance between vertices of one and the same row."""
    largest = 0.0
    for a in range(outline.shape[0]):
        for one, other, depth in (
            (outline[a], outline[a], 0.0),
            (outline[a], caps[a], slice_mm / 2),
            (caps[a], caps[a], slice_mm),
        ):
            widest = _widest(one, other)
            if widest >= 0:
                largest = max(largest, (widest * pixel_mm) ** 2 + depth**2)
    return np.sqrt(largest)
