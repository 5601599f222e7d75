"""The cubes of a mesh, counted by pattern."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def count_cubes(solid: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the cubes that the surface of a region passes through.

    Args:
        solid: The mask with a border of False, shape (s + 2, h + 2, w + 2).

    Returns:
        Number of cubes of each pattern (256,) and the sum of their indices (256, 3); patterns
        are those of ``mesh.TRIANGLES``.
    """
    counts, places = np.zeros(256, np.int64), np.zeros((256, 3), np.int64)
    slices, height, width = solid.shape
    for s in range(slices - 1):
        for r in range(height - 1):
            near, far = 0, 0
            for c in range(width - 1):
                # The right face of a cube is the left face of the next.
                near = far
                far = (
                    np.int64(solid[s, r, c + 1])
                    | np.int64(solid[s, r + 1, c + 1]) << 3
                    | np.int64(solid[s + 1, r, c + 1]) << 4
                    | np.int64(solid[s + 1, r + 1, c + 1]) << 7
                )
                if near | far and near & far != 0b10011001:
                    # Corners 0, 3, 4 and 7 of the right face are 1, 2, 5 and 6 of the cube.
                    across = far & 17
                    pattern = near | across << 1 | (far & 8) >> 1 | (far & 128) >> 1
                    counts[pattern] += 1
                    places[pattern, 0] += s
                    places[pattern, 1] += r
                    places[pattern, 2] += c
    return counts, places
