"""A heart in three dimensions, for images of any plane: ellipsoids and what they leave.

Points are given in the heart's own axes, in mm from the middle of the left ventricle: to the
side (away from the septum), to below (the inferior wall), to the apex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.contrast import BLOOD, FAT, MYOCARDIUM, VENOUS_BLOOD, bssfp_signal
from CardioAILib.phantoms.fields import Chance, paint, smooth_field

VALVE_MM = 2.5
RV_WALL_MM = 3.0
ATRIAL_WALL_MM = 2.0
SHORTENING = 0.15
"""Share of the left ventricle's length that systole takes; the base moves, the apex stays."""

ATRIAL_FILLING = 0.14
"""Growth of the atria's diameters during ventricular systole."""


@dataclass(frozen=True)
class Solid:
    """Measures of one heart at end diastole, mm.

    Args:
        cavity_mm: Inner radius of the left ventricle.
        length_mm: From base to apex of its cavity.
        wall_mm: Thickness of its wall.
        ejection: Share of its volume that systole expels.
        rv_mm: Half of the right ventricle's width.
        rv_ejection: Share of that width lost in systole.
        atria_mm: Radius of the left and the right atrium.
        fat_mm: Thickness of the fat around the heart.
    """

    cavity_mm: float
    length_mm: float
    wall_mm: float
    ejection: float
    rv_mm: float
    rv_ejection: float
    atria_mm: tuple[float, float]
    fat_mm: float


@dataclass(frozen=True, eq=False)
class Chambers:
    """Signed distances (S, H, W), mm, negative inside.

    Args:
        lv: Blood of the left ventricle, and so for `rv`, `la` and `ra`.
        epi: All within the outer border of the left ventricle.
        muscle: Muscle of both ventricles and what they hold.
        whole: The whole heart with its atria.
    """

    lv: np.ndarray
    epi: np.ndarray
    rv: np.ndarray
    la: np.ndarray
    ra: np.ndarray
    muscle: np.ndarray
    whole: np.ndarray


def random_solid(rng: np.random.Generator) -> Solid:
    """Return the measures of a random heart: usual, hypertrophic or dilated."""
    cavity, wall, ejection = [
        (rng.uniform(21, 27), rng.uniform(6.5, 10), rng.uniform(0.52, 0.7)),
        (rng.uniform(18, 24), rng.uniform(12, 19), rng.uniform(0.58, 0.76)),
        (rng.uniform(28, 35), rng.uniform(6, 8.5), rng.uniform(0.18, 0.42)),
    ][rng.integers(3)]
    return Solid(
        cavity_mm=cavity,
        length_mm=rng.uniform(78, 92) + 0.5 * (cavity - 24),
        wall_mm=wall,
        ejection=ejection,
        rv_mm=rng.uniform(19, 25),
        rv_ejection=rng.uniform(0.2, 0.4),
        atria_mm=(rng.uniform(19, 26), rng.uniform(20, 26)),
        fat_mm=rng.uniform(3, 7),
    )


def chambers(
    heart: Solid, points: np.ndarray, contraction: float, thinner_mm: np.ndarray | float = 0.0
) -> Chambers:
    """Return the chambers at points (S, H, W, 3) in the heart's axes.

    Args:
        heart: Measures at end diastole.
        points: Places, mm.
        contraction: From end diastole (0) to end systole (1); the wall keeps its volume.
        thinner_mm: By how much the wall is thinner there, (S, H, W).
    """
    shorter = 1 - SHORTENING * contraction
    cavity = heart.cavity_mm * np.sqrt((1 - heart.ejection * contraction) / shorter)
    outer = np.sqrt(cavity**2 + (2 * heart.cavity_mm * heart.wall_mm + heart.wall_mm**2) / shorter)
    tip = heart.length_mm / 2
    base = tip - heart.length_mm * shorter
    above = base - points[..., 2]
    # Two thirds of an ellipsoid: its widest place lies a third below the base.
    middle, half = base + (tip - base) / 3, (tip - base) * 2 / 3
    lv = np.maximum(ellipsoid(points, (0, 0, middle), (cavity, cavity, half)), above)
    tall = half + outer - cavity
    epi = ellipsoid(points, (0, 0, middle), (outer, outer, tall)) + thinner_mm
    epi = np.maximum(epi, above - VALVE_MM)
    rv = np.maximum(_right_ventricle(heart, points, outer, middle, contraction), above)
    filled = 1 + ATRIAL_FILLING * contraction
    left, right = (radius * filled for radius in heart.atria_mm)
    beyond = -above + VALVE_MM
    la = np.maximum(ellipsoid(points, (4, 6, base - 0.8 * left), (left, left, left)), beyond)
    place = -(outer + 0.75 * heart.rv_mm), 8, base - 0.75 * right
    ra = np.maximum(ellipsoid(points, place, (right, right, right)), beyond)
    ra = np.maximum(ra, 2 * ATRIAL_WALL_MM - la)
    muscle = np.minimum(epi, rv - RV_WALL_MM)
    whole = np.minimum(muscle, np.minimum(la, ra) - ATRIAL_WALL_MM)
    return Chambers(lv, epi, np.maximum(rv, -epi), la, ra, muscle, whole)


