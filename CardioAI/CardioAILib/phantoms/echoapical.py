"""Apical views of a simulated heart: four chambers (A4C) and two (A2C)."""

from __future__ import annotations

import numpy as np

from CardioAILib.phantoms.echobrush import bent, beyond_line, fill, from_oval, from_path, ridge
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

LIVER = -23.0

RV_TIP = 0.2
"""Level of the right ventricle's apex."""


def apical(
    anatomy: Anatomy, moment: Moment, looked: Looked, four: bool, liver: bool = False
) -> np.ndarray:
    """Return how strongly each place scatters, dB, of the places' shape.

    Args:
        anatomy: The heart.
        moment: The frame.
        looked: The places.
        four: Whether the right heart is in the plane.
        liver: Whether the liver lies before it, as seen from below the ribs.
    """
    canvas = np.full(looked.x.shape, TISSUE, np.float32)
    if liver:
        fill(canvas, looked.x, LIVER)
    else:
        _far_field(canvas, anatomy, looked)
    _atria(canvas, anatomy, moment, looked, four)
    paint_wall(canvas, looked)
    if four:
        _right_ventricle(canvas, anatomy, moment, looked)
    _pericardium(canvas, looked, four)
    fill(canvas, looked.wall.depth, BLOOD)
    _papillary(canvas, anatomy, looked, four)
    mitral(canvas, anatomy, moment, looked, moment.hinges)
    return canvas


def paint_wall(canvas: np.ndarray, looked: Looked) -> None:
    """Paint the left ventricle's wall: brighter where the beam meets it at right angles."""
    wall = looked.wall
    middle = np.abs(wall.depth / wall.thick - np.float32(0.5)) * 2
    bright = MUSCLE + 7 * looked.facing + 3 * np.clip(middle, 0, 1) ** 4
    within = np.maximum(-wall.depth, wall.depth - wall.thick)
    fill(canvas, np.where(wall.wall > 0.5, within, np.float32(9)), bright)


def mitral(
    canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked, hinges: np.ndarray
) -> None:
    """Paint both mitral leaflets between the ends of their annulus (2, 2)."""
    first, second = hinges
    across = second - first
    width = float(np.hypot(*across))
    along = across / width
    inward = np.array([along[1], -along[0]])
    meeting = first + 0.58 * across + 5.0 * inward
    open_first = first + anatomy.leaflets[0] * (0.12 * along + 0.99 * inward)
    open_second = second + anatomy.leaflets[1] * (0.05 * along + 1.0 * inward)
    for hinge, target, sag in ((first, open_first, -3.0), (second, open_second, 2.0)):
        tip = meeting + moment.mitral * (target - meeting)
        path = bent(hinge, tip, sag * (1 - 0.5 * moment.mitral))
        ridge(canvas, from_path(looked.x, looked.z, path), VALVE, 1.3)
    for hinge in hinges:
        ridge(canvas, from_path(looked.x, looked.z, (hinge, hinge + 0.1)), VALVE + 3, 2.4)


def left_atrium(anatomy: Anatomy, moment: Moment, looked: Looked) -> np.ndarray:
    """Return the signed distance from the left atrium of an apical view, mm, inside < 0."""
    roof = anatomy.ventricle.length + anatomy.atrium[0]
    half_length = (roof - moment.hinges[:, 1].mean()) / 2 + 2
    half_width = anatomy.atrium[1] / 2 * (1 + 0.06 * moment.contraction)
    oval = from_oval(looked.x, looked.z, (3.0, roof - half_length), (half_width, half_length))
    return np.maximum(oval, -beyond_line(looked.x, looked.z, *moment.hinges))


def _atria(
    canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked, four: bool
) -> None:
    chambers = [left_atrium(anatomy, moment, looked)]
    if four:
        chambers.append(_right_atrium(anatomy, moment, looked))
    for chamber in chambers:
        behind = np.clip((looked.z - anatomy.ventricle.length) / anatomy.atrium[0], 0, 1)
        fill(canvas, np.abs(chamber - 2.5) - 2.5, -27 + 15 * behind**2)
    for chamber in chambers:
        fill(canvas, chamber, BLOOD - 6)


