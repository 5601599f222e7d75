"""A moving wall around a cavity, as every point of the plane sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.echowalls import Walls

BINS = 1440
REACH_MM = 28.0
"""Distance over which what surrounds the heart ceases to move with it."""


@dataclass(frozen=True, eq=False)
class Shell:
    """The endocardium as a closed curve, now and at end diastole.

    Args:
        now: Points (K, 2), (x, z), mm.
        rest: The same points of the tissue at end diastole (K, 2).
        thick: Thickness of the wall at each point now (K,), mm.
        thick_rest: The same at end diastole (K,).
        wall: 1 where there is myocardium, 0 along the base (K,).
        center: A point inside (2,), from which all of the curve is seen.
    """

    now: np.ndarray
    rest: np.ndarray
    thick: np.ndarray
    thick_rest: np.ndarray
    wall: np.ndarray
    center: np.ndarray


@dataclass(frozen=True, eq=False)
class Seen:
    """What points of the plane see of a shell; arrays of the points' shape.

    Args:
        depth: Distance beyond the endocardium, mm, below 0 in the cavity.
        thick: Thickness of the wall in that direction, mm.
        wall: Whether there is a wall in that direction, 0 to 1.
        rest_x: Where the tissue at the point lies at end diastole, x, mm.
        rest_z: The same, z.
        out_x: Direction from the center, x.
        out_z: The same, z.
    """

    depth: np.ndarray
    thick: np.ndarray
    wall: np.ndarray
    rest_x: np.ndarray
    rest_z: np.ndarray
    out_x: np.ndarray
    out_z: np.ndarray


def shell_of(walls: Walls, rest: Walls) -> Shell:
    """Return the closed curve of two walls and of the base between them."""
    now, thick, wall = _closed(walls)
    before, thick_rest, _ = _closed(rest)
    center = np.array([walls.points[:, -1, 0].mean() / 2, 0.6 * walls.points[:, -1, 1].mean()])
    return Shell(now, before, thick, thick_rest, wall, center)


def seen(shell: Shell, x: np.ndarray, z: np.ndarray) -> Seen:
    """Return what points see of a shell.

    Args:
        shell: The wall.
        x: Of the points, mm.
        z: Of the points, mm.
    """
    right, down = x - np.float32(shell.center[0]), z - np.float32(shell.center[1])
    radius = np.sqrt(right * right + down * down) + np.float32(1e-3)
    column = (np.arctan2(right, down) * np.float32(BINS / (2 * np.pi))).astype(np.int32) % BINS
    edge, rest_x, rest_z, thick, thick_rest, wall = (table[column] for table in _tables(shell))
    out_x, out_z = right / radius, down / radius
    depth = radius - edge
    kept = depth - np.clip(depth - thick, 0, None)
    back = np.where(depth > 0, kept * (thick_rest / thick) + (depth - kept), depth)
    fade = np.exp(-np.clip(depth - thick, 0, None) / np.float32(REACH_MM))
    moved_x = (rest_x + back * out_x - x) * fade
    moved_z = (rest_z + back * out_z - z) * fade
    return Seen(depth, thick, wall, x + moved_x, z + moved_z, out_x, out_z)


def _tables(shell: Shell) -> list[np.ndarray]:
    """Return edge, place at rest, thicknesses and wall by direction, each (BINS,), float32."""
    off = shell.now - shell.center
    angle = np.arctan2(off[:, 0], off[:, 1]) % (2 * np.pi)
    order = np.argsort(angle)
    at = (np.arange(BINS) + 0.5) * (2 * np.pi / BINS)
    columns = (
        np.hypot(*off.T),
        shell.rest[:, 0],
        shell.rest[:, 1],
        shell.thick,
        shell.thick_rest,
        shell.wall,
    )
    return [
        np.interp(at, angle[order], column[order], period=2 * np.pi).astype(np.float32)
        for column in columns
    ]


def _closed(walls: Walls) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points, thickness and wall around the cavity: up one wall, down the other, base."""
    left, right = walls.points
    part = np.linspace(0.02, 0.98, 15)[:, None]
    base = right[-1] + part * (left[-1] - right[-1])
    points = np.concatenate([left[::-1], right[1:], base])
    thick = np.concatenate([walls.thickness[0, ::-1], walls.thickness[1, 1:]])
    along_base = np.full(len(base), thick.mean())
    wall = np.concatenate([np.ones(len(thick)), np.zeros(len(base))])
    return points, np.concatenate([thick, along_base]), wall
