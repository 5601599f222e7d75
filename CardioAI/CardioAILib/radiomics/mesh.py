"""Surface and volume of a plate of voxels by marching cubes."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

TRIANGLES = {
    "z": (
        " 083 190 183198 b23 b2008b 190b23 b2119b98b 12a 08312a 92a029 2832a8a98 3a1ba3"
        " a1008a8ba 9033b9ba9 98aba8",
        " 478 954 789579 76b 68486b 56996b749b79 56996b9b8 65a 47865a a4964a 67a78a89a ab575b"
        " 4585a8ab8 74bb49b9a 89aab8",
    ),
    "x": (
        " 083 b23 b2008b 478 043473 478b23 b47b24204 76b 70807630b6b0 723627 708076062 68486b"
        " 36b306460 382284246 204246",
        " 190 12a 92a029 954 054015 12a954 2a5542240 65a 19065a 165126 965906026 a4964a"
        " 01aa60640 149124264 024426",
    ),
}
"""Triangles of the cubes that touch the plate on their near and on their far side.

By the axis that is one voxel thick; then by which of the four touching corners are inside, as
the bits of (row, column) 00, 01, 10, 11. Three edges of the cube make a triangle, in
hexadecimal and in the numbering of Lorensen and Cline 1987 (as P. Bourke, Polygonising a scalar
field). Where two opposite corners are inside, the surface is as ambiguous as in pyradiomics:
near and far side differ, so volume is only as good as the mask is free of diagonal contacts.
"""

MIDDLES = np.array(
    [
        [0.0, 0.0, 0.5],
        [0.0, 0.5, 1.0],
        [0.0, 1.0, 0.5],
        [0.0, 0.5, 0.0],
        [1.0, 0.0, 0.5],
        [1.0, 0.5, 1.0],
        [1.0, 1.0, 0.5],
        [1.0, 0.5, 0.0],
        [0.5, 0.0, 0.0],
        [0.5, 0.0, 1.0],
        [0.5, 1.0, 1.0],
        [0.5, 1.0, 0.0],
    ]
)
"""Middle of each edge of the unit cube, in array axes."""


def measure_mesh(
    plate: NDArray[np.bool_], spacing: tuple[float, float], slice_mm: float, singleton: str
) -> tuple[float, float]:
    """Measure the surface around a mask one voxel thick.

    Args:
        plate: The mask with a border of False, shape (h + 2, w + 2).
        spacing: Row and column spacing in mm.
        slice_mm: Slice thickness in mm.
        singleton: ``z`` for the array (1, H, W), ``x`` for (H, W, 1).

    Returns:
        Area in mm^2 and volume in mm^3.
    """
    flat = singleton == "z"
    sizes = np.array((slice_mm, *spacing) if flat else (*spacing, slice_mm))
    bits = plate.astype(np.int64)
    patterns = bits[:-1, :-1] + 2 * bits[:-1, 1:] + 4 * bits[1:, :-1] + 8 * bits[1:, 1:]
    rows, columns = np.nonzero(patterns)
    found = patterns[rows, columns]
    areas, wedges, normals = _measure_patterns(_triangles(singleton), sizes)
    volume = 0.0
    for side in range(2):
        # The far side is the first layer of cubes, the near side the second.
        depth = np.full(rows.size, 1 - side)
        corners = np.stack((depth, rows, columns) if flat else (rows, columns, depth), axis=1)
        moved = (normals[side, found] * corners * sizes).sum()
        volume += (wedges[side, found].sum() + moved) / 6
    return float(areas[:, found].sum()), float(volume)


@cache
def _triangles(singleton: str) -> NDArray[np.int64]:
    """Spread the triangles over an array (side 2, pattern 16, triangle 4, corner 3).

    Where there are fewer than four, a point repeated three times adds nothing.
    """
    table = np.zeros((2, 16, 12), int)
    for side, text in enumerate(TRIANGLES[singleton]):
        for pattern, edges in enumerate(text.split(" ")):
            table[side, pattern, : len(edges)] = [int(edge, 16) for edge in edges]
    return table.reshape(2, 16, 4, 3)


def _measure_patterns(
    triangles: NDArray[np.int64], sizes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Measure each pattern's triangles once, in a cube at the origin.

    A triangle moved by o has six times the signed volume det(a, b, c) + o . n, with n its normal
    of twice its area.

    Returns:
        Area (2, 16), determinant (2, 16) and normal (2, 16, 3), summed over the triangles.
    """
    a, b, c = np.moveaxis(MIDDLES[triangles] * sizes, 3, 0)
    across = np.cross(a - c, b - c)
    areas = 0.5 * np.linalg.norm(across, axis=-1).sum(axis=-1)
    wedges = (np.cross(a, b) * c).sum(axis=(-2, -1))
    return areas, wedges, across.sum(axis=-2)