def _right_atrium(anatomy: Anatomy, moment: Moment, looked: Looked) -> np.ndarray:
    roof = anatomy.ventricle.length + 0.95 * anatomy.right[1]
    top = moment.hinges[0, 1] - 3
    half = (anatomy.right[0] * 0.5 + 5, (roof - top) / 2 + 1)
    center = (3.0 - anatomy.atrium[1] / 2 - half[0] - 5.0, roof - half[1])
    oval = from_oval(looked.x, looked.z, center, half)
    return np.maximum(oval, top - looked.z)


def _right_ventricle(canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked) -> None:
    wall, hinge = looked.wall, moment.hinges[0]
    level = np.clip(looked.z / np.float32(hinge[1]), 0, 1)
    widest = anatomy.right[0] * (1 - 0.3 * moment.contraction)
    rise = np.clip((level - RV_TIP) / (0.8 - RV_TIP), 0, 1)
    width = widest * rise**0.75 * (1 - 0.1 * np.clip(level - 0.8, 0, 1) * 5)
    beyond = wall.depth - wall.thick
    cavity = np.maximum(np.maximum(-beyond, beyond - width), looked.z - np.float32(hinge[1] - 3))
    cavity = np.where((looked.x < 0) & (level > RV_TIP), cavity, np.float32(9))
    fill(canvas, cavity - anatomy.free_wall, MUSCLE + 1 + 4 * looked.facing)
    septal = (looked.x < 0) & (wall.wall > 0.5)
    septum = np.where(septal, np.maximum(-beyond, beyond - 0.1), np.float32(9))
    fill(canvas, cavity, BLOOD + 2)
    ridge(canvas, septum, MUSCLE + 6, 1.2)
    _tricuspid(canvas, anatomy, moment, looked, widest)


def _tricuspid(
    canvas: np.ndarray, anatomy: Anatomy, moment: Moment, looked: Looked, widest: float
) -> None:
    septal = np.add(moment.hinges[0], (-anatomy.ventricle.wall - 1, -7.0))
    lateral = np.add(septal, (-0.85 * widest, 1.0))
    meeting = np.add((septal + lateral) / 2, (2.0, -3.0))
    for hinge, side, sag in ((septal, -4.0, 2.0), (lateral, 5.0, -2.5)):
        tip = meeting + moment.mitral * (np.add(hinge, (side, -17.0)) - meeting)
        path = bent(hinge, tip, sag)
        ridge(canvas, from_path(looked.x, looked.z, path), VALVE - 6, 1.1)


def _papillary(canvas: np.ndarray, anatomy: Anatomy, looked: Looked, four: bool) -> None:
    wall = looked.wall
    depth = wall.depth + np.float32(0.7 * anatomy.papillary)
    level = looked.z / np.float32(anatomy.ventricle.length)
    place = 0.5 if four else 0.55
    along = (level - place) * np.float32(anatomy.ventricle.length * 0.4)
    oval = np.sqrt(depth * depth + along * along) - np.float32(anatomy.papillary)
    fill(canvas, np.where(looked.x > 0, oval, np.float32(9)), MUSCLE - 4)


def _pericardium(canvas: np.ndarray, looked: Looked, four: bool) -> None:
    wall = looked.wall
    beyond = wall.depth - wall.thick - np.float32(2.0)
    side = looked.x > 0 if four else np.abs(looked.x) > 4
    low = np.clip(looked.z / 60, 0, 1)
    bright = PERICARDIUM - 12 * (1 - low) + 4 * (looked.facing - 0.5)
    near = np.where(side & (wall.wall > 0.5), beyond, np.float32(40))
    ridge(canvas, np.where(near > 0, near * 0.4, near), bright, 1.8)


def _far_field(canvas: np.ndarray, anatomy: Anatomy, looked: Looked) -> None:
    """Paint the bright tissue behind the atria, and the lung that hides what is beside."""
    roof = anatomy.ventricle.length + anatomy.atrium[0]
    behind = looked.z - np.float32(roof)
    fill(canvas, -behind, -17 - 0.3 * np.clip(behind, 0, 60))
    # The lung beside the heart returns only haze.
    edge = anatomy.atrium[1] / 2 + 12 + 0.5 * np.clip(behind, 0, 40)
    canvas -= np.clip((np.abs(looked.x) - edge) * np.float32(0.5), 0, 9)
