"""All classes of every image of a region: from gray levels to features."""

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
from CardioAILib.radiomics.layout import index_levels
from CardioAILib.radiomics.ngtdm import describe_differences

TextureKernel = Callable[..., None]


@cache
def texture_kernel() -> TextureKernel:
    """Return the kernel that writes the features of images, compiled or from numba's cache.

    numba keys a cached function by the file that it is written in, blind to the files of the
    functions it calls. A fingerprint of all of them in the closure makes up for that: it enters
    the key, so a change anywhere compiles anew.

    Returns:
        A function of the arguments of ``describe_images``.
    """
    fingerprint = fingerprint_of(Path(__file__).parent)

    @njit(cache=True, nogil=True)
    def describe_images(
        ordered: NDArray[np.float64],
        means: NDArray[np.float64],
        levels: NDArray[np.int32],
        positions: NDArray[np.int64],
        steps: NDArray[np.int64],
        lined: NDArray[np.bool_],
        size: int,
        voxel_mm3: float,
        starts: NDArray[np.int64],
        out: NDArray[np.float64],
    ) -> int:
        """Write the features of several images over one region.

        All of them in one call, since between calls threads wait for each other.

        Args:
            ordered: Intensities of each image in ascending order, shape (K, P).
            means: Their means, shape (K,).
            levels: Gray level of each voxel in row-major order, shape (K, P).
            positions: Their positions in the layout, see ``layout.lay_out``, shape (P,).
            steps: Offsets to half of the neighbors, shape (D,).
            lined: Which directions have a line that holds two voxels, shape (D,).
            size: Length of the layout.
            voxel_mm3: Volume of one voxel in mm^3.
            starts: First column in ``out`` of firstorder, glcm, gldm, glrlm, glszm and ngtdm, or
                -1 for a class that is not wanted, shape (6,).
            out: Shape (K, F), written.

        Returns:
            The fingerprint of the sources.
        """
        for k in range(levels.shape[0]):
            index, grays, histogram = index_levels(levels[k], positions, size)
            if starts[0] >= 0:
                place = out[k, starts[0] : starts[0] + 18]
                describe_intensities(ordered[k], means[k], histogram, voxel_mm3, place)
            describe_textures(index, grays, positions, steps, lined, starts, out[k])
        return fingerprint

    return describe_images


@njit(nogil=True)
def describe_textures(
    index: NDArray[np.int32],
    grays: NDArray[np.float64],
    positions: NDArray[np.int64],
    steps: NDArray[np.int64],
    lined: NDArray[np.bool_],
    starts: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the wanted texture classes of one image.

    Args:
        index: Place of each voxel's gray level in ``grays`` plus 1, see ``layout.index_levels``.
        grays: Gray levels that occur, ascending, shape (G,).
        positions: As in ``texture_kernel``.
        steps: As in ``texture_kernel``.
        lined: As in ``texture_kernel``.
        starts: As in ``texture_kernel``.
        out: Shape (F,), written.
    """
    if starts[1] >= 0:
        describe_pairs(index, positions, steps, grays, out[starts[1] : starts[1] + 24])
    if starts[2] >= 0:
        describe_dependence(index, positions, steps, grays, out[starts[2] : starts[2] + 14])
    if starts[3] >= 0:
        describe_runs(index, positions, steps[lined], grays, out[starts[3] : starts[3] + 16])
    if starts[4] >= 0:
        describe_zones(index, positions, steps, grays, out[starts[4] : starts[4] + 16])
    if starts[5] >= 0:
        describe_differences(index, positions, steps, grays, out[starts[5] : starts[5] + 5])


def fingerprint_of(folder: Path) -> int:
    """Condense the sources of a folder to 32 bits."""
    return crc32(b"".join(file.read_bytes() for file in sorted(folder.glob("*.py"))))
