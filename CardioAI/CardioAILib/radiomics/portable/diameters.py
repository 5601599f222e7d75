"""Largest distances between the vertices of the mesh around a region."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


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
    starts = np.flatnonzero(np.diff(ordered[:, axis])) + 1
    flat = np.delete(ordered * step, axis, axis=1)
    return max(_widest(plane) for plane in np.split(flat, starts))


def _widest(points: NDArray[np.float64]) -> float:
    """Return the largest distance between points, shape (N, ndim)."""
    from scipy.spatial.distance import pdist

    corners = _corners(points)
    return float(pdist(corners).max()) if len(corners) > 1 else 0.0


def _corners(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of the convex hull, or all points where they span none."""
    from scipy.spatial import ConvexHull, QhullError

    if len(points) < 16:
        return points
    try:
        return points[ConvexHull(points).vertices]
    except QhullError:
        return points
