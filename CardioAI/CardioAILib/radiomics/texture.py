"""All classes of one image: from gray levels to a row of features."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.firstorder import describe_intensities
from CardioAILib.radiomics.glcm import describe_pairs
from CardioAILib.radiomics.gldm import describe_dependence
from CardioAILib.radiomics.glrlm import describe_runs
from CardioAILib.radiomics.glszm import describe_zones
from CardioAILib.radiomics.ngtdm import describe_differences

DIRECTIONS = {
    "z": np.array([[0, 1], [1, -1], [1, 0], [1, 1]]),
    "x": np.array([[0, 1]]),
}
"""Row and column steps to half of the neighbors, by the axis that is one voxel thick."""


TextureKernel = Callable[..., None]


@cache
def texture_kernel() -> TextureKernel:
    """Return the kernel that writes the features of one image, compiled or from numba's cache.

    numba keys a cached function by the file that it is written in, blind to the files of the
    functions it calls. A fingerprint of all of them in the closure makes up for that: it enters
    the key, so a change anywhere compiles anew.

    Returns:
        A function of the arguments of ``describe_image``.
    """
    fingerprint = _fingerprint(Path(__file__).parent)

    @njit(cache=True, nogil=True)
    def describe_image(
        ordered: NDArray[np.float64],
        mean: float,
        levels: NDArray[np.int32],
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
        directions: NDArray[np.int64],
        voxel_mm3: float,
        starts: NDArray[np.int64],
        out: NDArray[np.float64],
    ) -> int:
        """Write the features of one image over one region.

        Args:
            ordered: Intensities in ascending order, shape (P,).
            mean: Their mean.
            levels: Gray level of each pixel in row-major order, shape (P,).
            rows: Row of each pixel in the bounding box, shape (P,).
            columns: Column of each pixel in the bounding box, shape (P,).
            directions: One of ``DIRECTIONS``, shape (D, 2).
            voxel_mm3: Volume of one voxel in mm^3.
            starts: First column in ``out`` of firstorder, glcm, gldm, glrlm, glszm and ngtdm, or
                -1 for a class that is not wanted, shape (6,).
            out: Shape (F,), written.

        Returns:
            The fingerprint of the sources.
        """
        index, grays, histogram = index_levels(levels, rows, columns)
        if starts[0] >= 0:
            describe_intensities(ordered, mean, histogram, voxel_mm3, out[starts[0] :])
        if starts[1] >= 0:
            describe_pairs(index, grays, directions, out[starts[1] : starts[1] + 24])
        if starts[2] >= 0:
            describe_dependence(index, grays, directions, out[starts[2] :])
        if starts[3] >= 0:
            describe_runs(index, grays, directions, out[starts[3] : starts[3] + 16])
        if starts[4] >= 0:
            describe_zones(index, grays, directions, out[starts[4] :])
        if starts[5] >= 0:
            describe_differences(index, grays, directions, out[starts[5] :])
        return fingerprint

    return describe_image


def _fingerprint(folder: Path) -> int:
    """Condense the sources of a folder to 32 bits."""
    return crc32(b"".join(file.read_bytes() for file in sorted(folder.glob("*.py"))))


@njit(nogil=True)
def index_levels(
    levels: NDArray[np.int32], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Number the gray levels that occur and lay them out in the plane.

    Args:
        levels: Gray level of each pixel, from 1, shape (P,).
        rows: Row of each pixel in the bounding box, shape (P,).
        columns: Column of each pixel in the bounding box, shape (P,).

    Returns:
        The index (h + 2, w + 2) with 0 outside the region and on its border, the gray levels
        (G,) in ascending order, and the pixels at each of them (G,).
    """
    counts = np.zeros(levels.max() + 1, np.int64)
    for level in levels:
        counts[level] += 1
    present = np.nonzero(counts)[0]
    number = np.zeros(counts.size, np.int32)
    for g in range(present.size):
        number[present[g]] = g + 1
    index = np.zeros((rows.max() + 3, columns.max() + 3), np.int32)
    for p in range(levels.size):
        index[rows[p] + 1, columns[p] + 1] = number[levels[p]]
    return index, present.astype(np.float64), counts[present]
