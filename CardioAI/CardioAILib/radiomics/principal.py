"""Principal axes of a region."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def principal_variances(
    coordinates: Sequence[NDArray[np.int64]], sizes: tuple[float, ...]
) -> NDArray[np.float64]:
    """Compute the variances of the voxel centers along their principal axes.

    Of voxels in an oblique plane or line, rounding alone decides the least variances, and the
    square roots taken of them show it. The steps are those of pyradiomics for that reason.

    Args:
        coordinates: Index of each voxel in the bounding box along each axis, three of shape (P,).
        sizes: Spacing in mm along each axis.

    Returns:
        In mm^2, ascending, shape (3,).
    """
    # Counted from the border around the bounding box, divided before the product.
    centers = (np.stack(coordinates, axis=1) + 1) * sizes
    centers -= centers.mean(axis=0)
    centers /= np.sqrt(len(centers))
    variances = np.linalg.eigvals(centers.T.copy() @ centers).real
    return np.sort(np.maximum(variances, 0.0))
