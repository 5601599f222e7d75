"""Brushes: random smooth fields, and painting with soft edges."""

from __future__ import annotations

import numpy as np


def smooth_field(rng: np.random.Generator, shape: tuple[int, int, int], scale: float) -> np.ndarray:
    """Return a random field with mean about 0 and standard deviation about 1.

    White noise on a coarse grid, seen through Gaussian windows in the plane; slices are
    independent.

    Args:
        rng: Source of chance.
        shape: Slices, rows, columns.
        scale: Distance of the coarse grid's points, pixels.

    Returns:
        Array (S, H, W), float32.
    """
    down, across = (_windows(length, scale) for length in shape[1:])
    coarse = rng.standard_normal((shape[0], down.shape[1], across.shape[1]), dtype=np.float32)
    return down @ coarse @ across.T


def paint(canvas: np.ndarray, distance: np.ndarray, value: np.ndarray | float, edge: float) -> None:
    """Paint onto `canvas` where `distance` is negative.

    A pixel on the border is covered by the part that its distance leaves to the shape: this
    is the partial volume of tissues that share a pixel.

    Args:
        canvas: Signal (S, H, W), changed in place.
        distance: Signed distance of pixel centers from the shape's border, mm, inside < 0.
        value: Signal of the shape.
        edge: Width of a pixel, mm.
    """
    cover = np.clip(0.5 - distance / np.float32(edge), 0, 1)
    canvas += cover * (value - canvas)


def _windows(length: int, scale: float) -> np.ndarray:
    """Return Gaussian windows (length, points) whose squares sum to 1 at each pixel."""
    points = np.arange(-1, length / scale + 2) * scale
    windows = np.exp(-0.5 * ((np.arange(length)[:, None] - points) / (0.6 * scale)) ** 2)
    return (windows / np.linalg.norm(windows, axis=1, keepdims=True)).astype(np.float32)
