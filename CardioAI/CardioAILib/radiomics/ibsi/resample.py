"""Image and mask on a grid of other spacing, aligned as IBSI aligns grids (IBSI 2.4)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Spacing = tuple[float, float, float]


def resample(
    image: NDArray[np.float64],
    mask: NDArray[np.bool_],
    spacing: Spacing,
    wanted: tuple[float | None, float | None, float | None],
    interpolation: str = "linear",
) -> tuple[NDArray[np.float64], NDArray[np.bool_], Spacing]:
    """Interpolate onto a grid whose center is that of the old one.

    Beyond the centers of the outermost voxels their values go on. The mask is interpolated
    linearly as numbers and is true from 0.5.

    Args:
        image: Shape (S, H, W).
        mask: Shape (S, H, W).
        spacing: In mm along (S, H, W).
        wanted: Spacing of the new grid, None for an axis that is left.
        interpolation: ``linear`` or ``cubic``, of the image.

    Returns:
        Image, mask and spacing of the new grid.
    """
    moved, share = image, mask.astype(np.float64)
    for axis, (old, new) in enumerate(zip(spacing, wanted, strict=True)):
        if new is not None and new != old:
            places = _places(image.shape[axis], old, new)
            along = _cubic if interpolation == "cubic" else _linear
            moved, share = along(moved, axis, places), _linear(share, axis, places)
    kept = [old if new is None else new for old, new in zip(spacing, wanted, strict=True)]
    # Weights of a plain average may fall short of 0.5 by rounding.
    return moved, share >= 0.5 - 1e-9, (kept[0], kept[1], kept[2])


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

    inside = np.clip(places, 0, array.shape[axis] - 1)
    return make_interp_spline(np.arange(array.shape[axis]), array, axis=axis)(inside)
