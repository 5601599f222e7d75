"""Largest distances between the vertices of the mesh around a region."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEW = 64
"""Up to so many points, the distances between all of them cost less than their hull."""


def measure_diameters(
    solid: NDArray[np.bool_], sizes: tuple[float, ...]
) -> tuple[float, float, float, float]:
    """Measure the largest distances between vertices of the mesh.

    Vertices lie half-way between neighbors of which one is inside. Ends of a diameter are
    corners of the convex hull of the vertices, or of those in one plane.

    Args:
        solid: The mask with a border of False, shape (s + 2, h + 2, w + 2).
        sizes: Spacing in mm along each axis.

    Returns:
        In mm: within a plane of constant first, second and third index, and overall.
    """
    vertices = find_vertices(solid)
    step = np.asarray(sizes) / 2
    in_planes = (_widest_in_planes(vertices, axis, step) for axis in range(3))
    return *in_planes, _widest(vertices * step)


def find_vertices(solid: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find the vertices of the mesh in half voxels.

    Args:
        solid: As in ``measure_diameters``.

    Returns:
        Shape (V, 3).
    """
    found = []
    for axis in range(3):
        places = np.argwhere(np.diff(solid, axis=axis)) * 2
        places[:, axis] += 1
        found.append(places)
    return np.concatenate(found)


def _widest_in_planes(vertices: NDArray[np.int64], axis: int, step: NDArray[np.float64]) -> float:
    """Return the largest distance between vertices of one and the same plane across an axis."""
    ordered = vertices[np.argsort(vertices[:, axis], kind="stable")]
    starts = np.flatnonzero(np.diff(ordered[:, axis], prepend=-1))
    points = np.delete(ordered * step, axis, axis=1)
    boxes = np.maximum.reduceat(points, starts) - np.minimum.reduceat(points, starts)
    bounds = np.linalg.norm(boxes, axis=1)
    ends = np.append(starts[1:], len(points))
    widest = 0.0
    # No plane is wider than its box, so most of them need no look.
    for k in np.argsort(-bounds):
        if bounds[k] <= widest:
            break
        widest = max(widest, _widest(points[starts[k] : ends[k]]))
    return widest


def _widest(points: NDArray[np.float64]) -> float:
    """Return the largest distance between points, shape (N, ndim)."""
    from scipy.spatial.distance import pdist

    corners = _corners(points)
    return float(pdist(corners).max()) if len(corners) > 1 else 0.0


def _corners(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of the convex hull, or all points where they span none."""
    from scipy.spatial import ConvexHull, QhullError

    if len(points) < FEW:
        return points
    try:
        return points[ConvexHull(points).vertices]
    except QhullError:
        return points
