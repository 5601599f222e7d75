"""Anatomy of a hypertrophic heart in short axis, as curves around the left ventricle.

Angles run counterclockwise as seen on the image: 0 lateral, 90 degrees anterior, 180 septal.
A curve is a table of radii in mm, shape (S, ANGLES), one row a slice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ANGLES = 720

DIRECTIONS = np.arange(ANGLES) * (2 * np.pi / ANGLES)
"""Angle of each column of a curve, radians."""

RV_ANGLE, RV_HALF_ANGLE = np.radians(178), np.radians(82)
"""Direction of the right ventricle, and half the angle between its two insertions."""

REACH_MM = 95.0
"""No part of a heart lies further from its center."""

LONG_AXIS_GAIN = 1.12
"""Growth of the wall's cross section in systole: its volume stays while the heart shortens."""


@dataclass(frozen=True)
class Infarct:
    """A territory of the wall that is thin and does not contract; angles in radians.

    Args:
        angle: Direction of its middle.
        level: Level of its middle between base (0) and apex (1).
        spread: Angular half width.
        reach: Half of its length, as a share of the ventricle's.
        motion: Share of the usual contraction that is left in its middle.
        thickness: Share of the usual thickness that is left there.
    """

    angle: float
    level: float
    spread: float
    reach: float
    motion: float
    thickness: float

    def extent(self, levels: np.ndarray, angles: np.ndarray) -> np.ndarray:
        """Return how much each place belongs to it (S, A), 0 to 1, with soft borders."""
        off = np.abs(np.angle(np.exp(1j * (angles - self.angle)))) / self.spread
        along = np.abs(levels - self.level) / self.reach
        return 1 / (1 + np.hypot(off, along) ** 8)


@dataclass(frozen=True)
class Heart:
    """Measures of one heart at end diastole; angles in radians, lengths in mm.

    Args:
        center_mm: Place of the left ventricle in the image: right, down.
        drift_mm: How far that place moves from base to apex.
        turn: Rotation of the whole heart.
        cavity_mm: Inner radius of the left ventricle at the base.
        ovality: Relative difference between its two half axes.
        ejection: Share of the cavity's area that systole expels.
        wall_mm: Thickness of the lateral wall.
        septum_mm: Greatest thickness, where the hypertrophy peaks.
        peak_angle: Direction of that peak.
        peak_level: Its level between base (0) and apex (1).
        spread: Angular half width of the hypertrophy.
        rv_mm: Width of the right ventricle at the base.
        rv_ejection: Share of that width lost in systole.
        papillary_mm: Radius of the papillary muscles.
        fat_mm: Thickness of the fat around the heart.
        infarct: Territory that an infarction left, or None.
    """

    center_mm: tuple[float, float]
    drift_mm: tuple[float, float]
    turn: float
    cavity_mm: float
    ovality: float
    ejection: float
    wall_mm: float
    septum_mm: float
    peak_angle: float
    peak_level: float
    spread: float
    rv_mm: float
    rv_ejection: float
    papillary_mm: float
    fat_mm: float
    infarct: Infarct | None = None


@dataclass(frozen=True, eq=False)
class Curves:
    """Borders of one heart in one phase, each (S, ANGLES) in mm from the center.

    Args:
        endo: Between cavity and wall of the left ventricle.
        epi: Outside of that wall.
        rv: Outside of the right ventricle's cavity; `epi` where there is none.
    """

    endo: np.ndarray
    epi: np.ndarray
    rv: np.ndarray


def random_heart(rng: np.random.Generator) -> Heart:
    """Return the measures of a random patient with asymmetric septal hypertrophy."""
    return Heart(
        center_mm=(rng.uniform(-12, 16), rng.uniform(-16, 8)),
        drift_mm=(rng.uniform(2, 10), rng.uniform(0, 8)),
        turn=np.radians(rng.uniform(-20, 20)),
        cavity_mm=rng.uniform(20, 25),
        ovality=rng.uniform(-0.06, 0.06),
        ejection=rng.uniform(0.56, 0.74),
        wall_mm=rng.uniform(8, 11),
        septum_mm=rng.uniform(13, 26),
        peak_angle=np.radians(rng.uniform(130, 185)),
        peak_level=rng.uniform(0.25, 0.55),
        spread=np.radians(rng.uniform(38, 60)),
        rv_mm=rng.uniform(19, 28),
        rv_ejection=rng.uniform(0.25, 0.4),
        papillary_mm=rng.uniform(4, 6),
        fat_mm=rng.uniform(3, 7),
    )


