"""The surface of a region, finer than its voxels, and distances from it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

SOFT_PIXELS = 0.8
"""Deviation of the blur before the surface is found. On rings of 8 to 10 mm in pixels of 1.1 x
1.3 mm it brings the mean error of the wall's thickness from -0.3 mm to less than 0.1 mm, since
the nearest corner of a stair no longer stands for the border."""


def surface_points(region: np.ndarray, spacing: tuple[float, ...]) -> np.ndarray:
    """Return where the lines between neighboring voxel centers cross the surface of a region.

    Args:
        region: Boolean, (H, W) or (S, H, W).
        spacing: Millimeters along its axes.

    Returns:
        Points (N, axes), mm from the center of the first voxel.
    """
    soft = (*(0.0,) * (region.ndim - 2), SOFT_PIXELS, SOFT_PIXELS)
    inside = ndimage.gaussian_filter(region.astype(float), soft, mode="nearest")
    points = _crossings(inside)
    # A region of a pixel or two is blurred away.
    points = points if len(points) else _crossings(region.astype(float))
    return points * spacing


def distances(voxels: np.ndarray, points: np.ndarray, spacing: tuple[float, ...]) -> np.ndarray:
    """Return the distance of voxels' centers from the nearest of the points, mm.

    Args:
        voxels: Indices (M, axes).
        points: Points (N, axes), mm.
        spacing: Millimeters along the axes.
    """
    return cKDTree(points).query(voxels * np.asarray(spacing))[0]


def _crossings(inside: np.ndarray) -> np.ndarray:
    """Return points (N, axes) in voxels at which values pass one half."""
    found = []
    for axis in range(inside.ndim):
        along = np.moveaxis(inside, axis, 0) - 0.5
        before, after = along[:-1], along[1:]
        places = np.nonzero((before > 0) != (after > 0))
        first, second = before[places], after[places]
        points = np.stack(places, axis=1).astype(float)
        points[:, 0] += first / (first - second)
        others = [other for other in range(inside.ndim) if other != axis]
        found.append(points[:, np.argsort([axis, *others])])
    return np.concatenate(found)
