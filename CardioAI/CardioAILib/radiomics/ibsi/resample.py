"""Image and mask on a grid of other spacing, aligned as IBSI aligns grids (IBSI 2.4)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.ibsi.settings import IbsiSettings

Spacing = tuple[float, float, float]


def resample(
    image: NDArray[np.float64], mask: NDArray[np.bool_], spacing: Spacing, settings: IbsiSettings
) -> tuple[NDArray[np.float64], NDArray[np.bool_], Spacing]:
    """Interpolate onto a grid whose center is that of the old one.

    Beyond the centers of the outermost voxels their values go on. The mask is interpolated
    linearly as numbers and is true from 0.5.

    Args:
        image: Shape (S, H, W).
        mask: Shape (S, H, W).
        spacing: In mm along (S, H, W).
        settings: Gives ``resample_mm`` and the interpolation of the image.

    Returns:
        Image, mask and spacing of the new grid.
    """
    moved, share, steps = image, mask.astype(np.float64), list(spacing)
    along = _cubic if settings.interpolation == "cubic" else _linear
    for axis, new in enumerate(settings.resample_mm):
        if new is not None and new != spacing[axis]:
            places = _places(image.shape[axis], spacing[axis], new)
            moved, share = along(moved, axis, places), _linear(share, axis, places)
            steps[axis] = new
    # Weights of a plain average may fall short of 0.5 by rounding.
    return moved, share >= 0.5 - 1e-9, (steps[0], steps[1], steps[2])


def _places(size: int, old: float, new: float) -> NDArray[np.float64]:
    """Return where the new voxel centers lie, in voxels of the old grid."""
    # A quotient that is whole but for rounding must not add a voxel.
    count = math.ceil(size * old / new - 1e-9)
    return (size - 1) / 2 + (np.arange(count) - (count - 1) / 2) * new / old


def _linear(
    array: NDArray[np.float64], axis: int, places: NDArray[np.float64]
) -> NDArray[np.float64]:
    inside = np.clip(places, 0, array.shape[axis] - 1)
    below = np.floor(inside).astype(np.int64)
    above = np.minimum(below + 1, array.shape[axis] - 1)
    weight = (inside - below).reshape([-1 if own == axis else 1 for own in range(array.ndim)])
    return array.take(below, axis) * (1 - weight) + array.take(above, axis) * weight


def _cubic(
    array: NDArray[np.float64], axis: int, places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Interpolate with the cubic B-spline through all voxels of each line."""
    from scipy.interpolate import make_interp_spline

    size = array.shape[axis]
    # Few voxels determine no more than a polynomial of lower degree.
    spline = make_interp_spline(np.arange(size), np.eye(size), k=min(3, size - 1))
    weights = spline(np.clip(places, 0, size - 1))
    return np.moveaxis(np.tensordot(weights, array, axes=(1, axis)), 0, axis)
