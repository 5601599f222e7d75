"""The moving walls of a simulated left ventricle in a long-axis plane, and what they enclose.

In the plane, x runs across the ventricle and z from its apex to its base, both in mm. A wall is a
row of points on the endocardium from apex to base that stay with the tissue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

POINTS = 40
LEVELS = np.linspace(0, 1, POINTS) ** 1.7
"""Level of each point of a wall between apex (0) and base (1); the apex is the more curved."""

WALLS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "A4C": ((17, 14, 9, 3), (17, 16, 12, 6)),
    "A2C": ((17, 15, 10, 4), (17, 13, 7, 1)),
    "PLAX": ((14, 14, 8, 2), (16, 16, 11, 5)),
}
"""Segments of both walls of a view, from apex to base; the first is the left or upper one."""

BORDERS = (0.12, 0.4, 0.7)
"""Levels at which apex, apical, mid and basal segments part."""

SOFT = 0.035
"""Half the width of the passage between segments, as a share of the length."""

THICKENING = 0.45

RING = 0.4
"""Share of its contraction that the annulus, which is fibrous, lacks."""

SEPTAL = 0.94
"""Half width of the first wall, which is the flatter one, relative to the mean of both."""

DISKS = 200


@dataclass(frozen=True)
class Ventricle:
    """Measures of a left ventricle at end diastole, mm, and how it contracts.

    Args:
        length: From apex to mitral annulus.
        widths: Largest width in each view.
        wall: Thickness of the wall.
        radial: Share of its radius that a normal segment loses.
        longitudinal: Share of its length that a normal segment loses.
        motion: Share of the usual contraction of each of the 17 segments.
        waist: Level of the largest width.
        annulus: Width of the annulus as a share of the largest width.
    """

    length: float
    widths: Mapping[str, float]
    wall: float
    radial: float
    longitudinal: float
    motion: tuple[float, ...]
    waist: float
    annulus: float


@dataclass(frozen=True, eq=False)
class Walls:
    """Both walls of a view in one moment.

    Args:
        points: Points of the endocardium (2, POINTS, 2): wall, from apex to base, (x, z), mm.
        thickness: Of the wall at each of them (2, POINTS), mm.
    """

    points: np.ndarray
    thickness: np.ndarray


def walls_of(ventricle: Ventricle, view: str, contraction: float) -> Walls:
    """Return the walls of a view.

    Args:
        ventricle: Whose.
        view: Of `WALLS`.
        contraction: 0 at end diastole, 1 at end systole.
    """
    motion = motions(ventricle, view) * contraction
    half = ventricle.widths[view] / 2 * _profile(ventricle)
    across = half * np.array([[-SEPTAL], [2 - SEPTAL]])
    across = across * (1 - ventricle.radial * motion * (1 - RING * LEVELS**12))
    short = 1 - ventricle.longitudinal * (motion[:, 1:] + motion[:, :-1]) / 2
    steps = np.diff(LEVELS) * ventricle.length * short
    along = np.concatenate([np.zeros((2, 1)), np.cumsum(steps, axis=1)], axis=1)
    thin = ventricle.wall * (1 - 0.35 * np.exp(-((LEVELS / 0.15) ** 2)))
    return Walls(np.stack([across, along], axis=-1), thin * (1 + THICKENING * motion))


def motions(ventricle: Ventricle, view: str) -> np.ndarray:
    """Return the share of the usual contraction at each point of both walls (2, POINTS)."""
    part = 1 / (1 + np.exp(-(LEVELS[:, None] - np.array(BORDERS)) / (SOFT / 2)))
    values = np.array(ventricle.motion)[np.array(WALLS[view]) - 1]
    return values[:, :1] + np.diff(values, axis=1) @ part.T


def volume_ml(ventricle: Ventricle, contraction: float) -> float:
    """Return the biplane volume by the method of disks, of A4C and A2C (Lang et al., 2015)."""
    four, two = (widths_of(walls_of(ventricle, view, contraction)) for view in ("A4C", "A2C"))
    length = max(four[1], two[1])
    return float(np.pi / 4 * np.mean(four[0] * two[0]) * length / 1000)


def widths_of(walls: Walls) -> tuple[np.ndarray, float]:
    """Return the widths of disks across the long axis (DISKS,) and the length of that axis, mm."""
    axis = walls.points[:, -1].mean(axis=0)
    length = float(np.hypot(*axis))
    across, along = np.array([axis[1], -axis[0]]) / length, axis / length
    levels = (np.arange(DISKS) + 0.5) / DISKS * length
    left, right = (
        np.interp(levels, wall @ along, wall @ across, right=np.nan) for wall in walls.points
    )
    # Where the annulus is oblique, a disk beyond the shorter wall ends at the annulus.
    widths = _closed(right, levels, walls, across, along) - _closed(
        left, levels, walls, across, along
    )
    return widths, length


def ejection_fraction(ventricle: Ventricle) -> float:
    """Return the biplane ejection fraction in percent."""
    return 100 * (1 - volume_ml(ventricle, 1.0) / volume_ml(ventricle, 0.0))


def _closed(
    side: np.ndarray, levels: np.ndarray, walls: Walls, across: np.ndarray, along: np.ndarray
) -> np.ndarray:
    ends = walls.points[:, -1]
    order = np.argsort(ends @ along)
    hinge = np.interp(levels, (ends @ along)[order], (ends @ across)[order])
    return np.where(np.isnan(side), hinge, side)


def _profile(ventricle: Ventricle) -> np.ndarray:
    """Return the half width at each level as a share of the largest (POINTS,)."""
    below = np.clip(LEVELS / ventricle.waist, 0, 1)
    beyond = np.clip((LEVELS - ventricle.waist) / (1 - ventricle.waist), 0, 1)
    round_apex = (1 - (1 - below) ** 2.1) ** (1 / 1.9)
    return round_apex * (1 - (1 - ventricle.annulus) * beyond**2)
