"""What lies around a heart in three dimensions: chest wall, lungs, liver, spine, great vessels.

Points are in RAS directions, mm from the middle of the left ventricle, which lies to the left of
the body's middle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.contrast import (
    BLOOD,
    FAT,
    LIVER,
    LUNG,
    MARROW,
    MUSCLE,
    Tissue,
    bssfp_signal,
)
from CardioAILib.phantoms.fields import Chance, paint, smooth_field

CHEST_WALL_MM = 10.0
"""Thickness of muscle and bone between the fat under the skin and the lung."""

MIDDLE_MM = 32.0
"""How far the body's middle lies to the right of the left ventricle."""


@dataclass(frozen=True)
class Thorax:
    """Measures of one chest, mm.

    Args:
        half_mm: Half of its width and of its depth.
        depth_mm: How far its middle lies behind the left ventricle.
        fat_mm: Thickness of the fat under the skin.
        dome_mm: How far the diaphragm's dome lies below the left ventricle.
        aorta_mm: Radius of the descending aorta.
    """

    half_mm: tuple[float, float]
    depth_mm: float
    fat_mm: float
    dome_mm: float
    aorta_mm: float


def random_thorax(rng: np.random.Generator) -> Thorax:
    """Return the measures of a random chest."""
    return Thorax(
        half_mm=(rng.uniform(150, 180), rng.uniform(108, 128)),
        depth_mm=rng.uniform(22, 34),
        fat_mm=rng.uniform(8, 22),
        dome_mm=rng.uniform(36, 46),
        aorta_mm=rng.uniform(9, 13),
    )


def draw_thorax(
    chest: Thorax,
    points: np.ndarray,
    edge: float,
    rng: Chance,
    signal: Callable[[Tissue], float] = bssfp_signal,
) -> np.ndarray:
    """Return the signal of a chest without its heart, (S, H, W), float32.

    Args:
        chest: Its measures.
        points: Place of each pixel (S, H, W, 3), mm.
        edge: Width of a pixel, mm.
        rng: Source of texture.
        signal: Brightness of a tissue.
    """
    canvas = np.zeros(points.shape[:3], np.float32)
    right, back, up = from_middle(chest, points)
    skin = skin_of(chest, points)
    skin += 4 * smooth_field(rng, canvas.shape, 75 / edge)
    inner = skin + chest.fat_mm + CHEST_WALL_MM
    paint(canvas, skin, signal(FAT), edge)
    grain = 1 + 0.12 * smooth_field(rng, canvas.shape, 6 / edge)
    paint(canvas, skin + chest.fat_mm, signal(MUSCLE) * grain, edge)
    vessels = 1 + 0.6 * np.clip(smooth_field(rng, canvas.shape, 5 / edge) - 1, 0, None)
    paint(canvas, inner, signal(LUNG) * vessels, edge)
    dome = chest.dome_mm + 0.0014 * ((right + 10) ** 2 + (back - 10) ** 2)
    veins = np.clip(smooth_field(rng, canvas.shape, 7 / edge) - 1.3, 0, 1)
    liver = signal(LIVER) * (1 + 0.5 * veins)
    paint(canvas, np.maximum(up + dome, inner), liver, edge)
    _draw_middle(canvas, chest, (right, back, up), edge, signal)
    return canvas


def from_middle(chest: Thorax, points: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return how far points (S, H, W, 3) lie right, in front and above of the body's middle, mm."""
    right, front, up = np.moveaxis(points, -1, 0)
    return right - MIDDLE_MM, front + chest.depth_mm, up


def skin_of(chest: Thorax, points: np.ndarray) -> np.ndarray:
    """Return the signed distance (S, H, W) of points from the skin where it is even, mm."""
    right, front, _ = from_middle(chest, points)
    width, depth = chest.half_mm
    return (np.hypot(right / width, front / depth) - 1) * depth


def _draw_middle(
    canvas: np.ndarray,
    chest: Thorax,
    place: tuple[np.ndarray, ...],
    edge: float,
    signal: Callable[[Tissue], float],
) -> None:
    """Paint what runs along the body's middle: fat, great vessels, aorta, spine."""
    right, back, up = place
    depth = chest.half_mm[1]
    fat = np.maximum(np.hypot(right + 8, back - 8) - 26, 25 - up)
    paint(canvas, fat, 0.6 * signal(FAT), edge)
    for side, forward, radius in ((-18, 22, 13), (6, 14, 14), (26, 8, 9)):
        vessel = np.maximum(np.hypot(right - side, back - forward) - radius, 20 - up)
        paint(canvas, vessel, signal(BLOOD), edge)
    spine = np.hypot(right / 1.2, back + depth - 42) - 18
    paint(canvas, spine, signal(MARROW), edge)
    aorta = np.hypot(right + 22, back + depth - 64) - chest.aorta_mm
    paint(canvas, aorta - 1.5, signal(MUSCLE), edge)
    paint(canvas, aorta, signal(BLOOD), edge)
