"""Gray-level size-zone matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.emphasis import describe_sizes

ORDER = np.array([0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 13, 14, 15, 8, 11, 12])
"""Position of each feature in the summary of ``describe_sizes``."""


@njit(nogil=True)
def describe_zones(
    index: NDArray[np.int32],
    grays: NDArray[np.float64],
    directions: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the 16 GLSZM features.

    Source: pyradiomics 3.0.1 ``glszm``; IBSI 3.8.

    Args:
        index: Row of each pixel in ``grays`` plus 1, 0 outside the region, with a border of
            zeros, shape (h + 2, w + 2).
        grays: Gray levels that occur, ascending, shape (G,).
        directions: Row and column steps that connect, each also backwards, shape (D, 2).
        out: Shape (16,), written.
    """
    zone_grays, zone_areas = find_zones(index, directions)
    areas = np.unique(zone_areas)
    table = np.zeros((grays.size, areas.size), np.int64)
    for z in range(zone_areas.size):
        table[zone_grays[z], np.searchsorted(areas, zone_areas[z])] += 1
    summary = describe_sizes(table, areas.astype(np.float64), grays)
    for k in range(ORDER.size):
        out[k] = summary[ORDER[k]]


@njit(nogil=True)
def find_zones(
    index: NDArray[np.int32], directions: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join connected pixels of equal gray level by union-find.

    Args:
        index: As in ``describe_zones``.
        directions: As in ``describe_zones``.

    Returns:
        Row in ``grays`` and area in pixels of every zone, both of shape (Z,).
    """
    height, width = index.shape
    flat = index.ravel()
    parent = np.arange(flat.size)
    for r in range(1, height - 1):
        for c in range(1, width - 1):
            if index[r, c] == 0:
                continue
            for d in range(directions.shape[0]):
                # The step is taken backwards, to pixels that already have their zone.
                other_row, other_column = r - directions[d, 0], c - directions[d, 1]
                if index[other_row, other_column] == index[r, c]:
                    _join(parent, r * width + c, other_row * width + other_column)
    areas = np.zeros(flat.size, np.int64)
    for p in range(flat.size):
        if flat[p]:
            areas[_root(parent, p)] += 1
    roots = np.nonzero(areas)[0]
    return flat[roots].astype(np.int64) - 1, areas[roots]


@njit(nogil=True)
def _root(parent: NDArray[np.int64], item: int) -> int:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


@njit(nogil=True)
def _join(parent: NDArray[np.int64], one: int, other: int) -> None:
    one, other = _root(parent, one), _root(parent, other)
    parent[max(one, other)] = min(one, other)