def curves(heart: Heart, levels: np.ndarray, contraction: float) -> Curves:
    """Return the borders of the heart at the given levels.

    Args:
        heart: Measures at end diastole.
        levels: Slice positions (S, 1) between base (0) and apex (1).
        contraction: Share of the systolic change of areas, from end diastole (0) to end
            systole (1); the cavity shrinks and the wall thickens so that its volume stays.
    """
    angles = DIRECTIONS[None, :] - heart.turn
    endo = _cavity(heart, levels, angles)
    epi = endo + _wall(heart, levels, angles)
    if contraction > 0:
        motion = _motion(heart, levels, angles)
        expelled = motion * np.minimum(heart.ejection * (0.94 + 0.15 * levels), 0.85)
        smaller = endo * np.sqrt(1 - contraction * expelled)
        gain = 1 + motion * contraction * (LONG_AXIS_GAIN - 1)
        epi = np.sqrt(smaller**2 + gain * (epi**2 - endo**2))
        endo = smaller
    width = _rv_width(heart, levels, angles) * (1 - heart.rv_ejection * contraction)
    return Curves(endo, epi, epi + width)


def fat_thickness(heart: Heart, rough: np.ndarray) -> np.ndarray:
    """Return the thickness of the fat around the heart (S, ANGLES), mm.

    Args:
        heart: Tells the mean thickness and where the grooves are that fat fills.
        rough: Random curves (S, ANGLES) with mean 0 and deviation 1.
    """
    off = np.angle(np.exp(1j * (DIRECTIONS - heart.turn - RV_ANGLE)))
    grooves = np.exp(-0.5 * ((np.abs(off) - RV_HALF_ANGLE) / np.radians(14)) ** 2)
    return heart.fat_mm * (np.clip(0.4 + 0.5 * rough, 0.1, None) + 1.3 * grooves[None, :])


def _cavity(heart: Heart, levels: np.ndarray, angles: np.ndarray) -> np.ndarray:
    taper = np.sqrt(1 - (0.9 * levels) ** 2.4)
    return heart.cavity_mm * taper * (1 + heart.ovality * np.cos(2 * angles))


def _wall(heart: Heart, levels: np.ndarray, angles: np.ndarray) -> np.ndarray:
    off = np.angle(np.exp(1j * (angles - heart.peak_angle)))
    around = np.exp(-0.5 * (off / heart.spread) ** 2)
    along = np.exp(-0.5 * ((levels - heart.peak_level) / 0.35) ** 2)
    thin = 1 - 0.3 * levels**2
    wall = heart.wall_mm * thin + (heart.septum_mm - heart.wall_mm) * around * along
    if heart.infarct is None:
        return wall
    return wall * (1 - (1 - heart.infarct.thickness) * heart.infarct.extent(levels, angles))


def _motion(heart: Heart, levels: np.ndarray, angles: np.ndarray) -> np.ndarray | float:
    """Return the share of the usual contraction that each place has, (S, ANGLES)."""
    if heart.infarct is None:
        return 1.0
    return 1 - (1 - heart.infarct.motion) * heart.infarct.extent(levels, angles)


def _rv_width(heart: Heart, levels: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Return the width of the crescent on the septal side, 0 beyond its two insertions."""
    off = np.angle(np.exp(1j * (angles - RV_ANGLE)))
    crescent = np.clip(np.cos(off * (np.pi / 2) / RV_HALF_ANGLE), 0, None) ** 0.55
    # The outflow side, in front, is the wider one.
    tilt = 1 - 0.22 * np.sin(off) * (1 - levels)
    return heart.rv_mm * np.sqrt(np.clip(1 - levels / 0.92, 0, None)) * crescent * tilt
