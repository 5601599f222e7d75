"""The part of a stack around its heart, in polar coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.grid import Grid
from CardioAILib.phantoms.heart import ANGLES, REACH_MM, Curves, Heart


@dataclass(frozen=True, eq=False)
class View:
    """Pixels near the heart, seen from the middle of the left ventricle.

    Args:
        window: Index of these pixels in the whole stack.
        x: Distance to the right, mm, (S, h, w).
        y: Distance down, mm, (S, h, w).
        radius: Distance, mm, (S, h, w).
        angle: Column of a curve, (S, h, w).
    """

    window: tuple[slice, slice, slice]
    x: np.ndarray
    y: np.ndarray
    radius: np.ndarray
    angle: np.ndarray

    def at(self, curve: np.ndarray) -> np.ndarray:
        """Return the radius of a curve (S, ANGLES) in the direction of each pixel."""
        first = np.arange(len(curve), dtype=np.int32)[:, None, None] * ANGLES
        return np.take(curve.astype(np.float32), first + self.angle)


@dataclass(frozen=True, eq=False)
class Borders:
    """Curves as seen from each pixel: their radius in its direction, (S, h, w), mm."""

    endo: np.ndarray
    epi: np.ndarray
    rv: np.ndarray


def view_of(grid: Grid, heart: Heart) -> View:
    """Return the pixels within reach of a heart."""
    x, y = grid.axes_mm
    levels = grid.levels[:, :, None].astype(np.float32)
    across = _near(x.ravel(), heart.center_mm[0])
    down = _near(y.ravel(), heart.center_mm[1])
    right = x[:, :, across] - heart.center_mm[0] - heart.drift_mm[0] * (levels - 0.5)
    below = y[:, down, :] - heart.center_mm[1] - heart.drift_mm[1] * (levels - 0.5)
    x, y = np.broadcast_arrays(right.astype(np.float32), below.astype(np.float32))
    angle = np.rint(np.arctan2(-y, x) * np.float32(ANGLES / (2 * np.pi))).astype(np.int32)
    return View((slice(None), down, across), x, y, np.hypot(x, y), angle % ANGLES)


def borders_of(view: View, curves: Curves) -> Borders:
    """Return the curves of a heart as seen from each pixel."""
    return Borders(view.at(curves.endo), view.at(curves.epi), view.at(curves.rv))


def wall_depth(view: View, borders: Borders) -> np.ndarray:
    """Return the depth in the wall from endocardium (0) to epicardium (1), (S, h, w)."""
    return (view.radius - borders.endo) / (borders.epi - borders.endo)


def _near(places: np.ndarray, center: float) -> slice:
    near = np.flatnonzero(np.abs(places - center) < REACH_MM)
    return slice(int(near[0]), int(near[-1]) + 1)
