"""The heart drawn into the chest, and its contours as labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from CardioAILib.phantoms.contrast import (
    BLOOD,
    FAT,
    MYOCARDIUM,
    VENOUS_BLOOD,
    bssfp_signal,
)
from CardioAILib.phantoms.fields import paint, smooth_field
from CardioAILib.phantoms.grid import Grid
from CardioAILib.phantoms.heart import ANGLES, Curves, Heart

LABELS = {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}

RV_WALL_MM = 3.0
THIN_RV_MM = 4.0
"""A right ventricle narrower than this is not contoured."""

PAPILLARY = ((30.0, 0.66), (-95.0, 0.66))
"""Direction in degrees, and distance from the center as a share of the cavity's radius."""


@dataclass(frozen=True, eq=False)
class Polar:
    """Pixels as seen from the middle of the left ventricle.

    Args:
        radius: Distance, mm, (S, H, W).
        angle: Column of a curve, (S, H, W).
    """

    radius: np.ndarray
    angle: np.ndarray

    def at(self, curve: np.ndarray) -> np.ndarray:
        """Return the radius of a curve (S, ANGLES) in the direction of each pixel."""
        return np.take_along_axis(
            curve.astype(np.float32), self.angle.reshape(len(curve), -1), axis=1
        ).reshape(self.angle.shape)


def polar(grid: Grid, heart: Heart) -> Polar:
    """Return the distance and direction of each pixel from the heart's center."""
    x, y = _from_center(grid, heart)
    turns = np.arctan2(-y, x) / (2 * np.pi)
    return Polar(np.hypot(x, y), np.rint(turns * ANGLES).astype(np.int32) % ANGLES)


def wall_depth(view: Polar, borders: Curves) -> np.ndarray:
    """Return the depth in the wall from endocardium (0) to epicardium (1), (S, H, W)."""
    endo, epi = view.at(borders.endo), view.at(borders.epi)
    return (view.radius - endo) / (epi - endo)


def draw_heart(
    chest: np.ndarray,
    grid: Grid,
    heart: Heart,
    view: Polar,
    borders: Curves,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the signal of a chest with its heart, (S, H, W), float32."""
    canvas, edge = chest.copy(), grid.pixel_mm
    outer = np.maximum(borders.epi, borders.rv + RV_WALL_MM * (borders.rv > borders.epi + 1))
    fat = heart.fat_mm * np.exp(0.5 * _rough(rng, grid.slices, 40))
    from_outer = view.radius - view.at(gaussian_filter1d(outer, 6, axis=1, mode="wrap"))
    paint(canvas, from_outer - view.at(fat), bssfp_signal(FAT), edge)
    paint(canvas, from_outer, bssfp_signal(MYOCARDIUM), edge)
    flow = 1 + 0.05 * smooth_field(rng, grid.shape, 12 / edge)
    rv_inner = borders.rv - 1.5 * np.abs(_rough(rng, grid.slices, 7))
    rv = np.maximum(view.radius - view.at(rv_inner), view.at(borders.epi) - view.radius)
    paint(canvas, rv, bssfp_signal(VENOUS_BLOOD) * flow, edge)
    rough_endo = borders.endo - 1.2 * np.abs(_rough(rng, grid.slices, 8))
    paint(canvas, view.radius - view.at(rough_endo), bssfp_signal(BLOOD) * flow, edge)
    _draw_papillary(canvas, grid, heart, borders)
    return canvas


def contour(view: Polar, borders: Curves) -> np.ndarray:
    """Return labels (S, H, W), uint8, as a reader contours: papillary muscles in the cavity."""
    endo, epi, rv = (view.at(curve) for curve in (borders.endo, borders.epi, borders.rv))
    labels = np.zeros(view.radius.shape, np.uint8)
    wide = (borders.rv - borders.epi).max(axis=1) > THIN_RV_MM
    labels[(view.radius < rv) & wide[:, None, None]] = LABELS["rv_cavity"]
    labels[view.radius < epi] = LABELS["myocardium"]
    labels[view.radius < endo] = LABELS["lv_cavity"]
    return labels


def _from_center(grid: Grid, heart: Heart) -> tuple[np.ndarray, np.ndarray]:
    x, y = grid.axes_mm
    levels = grid.levels[:, :, None].astype(np.float32)
    right, down = (
        place + drift * (levels - 0.5)
        for place, drift in zip(heart.center_mm, heart.drift_mm, strict=True)
    )
    return x - right, y - down


def _rough(rng: np.random.Generator, slices: int, scale: float) -> np.ndarray:
    """Return a random closed curve (S, ANGLES) with mean about 0 and deviation 1."""
    noise = gaussian_filter1d(rng.standard_normal((slices, ANGLES)), scale, axis=1, mode="wrap")
    return noise / noise.std()


def _draw_papillary(canvas: np.ndarray, grid: Grid, heart: Heart, borders: Curves) -> None:
    """Paint the two muscles where they are: between the valve's tips and the apex."""
    x, y = _from_center(grid, heart)
    levels = grid.levels[:, :, None]
    grown = np.sqrt(np.clip(1 - ((levels - 0.52) / 0.34) ** 2, 0, None))
    for degrees, share in PAPILLARY:
        angle = np.radians(degrees) + heart.turn
        column = round(angle / (2 * np.pi) * ANGLES) % ANGLES
        out = share * borders.endo[:, column, None, None]
        away = np.hypot(x - out * np.cos(angle), y + out * np.sin(angle))
        size = np.minimum(heart.papillary_mm * grown, 0.5 * borders.endo[:, :1, None])
        present = np.where(grown > 0, away - size, np.inf)
        paint(canvas, present.astype(np.float32), bssfp_signal(MYOCARDIUM), grid.pixel_mm)
