"""What lies around the heart: chest wall, lungs, liver, stomach, aorta, spine."""

from __future__ import annotations

import numpy as np

from CardioAILib.phantoms.contrast import (
    BLOOD,
    FAT,
    LIVER,
    LUNG,
    MARROW,
    MUSCLE,
    bssfp_signal,
)
from CardioAILib.phantoms.fields import paint, smooth_field
from CardioAILib.phantoms.grid import Grid

LIVER_MM = (-45.0, 92.0)
"""Middle of the liver from the image center on a wide image: right, down."""


def draw_body(grid: Grid, rng: np.random.Generator) -> np.ndarray:
    """Return the signal of a chest without its heart, (S, H, W), float32."""
    x, y = grid.axes_mm
    canvas = np.zeros(grid.shape, np.float32)
    wavy = 4 * smooth_field(rng, (1, *grid.shape[1:]), 75 / grid.pixel_mm)
    torso = _ellipse(x, y, (rng.uniform(-8, 8), 42.0), (162.0, 136.0)) + wavy
    fat, muscle = rng.uniform(9, 20), rng.uniform(8, 13)
    edge = grid.pixel_mm
    paint(canvas, torso, bssfp_signal(FAT), edge)
    grain = 1 + 0.12 * smooth_field(rng, grid.shape, 6 / edge)
    paint(canvas, torso + fat, bssfp_signal(MUSCLE) * grain, edge)
    vessels = 1 + 0.6 * np.clip(smooth_field(rng, grid.shape, 5 / edge) - 1, 0, None)
    paint(canvas, torso + fat + muscle, bssfp_signal(LUNG) * vessels, edge)
    _draw_belly(canvas, torso + fat + muscle, grid, rng)
    _draw_back(canvas, grid, rng)
    return canvas


def liver_center_mm(grid: Grid) -> tuple[float, float]:
    """Return a place inside the liver that is on the image, mm from its center."""
    half = grid.pixels * grid.pixel_mm / 2
    return LIVER_MM[0], min(LIVER_MM[1], half - 22)


def _draw_belly(
    canvas: np.ndarray, cavity: np.ndarray, grid: Grid, rng: np.random.Generator
) -> None:
    """Paint liver and stomach below the diaphragm, which rises toward the apex."""
    x, y = grid.axes_mm
    edge = grid.pixel_mm
    top = rng.uniform(31, 39) - 20 * grid.levels[:, :, None]
    dome = top.astype(np.float32) + 0.0016 * (x + 20) ** 2
    wavy = 2 * smooth_field(rng, (1, *grid.shape[1:]), 35 / edge)
    below = np.maximum(dome - y + wavy, cavity)
    veins = np.clip(smooth_field(rng, grid.shape, 7 / edge) - 1.3, 0, 1)
    liver = bssfp_signal(LIVER) * (1 + 0.5 * veins)
    paint(canvas, below, liver, edge)
    stomach = _ellipse(x, y, (62.0, liver_center_mm(grid)[1] - 6), (36.0, 24.0)) + wavy
    paint(canvas, np.maximum(stomach - 3, cavity), bssfp_signal(MUSCLE), edge)
    content = bssfp_signal(MUSCLE) * (0.6 + 0.4 * smooth_field(rng, grid.shape, 9 / edge))
    paint(canvas, np.maximum(stomach, cavity), np.abs(content), edge)


def _draw_back(canvas: np.ndarray, grid: Grid, rng: np.random.Generator) -> None:
    """Paint the spine and, before it, the descending aorta."""
    x, y = grid.axes_mm
    place = rng.uniform(84, 96), rng.uniform(28, 40)
    spine = _ellipse(x, y, (place[0] + 22, place[1] + 8), (21.0, 18.0))
    paint(canvas, spine, bssfp_signal(MARROW), grid.pixel_mm)
    aorta = np.hypot(x - place[0] + 12, y - place[1] + 6) - rng.uniform(9, 12)
    paint(canvas, aorta - 1.5, bssfp_signal(MUSCLE), grid.pixel_mm)
    paint(canvas, aorta, bssfp_signal(BLOOD), grid.pixel_mm)


def _ellipse(
    x: np.ndarray, y: np.ndarray, center: tuple[float, float], half: tuple[float, float]
) -> np.ndarray:
    """Return an approximate signed distance from an ellipse, mm."""
    radius = np.hypot((x - center[0]) / half[0], (y - center[1]) / half[1])
    return (radius - 1) * min(half)
