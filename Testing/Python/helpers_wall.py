"""Left ventricles whose wall coordinates are known exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

APEX = np.array([-0.64, 0.57, -0.51])
IN_PLANE = (1.3, 1.1)
STEP = 9.0


@dataclass(frozen=True, eq=False)
class Ventricle:
    """Masks (S, H, W) with true directions and depths of their wall.

    `direction` is seen from the apex: 180 is the middle of the septum.
    """

    wall: np.ndarray
    cavity: np.ndarray
    rv: np.ndarray
    direction: np.ndarray
    depth: np.ndarray
    spacing: tuple[float, float, float]
    matrix: np.ndarray

    @property
    def masks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.wall, self.cavity, self.rv

    @property
    def place(self) -> tuple[tuple[float, float, float], np.ndarray]:
        return self.spacing, self.matrix


def ventricle(
    slices: int = 9,
    turn: float = 0.0,
    septum: float = 120.0,
    radii: tuple[float, float] = (18.0, 28.0),
    taper: float = 0.35,
) -> Ventricle:
    """A cone of rings, base first, with a right ventricle over `septum` degrees.

    Stored as usual: seen from the apex, anterior wall on top, all turned by `turn` degrees.
    """
    rows, columns = 70, 84
    up = (rows / 2 + 0.3 - np.arange(rows))[:, None] * IN_PLANE[0]
    right = (np.arange(columns) - columns / 2 - 0.2)[None, :] * IN_PLANE[1]
    scale = 1 - taper * (np.arange(slices) / max(slices - 1, 1))[:, None, None]
    radius = np.hypot(up, right)[None] / scale
    direction = np.broadcast_to((np.degrees(np.arctan2(up, right)) - turn) % 360, radius.shape)
    depth = (radius - radii[0]) / (radii[1] - radii[0])
    off_septum = np.abs(direction - 180)
    rv = (radius >= radii[1]) & (radius < radii[1] + 9) & (off_septum <= septum / 2)
    wall = (depth >= 0) & (depth < 1)
    spacing = (STEP, *IN_PLANE)
    return Ventricle(wall, depth < 0, rv, direction, depth, spacing, short_axis_matrix(spacing))


def short_axis_matrix(spacing: tuple[float, float, float]) -> np.ndarray:
    """A double-oblique matrix of a stack from base to apex, seen from the apex."""
    apex = APEX / np.linalg.norm(APEX)
    feet = np.array([0.0, 0.0, -1.0])
    down = feet - (feet @ apex) * apex
    down /= np.linalg.norm(down)
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([np.cross(apex, down), down, apex]) * spacing[::-1]
    matrix[:3, 3] = (-20.0, 35.0, 12.0)
    return matrix


def lost(one: Ventricle) -> Ventricle:
    """The same voxels in a file that lost its orientation."""
    return replace(one, matrix=np.diag([*one.spacing[::-1], 1.0]) * [[-1], [-1], [1], [1]])


def flipped(one: Ventricle, axis: int) -> Ventricle:
    """The same heart in the same place, stored in reverse order along an axis of (S, H, W)."""
    turned = {
        name: np.flip(getattr(one, name), axis)
        for name in ("wall", "cavity", "rv", "direction", "depth")
    }
    column = 2 - axis
    back = np.eye(4)
    back[column, column] = -1
    back[column, 3] = one.wall.shape[axis] - 1
    return replace(one, **turned, matrix=one.matrix @ back)


def swapped(one: Ventricle) -> Ventricle:
    """The same heart with rows stored as columns."""
    turned = {
        name: np.swapaxes(getattr(one, name), 1, 2)
        for name in ("wall", "cavity", "rv", "direction", "depth")
    }
    step, row, column = one.spacing
    matrix = one.matrix[:, [1, 0, 2, 3]]
    return replace(one, **turned, matrix=matrix, spacing=(step, column, row))
