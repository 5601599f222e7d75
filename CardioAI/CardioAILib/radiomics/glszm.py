"""Gray-level size-zone matrix."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.columns import ZONE_ORDER
from CardioAILib.radiomics.emphasis import describe_sizes


@njit(nogil=True)
def describe_zones(
    index: NDArray[np.int32],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    grays: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the 16 GLSZM features.

    Source: pyradiomics 3.0.1 ``glszm``; IBSI 3.8.

    Args:
        index: Place of each voxel in ``grays`` plus 1, 0 outside the region, laid out flat with
            a border of zeros, see ``layout.lay_out``.
        positions: Positions of the region's voxels in ``index``, ascending, shape (P,).
        steps: Offsets to half of the neighbors that connect, shape (D,).
        grays: Gray levels that occur, ascending, shape (G,).
        out: Shape (16,), written.
    """
    zone_grays, zone_areas = find_zones(index, positions, steps)
    column = np.zeros(zone_areas.max() + 1, np.int32)
    column[zone_areas] = 1
    areas = np.nonzero(column)[0]
    column[areas] = np.arange(areas.size)
    table = np.zeros((grays.size, areas.size), np.int32)
    for z in range(zone_areas.size):
        table[zone_grays[z], column[zone_areas[z]]] += 1
    summary = describe_sizes(table, areas.astype(np.float64), grays)
    for k in range(ZONE_ORDER.size):
        out[k] = summary[ZONE_ORDER[k]]


@njit(nogil=True)
def find_zones(
    index: NDArray[np.int32], positions: NDArray[np.int64], steps: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join connected voxels of equal gray level: labels in one pass, and union-find where two meet.

    Args:
        index: As in ``describe_zones``.
        positions: As in ``describe_zones``.
        steps: As in ``describe_zones``.

    Returns:
        Place in ``grays`` and size in voxels of every zone, both of shape (Z,).
    """
    labels = np.empty(index.size, np.int32)
    parent, areas = np.empty(positions.size, np.int32), np.zeros(positions.size, np.int64)
    grays, used = np.empty(positions.size, np.int64), 0
    for p in positions:
        label = -1
        for step in steps:
            # The step is taken backwards, to voxels that already have their label.
            if index[p - step] == index[p]:
                other = labels[p - step]
                if label < 0:
                    label = other
                elif label != other:
                    _join(parent, label, other)
        if label < 0:
            label, parent[used], grays[used] = used, used, index[p] - 1
            used += 1
        labels[p] = label
        areas[label] += 1
    return _merge(parent[:used], grays, areas)


@njit(nogil=True)
def _merge(
    parent: NDArray[np.int32], grays: NDArray[np.int64], areas: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add the areas of labels that were joined to that of the first of them."""
    zones = 0
    # A label's parent is never younger, so the oldest of a zone has its place before all others.
    place = np.empty(parent.size, np.int64)
    for label in range(parent.size):
        root = _root(parent, label)
        if root == label:
            place[label], grays[zones], areas[zones] = zones, grays[label], areas[label]
            zones += 1
        else:
            areas[place[root]] += areas[label]
    return grays[:zones], areas[:zones]


@njit(nogil=True)
def _root(parent: NDArray[np.int32], label: int) -> int:
    while parent[label] != label:
        parent[label] = parent[parent[label]]
        label = parent[label]
    return label


@njit(nogil=True)
def _join(parent: NDArray[np.int32], one: int, other: int) -> None:
    one, other = _root(parent, one), _root(parent, other)
    parent[max(one, other)] = min(one, other)
