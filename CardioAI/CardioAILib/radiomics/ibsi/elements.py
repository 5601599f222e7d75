"""What texture matrices count, part by part: pairs, runs, zones, neighbors.

A part is a slice or the whole region. Elements are kept as lists, since adding matrices is joining
lists, and a matrix of thousands of gray levels or sizes is mostly empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.ibsi.roi import Roi
from CardioAILib.radiomics.portable.matrices import (
    Lattice,
    dependence,
    directions,
    lay_out,
    neighbor_differences,
    runs,
    zones,
)


@dataclass(frozen=True, eq=False)
class Elements:
    """Elements of one part and, in families with directions, of one direction.

    Attributes:
        grays: Gray level of each element, shape (E,).
        others: The other gray level, length, size, distance, difference or dependence, (E,).
        voxels: Voxels that they were taken from.
    """

    grays: NDArray[np.int64]
    others: NDArray[np.number]
    voxels: int


@dataclass(frozen=True, eq=False)
class Part:
    """A slice or the whole region.

    Attributes:
        lattice: Its gray levels.
        depths: Steps from each voxel to the nearest place outside the morphological mask, (P,).
        steps: Directions to half of the neighbors.
    """

    lattice: Lattice
    depths: NDArray[np.int64]
    steps: NDArray[np.int64]


def parts_of(roi: Roi, dimension: str) -> list[Part]:
    """Divide a region into what neighbors are looked for in.

    Args:
        roi: The region.
        dimension: ``2D`` or ``2_5D`` for its slices, ``3D`` for the whole.
    """
    if dimension == "3D":
        return [_part(roi.levels, roi.morphological)]
    return [
        _part(levels, outline)
        for levels, outline in zip(roi.levels, roi.morphological, strict=True)
        if levels.any()
    ]


def join(several: list[Elements]) -> Elements:
    """Add up matrices."""
    return Elements(
        np.concatenate([one.grays for one in several]),
        np.concatenate([one.others for one in several]),
        sum(one.voxels for one in several),
    )


def find_pairs(part: Part) -> list[Elements]:
    """Find neighboring gray levels in both senses of each direction."""
    here, found = part.lattice.levels, []
    for step in part.steps:
        there = part.lattice.index[part.lattice.positions + part.lattice.step(step)]
        one, other = here[there > 0], there[there > 0]
        ends = np.concatenate((one, other)), np.concatenate((other, one))
        found.append(Elements(*ends, here.size))
    return found


def find_runs(part: Part) -> list[Elements]:
    """Find runs of equal gray level along each direction."""
    size = part.lattice.positions.size
    return [Elements(*runs(part.lattice, step), size) for step in part.steps]


def find_zones(part: Part) -> list[Elements]:
    """Find connected voxels of equal gray level, and how many they are."""
    grays, sizes, _ = zones(part.lattice, part.steps)
    return [Elements(grays, sizes, part.lattice.positions.size)]


def find_depths(part: Part) -> list[Elements]:
    """Find connected voxels of equal gray level, and their least distance from the outside."""
    grays, _, zone_of = zones(part.lattice, part.steps)
    nearest = np.full(grays.size, part.depths.max())
    np.minimum.at(nearest, zone_of, part.depths)
    return [Elements(grays, nearest, zone_of.size)]


def find_tones(part: Part) -> list[Elements]:
    """Find how far voxels that have neighbors are from their mean."""
    levels = part.lattice.levels
    differences, neighbors = neighbor_differences(
        part.lattice, part.steps, np.arange(1.0, levels.max() + 1)
    )
    some = neighbors > 0
    return [Elements(levels[some], differences[some], levels.size)]


def find_dependence(part: Part) -> list[Elements]:
    """Count, for each voxel, itself and its neighbors of the same gray level."""
    levels = part.lattice.levels
    return [Elements(levels, dependence(part.lattice, part.steps) + 1, levels.size)]


def _part(levels: NDArray[np.int64], outline: NDArray[np.bool_]) -> Part:
    from scipy.ndimage import distance_transform_cdt

    places = np.argwhere(outline)
    window = tuple(
        slice(*ends) for ends in zip(places.min(axis=0), places.max(axis=0) + 1, strict=True)
    )
    near, inside = levels[window], np.pad(outline[window], 1)
    depths = distance_transform_cdt(inside, "taxicab")[(slice(1, -1),) * inside.ndim]
    return Part(lay_out(near), depths[near > 0].astype(np.int64), directions(levels.ndim))
