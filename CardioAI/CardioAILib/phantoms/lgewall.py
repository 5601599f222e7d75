"""Where the wall of a simulated heart takes up contrast: amyloid, infarct, insertion points.

Angles turn about the long axis of the left ventricle from its side (0) to the front (90
degrees); depth in the wall runs from endocardium (0) to epicardium (1), levels from base (0) to
apex (1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.solid import Solid
from CardioAILib.phantoms.waves import Waves

INSERTIONS = np.radians([118.0, 242.0])
"""Where the right ventricle meets the left."""


@dataclass(frozen=True, eq=False)
class Amyloid:
    """Replacement that starts under the endocardium and at the base, in no artery's territory.

    Args:
        burden: Greatest share of muscle replaced, 0 to 1.
        reach: Depth to which it goes; from 1.4 on it is transmural everywhere.
        patches: Where there is more of it, and where less.
    """

    burden: float
    reach: float
    patches: Waves


@dataclass(frozen=True)
class Infarct:
    """An old infarct of one artery's territory.

    Args:
        angle: Its middle, radians.
        level: Its middle between base and apex.
        spread: Half of its width, radians.
        half: Half of its length, as a share of the ventricle's.
        depth: How far it reaches from the endocardium.
        thinner: Share of the wall that is lost in its middle.
    """

    angle: float
    level: float
    spread: float
    half: float
    depth: float
    thinner: float


@dataclass(frozen=True, eq=False)
class Wall:
    """All that takes up contrast; None where there is none.

    Args:
        amyloid: Diffuse replacement.
        infarct: Its scar.
        insertions: Degree of faint spots at the right ventricle's insertions, 0 to 1.
    """

    amyloid: Amyloid | None = None
    infarct: Infarct | None = None
    insertions: float = 0.0


def infarct_share(wall: Wall, heart: Solid, points: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return the share of infarct (S, H, W), 0 to 1, in the wall at points (S, H, W, 3), mm."""
    if wall.infarct is None:
        return np.zeros(depth.shape, np.float32)
    within = np.clip((wall.infarct.depth - depth) * 8 + 0.5, 0, 1)
    return np.clip(_inwards(wall.infarct, heart, points) * 6 + 0.5, 0, 1) * within


def thinner_mm(wall: Wall, heart: Solid, points: np.ndarray) -> np.ndarray | float:
    """Return by how much an infarct has thinned the wall at points (S, H, W, 3), mm."""
    if wall.infarct is None:
        return 0.0
    lost = wall.infarct.thinner * heart.wall_mm
    return lost * np.clip(2 * _inwards(wall.infarct, heart, points), 0, 1)


def replaced(wall: Wall, heart: Solid, points: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return the degree (S, H, W), 0 to 1, to which muscle takes up contrast.

    Args:
        wall: What takes it up.
        heart: Measures.
        points: Places in the heart's axes, (S, H, W, 3), mm.
        depth: Depth of each in the wall, (S, H, W), 0 to 1.
    """
    degree = infarct_share(wall, heart, points, depth)
    if wall.amyloid is not None:
        degree = np.maximum(degree, _amyloid_share(wall.amyloid, heart, points, depth))
    if wall.insertions:
        degree = np.maximum(degree, wall.insertions * _near_insertions(points, depth))
    return degree


def _amyloid_share(
    amyloid: Amyloid, heart: Solid, points: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    profile = np.clip((amyloid.reach - depth) / 0.4, 0, 1)
    downward = 1 - 0.35 * np.clip(_level(heart, points), 0, 1)
    patchy = 1 + 0.25 * amyloid.patches.at(points)
    return np.clip(amyloid.burden * profile * downward * patchy, 0, 1)


def _near_insertions(points: np.ndarray, depth: np.ndarray) -> np.ndarray:
    angle = _angle(points)
    away = np.min([np.abs(_turn(angle - own)) for own in INSERTIONS], axis=0)
    return np.exp(-((away / 0.2) ** 2) - ((depth - 0.6) / 0.25) ** 2)


def _inwards(infarct: Infarct, heart: Solid, points: np.ndarray) -> np.ndarray:
    """Return 1 in the middle of the territory, 0 at its border, negative beyond."""
    across = _turn(_angle(points) - infarct.angle) / infarct.spread
    along = (_level(heart, points) - infarct.level) / infarct.half
    return 1 - np.hypot(across, along)


def _angle(points: np.ndarray) -> np.ndarray:
    return np.arctan2(-points[..., 1], points[..., 0])


def _level(heart: Solid, points: np.ndarray) -> np.ndarray:
    return points[..., 2] / np.float32(heart.length_mm) + np.float32(0.5)


def _turn(angle: np.ndarray) -> np.ndarray:
    """Return angles between -pi and pi."""
    return (angle + np.pi) % (2 * np.pi) - np.pi