def draw_solid(
    canvas: np.ndarray,
    heart: Solid,
    points: np.ndarray,
    contraction: float,
    edge: float,
    rng: Chance,
) -> None:
    """Paint a heart onto the signal of a chest (S, H, W), in place.

    Args:
        canvas: The signal.
        heart: Its measures.
        points: Place of each pixel in the heart's axes, (S, H, W, 3), mm.
        contraction: From end diastole (0) to end systole (1).
        edge: Width of a pixel, mm.
        rng: Source of the fat's shape and of flow.
    """
    drawn = chambers(heart, points, contraction)
    fat = heart.fat_mm * np.clip(0.6 + 0.5 * smooth_field(rng, canvas.shape, 25 / edge), 0.1, None)
    paint(canvas, drawn.whole - fat, bssfp_signal(FAT), edge)
    paint(canvas, drawn.whole, bssfp_signal(MYOCARDIUM), edge)
    flow = 1 + 0.06 * smooth_field(rng, canvas.shape, 12 / edge)
    rough = np.abs(smooth_field(rng, canvas.shape, 4 / edge))
    paint(canvas, drawn.rv + 1.5 * rough, bssfp_signal(VENOUS_BLOOD) * flow, edge)
    paint(canvas, drawn.ra, bssfp_signal(VENOUS_BLOOD) * flow, edge)
    paint(canvas, drawn.la, bssfp_signal(BLOOD) * flow, edge)
    paint(canvas, drawn.lv + rough, bssfp_signal(BLOOD) * flow, edge)
    for muscle in papillary_muscles(heart, points, contraction):
        paint(canvas, muscle, bssfp_signal(MYOCARDIUM), edge)


def ellipsoid(points: np.ndarray, center: tuple[float, ...], half: tuple[float, ...]) -> np.ndarray:
    """Return an approximate signed distance from an ellipsoid, mm, exact to first order.

    Args:
        points: Places (..., 3), mm.
        center: Its middle.
        half: Its half axes.
    """
    scaled = (points - np.float32(center)) / np.float32(half)
    radius = np.sqrt(np.square(scaled).sum(-1))
    slope = np.sqrt(np.square(scaled / np.float32(half)).sum(-1))
    return radius * (radius - 1) / np.maximum(slope, np.float32(1e-6))


def papillary_muscles(
    heart: Solid, points: np.ndarray, contraction: float
) -> tuple[np.ndarray, ...]:
    """Return signed distances from the two muscles between the cavity's middle and its apex."""
    inside = heart.cavity_mm * np.sqrt(1 - 0.8 * heart.ejection * contraction)
    centers = (
        (0.62 * inside * np.cos(angle), 0.62 * inside * np.sin(angle), 8.0)
        for angle in np.radians((-40.0, 110.0))
    )
    return tuple(ellipsoid(points, center, (4.5, 4.5, 15.0)) for center in centers)


def _right_ventricle(
    heart: Solid, points: np.ndarray, outer: float, middle: float, contraction: float
) -> np.ndarray:
    """Return the free wall's inside; the septum cuts what reaches into the left ventricle."""
    width = heart.rv_mm * (1 - heart.rv_ejection * contraction)
    center = -(outer - 0.3 * heart.rv_mm), -4.0, middle - 4
    half = width + 0.3 * heart.rv_mm, outer, 0.52 * heart.length_mm
    return ellipsoid(points, center, half)
