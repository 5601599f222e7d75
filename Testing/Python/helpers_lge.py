"""Ventricles with late enhancement whose place is known exactly."""

from __future__ import annotations

import numpy as np
from CardioAILib.measurements import Segmentation
from helpers_wall import Ventricle, ventricle

REMOTE, NOISE, BLOOD, SCAR = 100.0, 10.0, 600.0, 900.0
HEART = ventricle()


def place(heart: Ventricle = HEART) -> Segmentation:
    return Segmentation(*heart.masks, *heart.place)


def between(
    directions: tuple[float, float],
    depths: tuple[float, float] = (0.0, 1.0),
    slices: tuple[int, int] = (0, 9),
    heart: Ventricle = HEART,
) -> np.ndarray:
    """The wall from one direction on to another, counterclockwise, and from depth to depth."""
    width = (directions[1] - directions[0]) % 360 or 360
    inside = heart.wall & ((heart.direction - directions[0]) % 360 < width)
    inside &= (heart.depth >= depths[0]) & (heart.depth < depths[1])
    kept = np.zeros(len(inside), bool)
    kept[slice(*slices)] = True
    return inside & kept[:, None, None]


def picture(
    scar: np.ndarray | None = None,
    scar_signal: float = SCAR,
    blood: float = BLOOD,
    wall: float = REMOTE,
    heart: Ventricle = HEART,
) -> np.ndarray:
    """A stack with noise, the wall dark, blood bright, and a scar."""
    noise = np.random.default_rng(0).normal(0, NOISE, heart.wall.shape)
    signal = np.full(heart.wall.shape, 300.0)
    signal[heart.wall] = wall
    signal[heart.cavity] = blood
    if scar is not None:
        signal[scar] = scar_signal
    return signal + noise
