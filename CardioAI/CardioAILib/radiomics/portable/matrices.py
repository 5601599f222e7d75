"""Counts of gray levels in a region of any dimension: what every texture feature starts from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Lattice:
    """The gray levels of a region, flat and with a border of zeros, so that steps stay inside.

    Attributes:
        index: Gray level at each place, 0 outside the region, shape (M,).
        positions: Places of the region's voxels in ascending order, shape (P,).
        shape: Shape of the box with its border; the product is M.
    """

    index: NDArray[np.int64]
    positions: NDArray[np.int64]
    shape: tuple[int, ...]

    @property
    def levels(self) -> NDArray[np.int64]:
        """Gray level of each voxel, shape (P,)."""
        return self.index[self.positions]

    def step(self, direction: ArrayLike) -> int:
        """Return the distance in ``index`` from a voxel to its neighbor in a direction."""
        strides = np.cumprod((1, *self.shape[:0:-1]))[::-1]
        return int(np.dot(direction, strides))


def lay_out(levels: NDArray[np.integer]) -> Lattice:
    """Put gray levels on a lattice.

    Args:
        levels: Gray levels from 1, 0 outside the region, shape (H, W) or (S, H, W).

    Returns:
        The lattice; its voxels are in the order of ``levels[levels > 0]``.
    """
    padded = np.pad(levels, 1).astype(np.int64)
    index = padded.ravel()
    return Lattice(index, np.flatnonzero(index), padded.shape)


def directions(ndim: int) -> NDArray[np.int64]:
    """Return steps to half of the neighbors at Chebyshev distance 1, in pyradiomics' order.

    Args:
        ndim: 2 or 3.

    Returns:
        Shape (4, 2) or (13, 3); the other half are the same steps backwards.
    """
    around = np.array(list(product((1, 0, -1), repeat=ndim)))
    return around[: len(around) // 2]


def cooccurrence(lattice: Lattice, direction: ArrayLike, size: int) -> NDArray[np.int64]:
    """Count neighboring gray levels in both senses of one direction.

    Args:
        lattice: The region.
        direction: Step to the neighbor, shape (ndim,).
        size: Largest gray level G.

    Returns:
        Shape (G, G), symmetric.
    """
    here = lattice.levels
    there = lattice.index[lattice.positions + lattice.step(direction)]
    pairs = (here[there > 0] - 1) * size + there[there > 0] - 1
    counts = np.bincount(pairs, minlength=size * size).reshape(size, size)
    return counts + counts.T


def runs(lattice: Lattice, direction: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the runs of equal gray level along one direction.

    Args:
        lattice: The region.
        direction: Step along the run, shape (ndim,).

    Returns:
        Gray level and length in voxels of each run, both (R,).
    """
    index, step = lattice.index, lattice.step(direction)
    starts = lattice.positions[index[lattice.positions - step] != lattice.levels]
    lengths = np.ones(starts.size, np.int64)
    growing = np.arange(starts.size)
    while growing.size:
        ahead = starts[growing] + lengths[growing] * step
        growing = growing[index[ahead] == index[starts[growing]]]
        lengths[growing] += 1
    return index[starts], lengths


def lines_hold_pairs(lattice: Lattice, direction: ArrayLike) -> bool:
    """Tell whether any line along a direction holds two voxels, adjacent or not."""
    if lattice.index[lattice.positions + lattice.step(direction)].any():
        return True
    step = np.asarray(direction)
    along = int(np.flatnonzero(step)[0])
    places = np.stack(np.unravel_index(lattice.positions, lattice.shape))
    # Voxels of one line meet where it crosses the plane of index 0.
    feet = places - places[along] * (step * step[along])[:, None]
    return np.unique(feet, axis=1).shape[1] < lattice.positions.size


def zones(
    lattice: Lattice, steps: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Join connected voxels of equal gray level.

    Args:
        lattice: The region.
        steps: Directions that connect, each also backwards, shape (D, ndim).

    Returns:
        Gray level and size in voxels of each zone, both (Z,), and the zone of each voxel (P,).
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    here, size = lattice.levels, lattice.positions.size
    number = np.zeros(lattice.index.size, np.int64)
    number[lattice.positions] = np.arange(size)
    starts, ends = [], []
    for direction in steps:
        ahead = lattice.positions + lattice.step(direction)
        equal = np.flatnonzero(lattice.index[ahead] == here)
        starts.append(equal)
        ends.append(number[ahead[equal]])
    edges = np.concatenate(starts), np.concatenate(ends)
    graph = coo_matrix((np.ones(edges[0].size, bool), edges), shape=(size, size))
    count, zone_of = connected_components(graph, directed=False)
    grays = np.zeros(count, np.int64)
    grays[zone_of] = here
    return grays, np.bincount(zone_of, minlength=count), zone_of


def dependence(lattice: Lattice, steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the neighbors of each voxel that have its own gray level.

    Args:
        lattice: The region.
        steps: Directions to neighbors, each also backwards, shape (D, ndim).

    Returns:
        Shape (P,), from 0 to 2 D.
    """
    here = lattice.levels
    equal = np.zeros(here.size, np.int64)
    for step in _both_senses(lattice, steps):
        equal += lattice.index[lattice.positions + step] == here
    return equal


def neighbor_differences(
    lattice: Lattice, steps: NDArray[np.int64], grays: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Measure how far each voxel is from the mean of its neighbors inside the region.

    Args:
        lattice: The region.
        steps: Directions to neighbors, each also backwards, shape (D, ndim).
        grays: Gray level that each number of the lattice stands for, from number 1, shape (G,).

    Returns:
        Absolute difference of each voxel, 0 without neighbors, and its number of neighbors,
        both (P,).
    """
    values = np.concatenate(([0.0], grays))[lattice.index]
    totals = np.zeros(lattice.positions.size)
    neighbors = np.zeros(lattice.positions.size, np.int64)
    for step in _both_senses(lattice, steps):
        ahead = lattice.positions + step
        totals += values[ahead]
        neighbors += lattice.index[ahead] > 0
    means = totals / np.maximum(neighbors, 1)
    return np.where(neighbors > 0, np.abs(values[lattice.positions] - means), 0.0), neighbors


def _both_senses(lattice: Lattice, steps: NDArray[np.int64]) -> list[int]:
    forward = [lattice.step(direction) for direction in steps]
    return forward + [-step for step in forward]
