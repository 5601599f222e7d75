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
from CardioAILib.radiomics.layout import index_levels
from CardioAILib.radiomics.ngtdm import describe_differences

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
        positions: NDArray[np.int64],
        steps: NDArray[np.int64],
        lined: NDArray[np.bool_],
        size: int,
        voxel_mm3: float,
        starts: NDArray[np.int64],
        out: NDArray[np.float64],
    ) -> int:
        """Write the features of one image over one region.

        Args:
            ordered: Intensities in ascending order, shape (P,).
            mean: Their mean.
            levels: Gray level of each voxel in row-major order, shape (P,).
            positions: Their positions in the layout, see ``layout.lay_out``, shape (P,).
            steps: Offsets to half of the neighbors, shape (D,).
            lined: Which directions have a line that holds two voxels, shape (D,).
            size: Length of the layout.
            voxel_mm3: Volume of one voxel in mm^3.
            starts: First column in ``out`` of firstorder, glcm, gldm, glrlm, glszm and ngtdm, or
                -1 for a class that is not wanted, shape (6,).
            out: Shape (F,), written.

        Returns:
            The fingerprint of the sources.
        """
        index, grays, histogram = index_levels(levels, positions, size)
        if starts[0] >= 0:
            describe_intensities(ordered, mean, histogram, voxel_mm3, out[starts[0] :])
        if starts[1] >= 0:
            describe_pairs(index, positions, steps, grays, out[starts[1] : starts[1] + 24])
        if starts[2] >= 0:
            describe_dependence(index, positions, steps, grays, out[starts[2] :])
        if starts[3] >= 0:
            describe_runs(index, positions, steps[lined], grays, out[starts[3] : starts[3] + 16])
        if starts[4] >= 0:
            describe_zones(index, positions, steps, grays, out[starts[4] :])
        if starts[5] >= 0:
            describe_differences(index, positions, steps, grays, out[starts[5] :])
        return fingerprint

    return describe_image


def _fingerprint(folder: Path) -> int:
    """Condense the sources of a folder to 32 bits."""
    return crc32(b"".join(file.read_bytes() for file in sorted(folder.glob("*.py"))))
