"""The heart drawn into the chest, and its contours as labels."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from CardioAILib.phantoms.contrast import BLOOD, FAT, VENOUS_BLOOD, bssfp_signal
from CardioAILib.phantoms.contrast import MYOCARDIUM as MUSCLE_OF_HEART
from CardioAILib.phantoms.fields import Chance, paint, smooth_field
from CardioAILib.phantoms.heart import ANGLES, Curves, Heart, fat_thickness
from CardioAILib.phantoms.view import Borders, View, borders_of
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY

LABELS = {RV_CAVITY: 1, MYOCARDIUM: 2, LV_CAVITY: 3}

RV_WALL_MM = 3.0
THIN_RV_MM = 4.0
"""A right ventricle narrower than this is not contoured."""

PAPILLARY = ((30.0, 0.66), (-95.0, 0.66))
"""Direction in degrees, and distance from the center as a share of the cavity's radius."""


def draw_heart(canvas: np.ndarray, heart: Heart, curves: Curves, view: View, rng: Chance) -> None:
    """Paint a heart onto the signal of a chest.

    Args:
        canvas: Signal (S, h, w) in the window of `view`, changed in place.
        heart: Its measures.
        curves: Its borders in this phase.
        view: The pixels around it.
        rng: Source of trabeculae, flow and the shape of fat.
    """
    borders = borders_of(view, curves)
    edge = float(np.abs(np.diff(view.x[0, 0, :2]))[0])
    _draw_wall(canvas, heart, curves, view, edge, rng)
    flow = 1 + 0.05 * smooth_field(rng, canvas.shape, 12 / edge)
    rv = view.radius - view.at(curves.rv - 1.5 * np.abs(_rough(rng, len(canvas), 7)))
    rv = np.maximum(rv, borders.epi - view.radius)
    paint(canvas, rv, bssfp_signal(VENOUS_BLOOD) * flow, edge)
    lv = view.radius - view.at(curves.endo - 1.2 * np.abs(_rough(rng, len(canvas), 8)))
    paint(canvas, lv, bssfp_signal(BLOOD) * flow, edge)
    _draw_papillary(canvas, heart, curves, view, edge)


def contour(view: View, borders: Borders) -> np.ndarray:
    """Return labels (S, h, w), uint8, as a reader contours: papillary muscles in the cavity."""
    labels = np.zeros(view.radius.shape, np.uint8)
    wide = (borders.rv - borders.epi).max(axis=(1, 2), keepdims=True) > THIN_RV_MM
    labels[(view.radius < borders.rv) & wide] = LABELS[RV_CAVITY]
    labels[view.radius < borders.epi] = LABELS[MYOCARDIUM]
    labels[view.radius < borders.endo] = LABELS[LV_CAVITY]
    return labels


def _draw_wall(
    canvas: np.ndarray,
    heart: Heart,
    curves: Curves,
    view: View,
    edge: float,
    rng: Chance,
) -> None:
    """Paint the muscle of both ventricles, still filled, within its fat."""
    rv_wall = RV_WALL_MM * (curves.rv > curves.epi + 1)
    outer = gaussian_filter1d(np.maximum(curves.epi, curves.rv + rv_wall), 6, mode="wrap")
    fat = outer + fat_thickness(heart, _rough(rng, len(canvas), 40))
    paint(canvas, view.radius - view.at(fat), bssfp_signal(FAT), edge)
    paint(canvas, view.radius - view.at(outer), bssfp_signal(MUSCLE_OF_HEART), edge)


def _rough(rng: Chance, slices: int, scale: float) -> np.ndarray:
    """Return a random closed curve (S, ANGLES) with mean about 0 and deviation 1."""
    noise = gaussian_filter1d(rng.standard_normal((slices, ANGLES)), scale, axis=1, mode="wrap")
    return noise / noise.std()


def _draw_papillary(
    canvas: np.ndarray, heart: Heart, curves: Curves, view: View, edge: float
) -> None:
    """Paint the two muscles at the levels where they are, between valve and apex."""
    levels = (np.arange(len(canvas)) + 0.5) / len(canvas)
    grown = np.sqrt(np.clip(1 - ((levels - 0.52) / 0.34) ** 2, 0, None))
    for degrees, share in PAPILLARY:
        angle = np.radians(degrees) + heart.turn
        cavity = curves.endo[:, round(angle / (2 * np.pi) * ANGLES) % ANGLES]
        size = np.minimum(heart.papillary_mm * grown, 0.5 * cavity)
        for index in np.flatnonzero(size > edge / 2):
            right, up = share * cavity[index] * np.array([np.cos(angle), np.sin(angle)])
            away = np.hypot(view.x[index] - right, view.y[index] + up) - size[index]
            paint(canvas[index], away, bssfp_signal(MUSCLE_OF_HEART), edge)
