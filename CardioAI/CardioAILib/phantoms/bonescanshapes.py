"""Shapes of a simulated scintigraphy patient, as points that each give off the same counts.

Places are in mm: x to the patient's left, y to the front, z from the crown to the feet.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Place = Sequence[float]
"""A place (x, y, z), mm."""

STEP_MM = 4.0
"""Distance between neighboring points: less than a camera resolves."""


def tube(path: Sequence[Place], radius: float) -> np.ndarray:
    """Return points (N, 3) of a round tube along straight pieces.

    Args:
        path: Two places or more.
        radius: Radius, mm; one number for all of the tube.
    """
    places = np.asarray(path, float)
    lengths = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))]
    at = np.arange(STEP_MM / 2, lengths[-1], STEP_MM)
    line = np.stack([np.interp(at, lengths, places[:, axis]) for axis in range(3)], axis=1)
    if radius <= STEP_MM / 2:
        return line
    across = _disk(radius)
    # Cross-sections lie along the axes that the tube runs along least.
    flat = np.argsort(np.abs(places[-1] - places[0]))[:2]
    shifts = np.zeros((len(across), 3))
    shifts[:, flat] = across
    return (line[:, None] + shifts).reshape(-1, 3)


def ball(centre: Place, half: Place, step: float = STEP_MM, hollow: float = 0.0) -> np.ndarray:
    """Return points (N, 3) of an ellipsoid.

    Args:
        centre: Its middle.
        half: Half of its extent along x, y and z, mm.
        step: Distance between neighboring points, mm.
        hollow: Thickness of the wall, mm, of which alone are the points; 0 for all of it.
    """
    half = np.asarray(half, float)
    axes = [np.arange(-extent + step / 2, extent, step) for extent in half]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    kept = ((points / half) ** 2).sum(axis=1) <= 1
    if hollow:
        kept &= ((points / (half - hollow)) ** 2).sum(axis=1) > 1
    return points[kept] + np.asarray(centre, float)


def sheet(one: Sequence[Place], other: Sequence[Place], thick: int = 2) -> np.ndarray:
    """Return points (N, 3) of a bent plate between two edges.

    Args:
        one: Places along one edge, as many as along the other.
        other: Places along the other edge.
        thick: Layers of points, along y.
    """
    first, last = np.asarray(one, float), np.asarray(other, float)
    long = np.linalg.norm(np.diff(first, axis=0), axis=1).sum()
    wide = np.linalg.norm(first - last, axis=1).max()
    along = np.linspace(0, len(first) - 1, max(2, round(long / STEP_MM)))
    edges = [
        np.stack([np.interp(along, np.arange(len(edge)), edge[:, axis]) for axis in range(3)], 1)
        for edge in (first, last)
    ]
    part = np.linspace(0, 1, max(2, round(wide / STEP_MM)))[:, None, None]
    plate = (edges[0] * (1 - part) + edges[1] * part).reshape(-1, 3)
    layers = np.zeros((thick, 1, 3))
    layers[:, 0, 1] = (np.arange(thick) - (thick - 1) / 2) * STEP_MM
    return (plate + layers).reshape(-1, 3)


def mirrored(points: np.ndarray) -> np.ndarray:
    """Return points of the left half of the body on its right."""
    return points * (-1.0, 1.0, 1.0)


def _disk(radius: float) -> np.ndarray:
    """Return places (N, 2) within a circle: its middle and a ring for thin tubes."""
    rings = [np.zeros((1, 2))]
    for ring in np.arange(STEP_MM, radius + STEP_MM / 2, STEP_MM):
        angles = np.linspace(0, 2 * np.pi, round(2 * np.pi * ring / STEP_MM), endpoint=False)
        rings.append(ring * np.stack([np.cos(angles), np.sin(angles)], axis=1))
    return np.concatenate(rings)
