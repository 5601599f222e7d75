"""Where the heart lies on an anterior view, by its uptake as far as there is any."""

from __future__ import annotations

import numpy as np

from CardioAILib.quality.landmarks import Landmarks

REACH_MM = (70.0, 55.0)
"""How far up or down, and to either side, of its usual place the heart is looked for."""
SPREAD_MM = (24.0, 14.0)
"""Standard deviation of that place among patients, along rows and columns."""
KERNEL_MM = (70.0, 64.0)
"""Size of the heart's brightest part."""
NOTICEABLE = 0.12
"""Difference between both sides of the chest, as a share of its brightness (square roots of
counts), at which uptake weighs as much as one standard deviation of the usual place."""


def heart_place(marks: Landmarks) -> tuple[float, float]:
    """Return the row and column of the middle of the heart, in pixels of the original scan.

    The usual place, moved to where the left side of the chest is brightest above the right: the
    more, the brighter.
    """
    rows, columns, gain = asymmetry(marks)
    apart = [
        (axis - usual) / (spread * per_mm)
        for axis, usual, spread, per_mm in zip(
            (rows, columns), marks.heart, SPREAD_MM, marks.per_mm, strict=True
        )
    ]
    score = gain / NOTICEABLE - 0.5 * (apart[0][:, None] ** 2 + apart[1][None] ** 2)
    best = np.unravel_index(int(np.argmax(score)), score.shape)
    return float(rows[best[0]]), float(columns[best[1]])


def asymmetry(marks: Landmarks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how much brighter than the other side the chest is where a heart may lie.

    Args:
        marks: The landmarks.

    Returns:
        Rows (R,) and columns (C,) of the original scan, and the difference to the column on the
        other side of the midline (R, C) as a share of the brightness of the chest.
    """
    from scipy.ndimage import map_coordinates, uniform_filter

    factor = marks.scan.factor
    reach = [at * per_mm for at, per_mm in zip(REACH_MM, marks.per_mm, strict=True)]
    margin = [at * per_mm / 2 for at, per_mm in zip(KERNEL_MM, marks.per_mm, strict=True)]
    axes = [
        np.arange(usual - far - more, usual + far + more + factor, factor)
        for usual, far, more in zip(marks.heart, reach, margin, strict=True)
    ]
    values = np.sqrt(np.maximum(marks.scan.counts, 0))
    here, there = (
        map_coordinates(values, _grid(axes[0], column, factor), order=1, mode="nearest")
        for column in (axes[1], 2.0 * marks.midline - axes[1])
    )
    level = float(np.median(there)) or 1.0
    gain = (np.minimum(here, 2 * level) - np.minimum(there, 2 * level)) / level
    size = [max(1, round(at * p / factor)) for at, p in zip(KERNEL_MM, marks.per_mm, strict=True)]
    smooth = uniform_filter(gain, size, mode="nearest")
    inner = [
        slice(round(more / factor), len(axis) - round(more / factor))
        for axis, more in zip(axes, margin, strict=True)
    ]
    return axes[0][inner[0]], axes[1][inner[1]], smooth[inner[0], inner[1]]


def _grid(rows: np.ndarray, columns: np.ndarray, factor: int) -> list[np.ndarray]:
    """Return coarse indices of rows and columns of the original scan, as a grid."""
    return np.meshgrid(*((axis + 0.5) / factor - 0.5 for axis in (rows, columns)), indexing="ij")
