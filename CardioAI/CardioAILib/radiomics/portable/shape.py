"""Shape of the region: 3-D, and the same on a mask one voxel thick."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.mesh import measure_mesh
from CardioAILib.radiomics.portable.diameters import measure_diameters
from CardioAILib.radiomics.principal import principal_variances
from CardioAILib.radiomics.shapevalues import shape_values


def describe_shape(
    coordinates: NDArray[np.int64], spacing: tuple[float, float], slice_mm: float, singleton: str
) -> NDArray[np.float64]:
    """Compute the 14 shape features of a slice, as a solid one voxel thick.

    Args:
        coordinates: Row and column of each pixel in the bounding box, shape (2, P).
        spacing: Row and column spacing in mm.
        slice_mm: Slice thickness in mm.
        singleton: ``z`` for the array (1, H, W), ``x`` for (H, W, 1).

    Returns:
        Shape (14,), in mm, mm^2 and mm^3.
    """
    axis = 0 if singleton == "z" else 2
    return describe_solid(
        np.insert(coordinates, axis, 0, axis=0), tuple(np.insert(spacing, axis, slice_mm))
    )


def describe_solid(coordinates: NDArray[np.int64], sizes: tuple[float, ...]) -> NDArray[np.float64]:
    """Compute the 14 shape features of a volume.

    Args:
        coordinates: Place of each voxel in the bounding box, shape (3, P).
        sizes: Spacing in mm along each axis.

    Returns:
        Shape (14,), in mm, mm^2 and mm^3.
    """
    solid = np.zeros(coordinates.max(axis=1) + 3, np.bool_)
    solid[tuple(coordinates + 1)] = True
    return shape_values(
        *measure_mesh(solid, sizes),
        measure_diameters(solid, sizes),
        principal_variances(coordinates, sizes),
        coordinates.shape[1] * float(np.prod(sizes)),
    )
