"""All classes of one image: from gray levels to a row of features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.portable.emphasis import (
    describe_dependence,
    describe_runs,
    describe_zones,
)
from CardioAILib.radiomics.portable.firstorder import describe_intensities
from CardioAILib.radiomics.portable.glcm import describe_pairs
from CardioAILib.radiomics.portable.matrices import Lattice, lay_out
from CardioAILib.radiomics.portable.ngtdm import describe_differences

TEXTURES = {
    "glcm": describe_pairs,
    "gldm": describe_dependence,
    "glrlm": describe_runs,
    "glszm": describe_zones,
    "ngtdm": describe_differences,
}


def describe_image(
    values: NDArray[np.floating],
    levels: NDArray[np.integer],
    coordinates: NDArray[np.int64],
    steps: NDArray[np.int64],
    voxel_mm3: float,
    classes: tuple[str, ...],
) -> NDArray[np.float64]:
    """Compute the features of one image over one region of any dimension.

    Args:
        values: Intensity of each voxel in row-major order, shape (P,).
        levels: Gray level of each voxel, from 1, shape (P,).
        coordinates: Place of each voxel in the bounding box, shape (ndim, P).
        steps: Directions to half of the neighbors, shape (D, ndim), see ``matrices.directions``.
        voxel_mm3: Volume of one voxel in mm^3.
        classes: Which classes, ``firstorder`` or textures.

    Returns:
        Shape (F,), in the order of the classes and of ``names.FEATURES``.
    """
    lattice, grays, histogram = number_levels(levels, coordinates)
    # Sums of single precision would lose the digits that skewness is made of.
    exact = values.astype(np.float64)
    return np.concatenate(
        [
            TEXTURES[kind](lattice, grays, steps)
            if kind in TEXTURES
            else describe_intensities(exact, histogram, voxel_mm3)
            for kind in classes
        ]
    )


def number_levels(
    levels: NDArray[np.integer], coordinates: NDArray[np.int64]
) -> tuple[Lattice, NDArray[np.float64], NDArray[np.int64]]:
    """Number the gray levels that occur and lay them out.

    Args:
        levels: Gray level of each voxel, shape (P,).
        coordinates: Place of each voxel in the bounding box, shape (ndim, P).

    Returns:
        The lattice of their numbers from 1, the gray levels (G,) in ascending order, and the
        voxels at each of them (G,).
    """
    counts = np.bincount(levels)
    grays = np.flatnonzero(counts)
    box = np.zeros(coordinates.max(axis=1) + 1, np.int64)
    box[tuple(coordinates)] = np.cumsum(counts > 0)[levels]
    return lay_out(box), grays.astype(np.float64), counts[grays]
