"""Surface and volume of a region by marching cubes."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

TRIANGLES = (
    "- 083 019 183198 12a 08312a 0292a9 2832a88a9 23b 08b0b2 01923b 19b1b28b9 13a3ba 08a0a18ba "
    "0393b99ba 8a98ba 478 043347 019478 147173194 12a478 04312a347 0292a9478 2732972a9479 23b478 "
    "04224b47b 01923b478 19229b47b4b9 13a3ba478 04114b1ba47b 0393b94789ba 47b4b99ba 495 083495 "
    "015054 153358485 12a495 08312a495 0242542a5 2532a5348354 23b495 08b0b2495 01505423b "
    "15225828b485 13a3ba495 08a0a14958ba 03b0540b55ba 48558a8ba 579789 093357395 017078157 157173 "
    "12a579789 09312a357395 0282582a5578 2532a5357 23b579789 09227b297579 01815717823b 15717b1b2 "
    "13a3ba579789 05707b0950a10ba 03b0570780a50ba 57b5ba 5a6 0835a6 0195a6 1831985a6 126165 "
    "083126165 026069596 258265283598 23b5a6 08b0b25a6 01923b5a6 19b1b25a68b9 1353653b6 "
    "05108b0b55b6 0360590653b6 59669b8b9 4785a6 0433475a6 0194785a6 1471731945a6 126165478 "
    "043126165347 026069478596 269293397479596 23b4785a6 04224b47b5a6 01923b4785a6 "
    "19229b47b4b95a6 1353653b6478 04b0b11b547b5b6 0360590653b6478 47959669b7b9 49a4a6 08349a4a6 "
    "01a0640a6 1681831a6486 124149264 083124149264 024264 248264283 23b49a4a6 08b0b249a4a6 "
    "01a0640a623b 14816418b1a61b2 1393693b6496 08114916418b1b6 0360643b6 48668b 67a78a89a "
    "07309a0a767a 0181781a767a 1731a767a 126168189678 093129269397679 026067078 267273 "
    "23b67a78a89a 07209727b67a79a 0181781a723b67a 16717b1a61b2 1361693b6678689 09167b "
    "03b0670780b6 67b"
)
"""Triangles of the cubes with patterns 0 to 127; the others mirror them inside out.

A cube has a voxel center at each corner, and bit k of its pattern tells whether ``CORNERS[k]``
is inside. Three edges of the cube make a triangle, in hexadecimal and in the numbering of
Lorensen and Cline 1987 (as P. Bourke, Polygonising a scalar field). Where two opposite corners
of a face are inside, cubes on both sides may not fit together, as in pyradiomics: volume is only
as good as the mask is free of diagonal contacts.
"""

CORNERS = np.array(
    [
        [0, 0, 0],
        [0, 0, 1],
        [0, 1, 1],
        [0, 1, 0],
        [1, 0, 0],
        [1, 0, 1],
        [1, 1, 1],
        [1, 1, 0],
    ]
)
"""Corners of the unit cube, in array axes."""

EDGES = np.array(
    [[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6], [3, 7]]
)
"""The corners that each edge of the cube joins."""


def measure_mesh(solid: NDArray[np.bool_], sizes: tuple[float, ...]) -> tuple[float, float]:
    """Measure the surface around a region, half-way between voxels inside and outside.

    Args:
        solid: The mask with a border of False, shape (s + 2, h + 2, w + 2).
        sizes: Spacing in mm along each axis, shape (3,).

    Returns:
        Area in mm^2 and volume in mm^3.
    """
    inner = tuple(side - 1 for side in solid.shape)
    patterns = np.zeros(inner, np.uint8)
    for k, corner in enumerate(CORNERS):
        window = tuple(slice(c, c + n) for c, n in zip(corner, inner, strict=True))
        patterns |= solid[window].astype(np.uint8) << k
    cubes = np.nonzero((patterns > 0) & (patterns < 255))
    found = patterns[cubes]
    places = [np.bincount(found, weights=axis, minlength=256) for axis in cubes]
    return measure_cubes(np.bincount(found, minlength=256), np.stack(places, axis=1), sizes)


def measure_cubes(
    counts: NDArray[np.number], places: NDArray[np.number], sizes: tuple[float, ...]
) -> tuple[float, float]:
    """Measure a surface from how often each pattern occurs.

    A triangle moved by o has six times the signed volume det(a, b, c) + o . n, with n its normal
    of twice its area, so the sum of the places of all cubes of a pattern stands for them.

    Args:
        counts: Number of cubes of each pattern, shape (256,).
        places: Sum of their indices, shape (256, 3).
        sizes: Spacing in mm along each axis, shape (3,).

    Returns:
        Area in mm^2 and volume in mm^3.
    """
    areas, wedges, normals = _measure_patterns(tuple(sizes))
    moved = ((places * sizes) * normals).sum()
    return float((counts * areas).sum()), float(((counts * wedges).sum() + moved) / 6)


@cache
def _triangles() -> NDArray[np.int64]:
    """Spread the triangles over an array (pattern 128, triangle 5, corner 3).

    Where there are fewer than five, a point repeated three times adds nothing.
    """
    table = np.zeros((128, 15), int)
    for pattern, edges in enumerate(TRIANGLES.split()):
        if edges != "-":
            table[pattern, : len(edges)] = [int(edge, 16) for edge in edges]
    return table.reshape(128, 5, 3)


@cache
def _measure_patterns(
    sizes: tuple[float, ...],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Measure each pattern's triangles once, in a cube at the origin.

    Returns:
        Area (256,), determinant (256,) and normal (256, 3), summed over the triangles.
    """
    middles = CORNERS[EDGES].mean(axis=1) * sizes
    a, b, c = np.moveaxis(middles[_triangles()], 2, 0)
    across = np.cross(a - c, b - c)
    areas = 0.5 * np.linalg.norm(across, axis=-1).sum(axis=-1)
    wedges = (np.cross(a, b) * c).sum(axis=(-2, -1))
    normals = across.sum(axis=-2)
    return tuple(
        np.concatenate((lower, sign * lower[::-1]))
        for lower, sign in ((areas, 1), (wedges, -1), (normals, -1))
    )
