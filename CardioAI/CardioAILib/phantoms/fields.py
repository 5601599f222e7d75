"""Brushes: random smooth fields, and painting with soft edges."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np


class Chance(Protocol):
    """Where brushes take normally distributed numbers from, as numpy's generators give them."""

    def standard_normal(self, size: Any = None, dtype: Any = np.float64) -> np.ndarray:
        """Return numbers with mean 0 and standard deviation 1."""


def smooth_field(rng: Chance, shape: tuple[int, int, int], scale: float) -> np.ndarray:
    """Return a random field with mean 0 and standard deviation 1.

    White noise on a coarse grid, interpolated in the plane; slices are independent.

    Args:
        rng: Source of chance.
        shape: Slices, rows, columns.
        scale: Distance of the coarse grid's points, pixels.

    Returns:
        Array (S, H, W), float32.
    """
    points = [int((length - 1) / scale) + 2 for length in shape[1:]]
    coarse = rng.standard_normal((shape[0], *points), dtype=np.float32)
    rows = _interpolated(coarse, shape[1], scale)
    return _interpolated(rows.swapaxes(1, 2), shape[2], scale).swapaxes(1, 2)


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
    cover = distance * np.float32(-1 / edge)
    cover += np.float32(0.5)
    np.clip(cover, 0, 1, out=cover)
    canvas += cover * (np.float32(value) - canvas)


def _interpolated(coarse: np.ndarray, length: int, scale: float) -> np.ndarray:
    """Return (S, points, X) interpolated to (S, length, X), keeping its variance."""
    place = np.arange(length, dtype=np.float32) / np.float32(scale)
    before = place.astype(int)
    part = place - before
    part = part * part * (3 - 2 * part)
    # The mean of two independent points varies less than either of them.
    size = np.sqrt(part**2 + (1 - part) ** 2)
    after, ahead = (part / size)[:, None], ((1 - part) / size)[:, None]
    return coarse[:, before] * ahead + coarse[:, before + 1] * after
