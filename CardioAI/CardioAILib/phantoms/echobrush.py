"""Brushes of simulated echo: how strongly each place scatters, in decibels below the brightest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Point = Sequence[float]

EDGE_MM = 1.2


def fill(canvas: np.ndarray, distance: np.ndarray, value: np.ndarray | float) -> None:
    """Paint where the distance from a border is negative, with soft edges.

    Args:
        canvas: Decibels, changed in place.
        distance: Signed distance from the border, mm, of the canvas's shape.
        value: Decibels of what is within.
    """
    cover = np.clip(np.float32(0.5) - distance * np.float32(1 / EDGE_MM), 0, 1)
    canvas += cover * (value - canvas)


def ridge(
    canvas: np.ndarray, distance: np.ndarray, value: np.ndarray | float, width: float
) -> None:
    """Paint a bright line, never making anything darker.

    Args:
        canvas: Decibels, changed in place.
        distance: From the line, mm.
        value: Decibels on the line.
        width: Where they have fallen by 4 dB, mm.
    """
    np.maximum(canvas, value - np.float32(4 / width**2) * distance * distance, out=canvas)


def from_path(x: np.ndarray, z: np.ndarray, path: Sequence[Point]) -> np.ndarray:
    """Return the distance of places from a line through these points, mm."""
    nearest = np.full(x.shape, np.inf, np.float32)
    for start, end in pairwise(path):
        along_x, along_z = float(end[0] - start[0]), float(end[1] - start[1])
        off_x, off_z = x - np.float32(start[0]), z - np.float32(start[1])
        length = max(along_x**2 + along_z**2, 1e-6)
        part = np.clip((off_x * along_x + off_z * along_z) / np.float32(length), 0, 1)
        off_x -= part * np.float32(along_x)
        off_z -= part * np.float32(along_z)
        np.minimum(nearest, off_x * off_x + off_z * off_z, out=nearest)
    return np.sqrt(nearest)


def bent(start: Point, end: Point, sag: float) -> tuple[Point, ...]:
    """Return a bent line of four pieces from one point to another, `sag` mm off its middle."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    across = np.array([end[1] - start[1], start[0] - end[0]])
    across /= max(float(np.hypot(*across)), 1e-6)
    parts = np.linspace(0, 1, 5)
    return tuple(start + p * (end - start) + 4 * p * (1 - p) * sag * across for p in parts)


def from_oval(
    x: np.ndarray, z: np.ndarray, center: Point, halves: Point, power: float = 2.4
) -> np.ndarray:
    """Return about the signed distance from an oval, mm, inside < 0.

    Args:
        x: Of the places.
        z: Of the places.
        center: Of the oval.
        halves: Half its width along x, and along z.
        power: 2 for an ellipse, more for one with corners.
    """
    right = np.abs(x - np.float32(center[0])) / np.float32(halves[0])
    down = np.abs(z - np.float32(center[1])) / np.float32(halves[1])
    out = (right**power + down**power) ** np.float32(1 / power)
    return (out - 1) * np.float32(min(halves))


def beyond_line(x: np.ndarray, z: np.ndarray, one: Point, other: Point) -> np.ndarray:
    """Return the signed distance from a line through two points, mm, > 0 on the side of larger z.

    Args:
        x: Of the places.
        z: Of the places.
        one: A point; its x is the smaller.
        other: Another.
    """
    along = np.array([other[0] - one[0], other[1] - one[1]], float)
    along /= np.hypot(*along)
    off_x, off_z = x - np.float32(one[0]), z - np.float32(one[1])
    return np.float32(along[0]) * off_z - np.float32(along[1]) * off_x
