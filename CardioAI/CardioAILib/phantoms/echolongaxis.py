"""The parasternal long axis of a simulated heart (PLAX).

The ventricle lies across the fan, its apex to the left: x runs away from the probe, z to the right.
"""

from __future__ import annotations

import numpy as np

from CardioAILib.phantoms.echoapical import mitral, paint_wall
from CardioAILib.phantoms.echobrush import beyond_line, fill, from_oval, from_path, ridge
from CardioAILib.phantoms.echoscene import (
    BLOOD,
    MUSCLE,
    PERICARDIUM,
    TISSUE,
    VALVE,
    Anatomy,
    Looked,
    Moment,
)

ROOT_MM = 60.0
"""Length of the aorta in the plane."""


def long_axis(anatomy: Anatomy, moment: Moment, looked: Looked) -> np.ndarray:
    """Return how strongly each place scatters, dB, of the places' shape.

    Args:
        anatomy: The heart.
        moment: The frame.
        looked: The places.
    """
    canvas = np.full(looked.x.shape, TISSUE - 4, np.float32)
    atrium = left_atrium_behind(anatomy, moment, looked)
    fill(canvas, np.abs(atrium - 2.0) - 2.0, MUSCLE + 2)
    ridge(canvas, np.where(looked.x > 0, atrium - 3.0, 9.0), PERICARDIUM - 4, 2.0)
    fill(canvas, atrium, BLOOD - 2)
    _descending_aorta(canvas, anatomy, moment, looked)
    _right_ventricle(canvas, anatomy, moment, looked)
    paint_wall(canvas, looked)
    _posterior_pericardium(canvas, looked)
    _aorta(canvas, anatomy, moment, looked)
    fill(canvas, looked.wall.depth, BLOOD)
    continuity = _continuity(moment)
    _aortic_valve(canvas, anatomy, moment, looked)
    mitral(canvas, anatomy, moment, looked, np.stack([continuity, moment.hinges[1]]))
    _chords(canvas, anatomy, moment, looked)
    return canvas


def left_atrium_behind(anatomy: Anatomy, moment: Moment, looked: Looked) -> np.ndarray:
    """Return the signed distance from the left atrium, mm, inside < 0."""
    back = moment.hinges[1]
    halves = (anatomy.atrium[1] / 2 * (1 + 0.1 * moment.contraction), anatomy.atrium[0] / 2 + 4)
    rest = anatomy.ventricle.length + halves[1] - 3
    center = (back[0] - halves[0] + 10.0, rest - 0.5 * (anatomy.ventricle.length - back[1]))
    oval = from_oval(looked.x, looked.z, center, halves)
    behind = -beyond_line(looked.x, looked.z, *moment.hinges)
    return np.maximum(np.maximum(oval, behind), -_from_root(anatomy, moment, looked) + 1.5)


def _continuity(moment: Moment) -> np.ndarray:
    """Return where aortic root and anterior mitral leaflet meet (2,)."""
    first, second = moment.hinges
    return first + 0.52 * (second - first)


def _root(anatomy: Anatomy, moment: Moment) -> tuple[np.ndarray, np.ndarray]:
    """Return start and end of the aorta's middle line, each (2,)."""
    middle = (moment.hinges[0] + _continuity(moment)) / 2
    start = np.add(middle, (-1.0, -2.0))
    return start, np.add(start, (-0.22 * ROOT_MM, 0.97 * ROOT_MM))


def _from_root(anatomy: Anatomy, moment: Moment, looked: Looked) -> np.ndarray:
    """Return the signed distance from the aortic root's lumen, mm; its sinuses bulge."""
    start, end = _root(anatomy, moment)
    out = from_path(looked.x, looked.z, (start, end))
    sinus = 2.5 * np.exp(-(((looked.z - np.float32(start[1] + 12)) / 8) ** 2))
    return out - np.float32(anatomy.aorta / 2 - 2.5) - sinus


def _aorta(canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked) -> None:
    lumen = _from_root(anatomy, moment, looked)
    beyond = -beyond_line(looked.x, looked.z, *moment.hinges)
    wall = np.maximum(np.abs(lumen - 1.2) - 1.2, beyond)
    fill(canvas, wall, MUSCLE + 5 + 6 * looked.facing)
    fill(canvas, np.maximum(lumen, beyond), BLOOD)


def _aortic_valve(canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked) -> None:
    """Paint the cusps: a line in the middle of the root when closed, along its walls when open."""
    start, end = _root(anatomy, moment)
    along = (end - start) / np.hypot(*(end - start))
    across = np.array([along[1], -along[0]])
    half = anatomy.aorta / 2 - 3
    for side in (-1.0, 1.0):
        hinge = start + 9.0 * along + side * half * across
        tip = start + 15.0 * along + side * (0.3 + 0.72 * half * moment.aortic) * across
        # A cusp that runs along the beam hardly shows; its edge lies across it.
        ridge(canvas, from_path(looked.x, looked.z, (hinge, tip)), VALVE - 14, 1.0)
        ridge(canvas, from_path(looked.x, looked.z, (tip, tip + 6.0 * along)), VALVE - 1, 1.0)


def _right_ventricle(canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked) -> None:
    """Paint the right ventricle and its outflow, between the septum or aorta and the chest."""
    wall, hinge = looked.wall, moment.hinges[0]
    beyond = np.where(looked.z < np.float32(hinge[1]), wall.depth - wall.thick, np.float32(60))
    root = _from_root(anatomy, moment, looked) - 2.5
    out = np.minimum(beyond, np.where(looked.x < np.float32(hinge[0] + 4), root, np.float32(60)))
    width = 0.72 * anatomy.right[0] * (1 - 0.25 * moment.contraction)
    taper = np.clip(looked.z / np.float32(0.5 * anatomy.ventricle.length), 0.1, 1) ** 0.6
    cavity = np.maximum(-out, out - width * taper)
    upper = np.where((looked.x < 0) & (out < 55), cavity, np.float32(9))
    fill(canvas, upper - anatomy.free_wall, MUSCLE + 2 + 5 * looked.facing)
    fill(canvas, upper, BLOOD + 3)


def _posterior_pericardium(canvas: np.ndarray, looked: Looked) -> None:
    wall = looked.wall
    beyond = wall.depth - wall.thick - np.float32(1.5)
    near = np.where((looked.x > 0) & (wall.wall > 0.5), beyond, np.float32(40))
    ridge(canvas, np.where(near > 0, near * 0.45, near), PERICARDIUM + 3 * looked.facing, 1.7)


def _descending_aorta(canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked) -> None:
    center = (anatomy.ventricle.widths["PLAX"] / 2 + 30.0, anatomy.ventricle.length + 20.0)
    oval = from_oval(looked.x, looked.z, center, (9.0, 11.0), 2.0)
    fill(canvas, np.abs(oval - 1) - 1, MUSCLE)
    fill(canvas, oval, BLOOD + 4)


def _chords(canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked) -> None:
    """Paint tendinous chords from the posterior papillary muscle to the leaflets."""
    back = moment.hinges[1]
    muscle = np.array([0.55 * back[0], 0.5 * back[1]])
    near = from_oval(looked.x, looked.z, muscle, (anatomy.papillary * 0.8, 10.0), 2.0)
    fill(canvas, near, MUSCLE - 5)
    start = _continuity(moment)
    meeting = np.add(start + 0.6 * (back - start), (0.0, -8.0))
    ridge(canvas, from_path(looked.x, looked.z, (muscle, meeting)), VALVE - 14, 0.9)
