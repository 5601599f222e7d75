"""The parasternal short axis of a simulated heart, at the papillary muscles (PSAX).

The ventricle is a ring: x runs to the right of the image, z away from the probe.
"""

from __future__ import annotations

import numpy as np

from CardioAILib.phantoms.echoapical import paint_wall
from CardioAILib.phantoms.echobrush import fill, from_oval, ridge
from CardioAILib.phantoms.echoscene import (
    BLOOD,
    MUSCLE,
    PERICARDIUM,
    TISSUE,
    Anatomy,
    Looked,
    Moment,
)
from CardioAILib.phantoms.echoshell import Shell
from CardioAILib.phantoms.echowalls import THICKENING, Ventricle

POINTS = 72

AROUND = (10, 9, 8, 7, 12, 11)
"""Mid segments, clockwise from the inferior one, which lies at the bottom."""


def ring_of(ventricle: Ventricle, contraction: float) -> Shell:
    """Return the wall of a short axis.

    Args:
        ventricle: Whose.
        contraction: 0 at end diastole, 1 at end systole.
    """
    angle = np.arange(POINTS) * (2 * np.pi / POINTS)
    motion = np.array(ventricle.motion)[np.array(AROUND) - 1]
    # Angles run counterclockwise from the bottom, segments clockwise.
    places = -np.arange(len(AROUND)) * (2 * np.pi / len(AROUND)) % (2 * np.pi)
    order = np.argsort(places)
    share = contraction * np.interp(angle, places[order], motion[order], period=2 * np.pi)
    way = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    rest = way * ventricle.widths["PLAX"] / 2
    thick = np.full(POINTS, ventricle.wall)
    return Shell(
        now=rest * (1 - ventricle.radial * share)[:, None],
        rest=rest,
        thick=thick * (1 + THICKENING * share),
        thick_rest=thick,
        wall=np.ones(POINTS),
        center=np.zeros(2),
    )


def short_axis(anatomy: Anatomy, moment: Moment, looked: Looked) -> np.ndarray:
    """Return how strongly each place scatters, dB, of the places' shape.

    Args:
        anatomy: The heart.
        moment: The frame.
        looked: The places.
    """
    canvas = np.full(looked.x.shape, TISSUE - 3, np.float32)
    wall = looked.wall
    beyond = wall.depth - wall.thick
    _right_ventricle(canvas, anatomy, moment, looked)
    paint_wall(canvas, looked)
    back = np.where((wall.out_z > -0.2) & (wall.out_x > -0.8), beyond - 1.5, np.float32(40))
    bright = PERICARDIUM + 6 * (looked.facing - 1)
    ridge(canvas, np.where(back > 0, back * 0.45, back), bright, 1.7)
    fill(canvas, wall.depth, BLOOD)
    radius = anatomy.ventricle.widths["PLAX"] / 2
    for side in (-0.75, 0.75):
        place = np.array([np.sin(side), np.cos(side)]) * radius * (0.8 - 0.25 * moment.contraction)
        size = anatomy.papillary * (1 + 0.15 * moment.contraction)
        fill(canvas, from_oval(looked.x, looked.z, place, (size, size), 2.0), MUSCLE - 1)
    return canvas


def _right_ventricle(canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked) -> None:
    """Paint the crescent on the septal side, between its two insertions."""
    wall = looked.wall
    off = np.angle(np.exp(1j * (np.arctan2(wall.out_x, wall.out_z) + np.radians(112))))
    width = anatomy.right[0] * (1 - 0.25 * moment.contraction)
    crescent = width * np.sqrt(np.clip(np.cos(off * 1.15), 0, None))
    beyond = wall.depth - wall.thick
    cavity = np.where(np.abs(off) < 1.36, np.maximum(-beyond, beyond - crescent), np.float32(9))
    fill(canvas, cavity - anatomy.free_wall, MUSCLE + 1 + 4 * looked.facing)
    fill(canvas, cavity, BLOOD + 2)
