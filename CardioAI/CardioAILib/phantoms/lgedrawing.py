"""A heart after gadolinium, drawn with the fluids around it, and its structures as labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.contrast import BLOOD, FAT, VENOUS_BLOOD
from CardioAILib.phantoms.fields import paint, smooth_field
from CardioAILib.phantoms.lgecontrast import FLUID
from CardioAILib.phantoms.lgepatient import Case
from CardioAILib.phantoms.lgewall import infarct_share, replaced, thinner_mm
from CardioAILib.phantoms.solid import Chambers, chambers, papillary_muscles
from CardioAILib.phantoms.thorax import CHEST_WALL_MM, draw_thorax, from_middle, skin_of
from CardioAILib.study import (
    LV_CAVITY,
    MYOCARDIUM,
    PERICARDIAL_EFFUSION,
    PLEURAL_EFFUSION,
    RV_CAVITY,
    SCAR,
)

LABELS = {
    RV_CAVITY: 1,
    MYOCARDIUM: 2,
    LV_CAVITY: 3,
    SCAR: 4,
    PERICARDIAL_EFFUSION: 5,
    PLEURAL_EFFUSION: 6,
}

REACH_MM = 150.0
"""No part of a heart, its fat or its fluid lies farther from the middle of the left ventricle."""

LEAST_FLUID_MM = 1.5
"""A thinner layer of fluid is not contoured."""

LEFT_OF_MIDDLE_MM = -40.0
"""The left pleural space begins there, beside spine and aorta."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """What lies where at the pixels near a heart, each (S, h, w).

    Args:
        points: Places in the heart's axes, (S, h, w, 3), mm.
        drawn: The chambers.
        depth: Depth in the wall, 0 to 1.
        fluid_mm: Thickness of the fluid around the heart there.
    """

    points: np.ndarray
    drawn: Chambers
    depth: np.ndarray
    fluid_mm: np.ndarray | float


def draw_case(
    case: Case, places: np.ndarray, edge: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the signed signal, float32, and the labels, uint8, of an image, each (S, H, W).

    Args:
        case: The patient.
        places: Places in RAS directions from the middle of the heart, (S, H, W, 3), mm.
        edge: Width of a pixel, mm.
        rng: Source of texture; tissues and labels do not depend on it.
    """
    chest = case.patient.chest
    canvas = draw_thorax(chest, places, edge, rng, case.contrast.signal)
    labels = np.zeros(canvas.shape, np.uint8)
    if case.fluids.pleural_mm:
        beside = pleural_space(case, places)
        paint(canvas, beside, case.contrast.signal(FLUID), edge)
        labels[beside < 0] = LABELS[PLEURAL_EFFUSION]
    near = _window(places)
    there = _geometry(case, places[near])
    _paint_heart(canvas[near], case, there, edge, rng)
    labels[near] = _contour(labels[near], case, there)
    return canvas, labels


def pleural_space(case: Case, places: np.ndarray) -> np.ndarray:
    """Return the signed distance (S, H, W), mm, from the fluid behind and beside the left lung."""
    chest, thick = case.patient.chest, case.fluids.pleural_mm
    right, front, up = from_middle(chest, places)
    inner = skin_of(chest, places) + chest.fat_mm + CHEST_WALL_MM
    # Fluid sinks: its layer is thickest behind and thins out toward the front.
    layer = thick * np.clip(0.7 - front / 90, 0, 1.2)
    # It reaches into the uneven chest wall, so that no lung is left between, where there is any.
    within = np.maximum(inner - np.minimum(layer, CHEST_WALL_MM / 2), -inner - layer)
    above = -(up + chest.dome_mm) - thick / 2
    return np.maximum(within, np.maximum(above, right - LEFT_OF_MIDDLE_MM))


def _window(places: np.ndarray) -> tuple[slice, slice, slice]:
    """Return the rows and columns within reach of the heart."""
    near = np.square(places).sum(-1) < REACH_MM**2
    spans = []
    for axis in (1, 2):
        own = np.flatnonzero(near.any(axis=tuple({0, 1, 2} - {axis})))
        spans.append(slice(int(own[0]), int(own[-1]) + 1) if len(own) else slice(0, 0))
    return slice(None), *spans


def _geometry(case: Case, places: np.ndarray) -> Geometry:
    heart = case.patient.heart
    points = places @ case.patient.axes.T.astype(np.float32)
    drawn = chambers(heart, points, 0.0, thinner_mm(case.wall, heart, points))
    depth = np.clip(drawn.lv / np.maximum(drawn.lv - drawn.epi, 1e-3), 0, 1)
    return Geometry(points, drawn, depth, _fluid_mm(case, points))


def _fluid_mm(case: Case, points: np.ndarray) -> np.ndarray | float:
    """Return the thickness of fluid around the heart, more below than in front."""
    if not case.fluids.pericardial_mm:
        return 0.0
    share = 0.8 + 0.01 * points[..., 1] + 0.2 * case.fluids.uneven.at(points)
    return case.fluids.pericardial_mm * np.clip(share, 0.2, 1.6)


def _paint_heart(
    canvas: np.ndarray, case: Case, there: Geometry, edge: float, rng: np.random.Generator
) -> None:
    heart, signal, drawn = case.patient.heart, case.contrast.signal, there.drawn
    fat = heart.fat_mm * np.clip(0.6 + 0.5 * smooth_field(rng, canvas.shape, 25 / edge), 0.1, None)
    paint(canvas, drawn.whole - there.fluid_mm - fat, signal(FAT), edge)
    if case.fluids.pericardial_mm:
        paint(canvas, drawn.whole - there.fluid_mm, signal(FLUID), edge)
    muscle = case.contrast.of_muscle(replaced(case.wall, heart, there.points, there.depth))
    paint(canvas, drawn.whole, muscle, edge)
    flow = 1 + 0.05 * smooth_field(rng, canvas.shape, 12 / edge)
    rough = np.abs(smooth_field(rng, canvas.shape, 4 / edge))
    paint(canvas, drawn.rv + 1.5 * rough, signal(VENOUS_BLOOD) * flow, edge)
    paint(canvas, drawn.ra, signal(VENOUS_BLOOD) * flow, edge)
    paint(canvas, drawn.la, signal(BLOOD) * flow, edge)
    paint(canvas, drawn.lv + rough, signal(BLOOD) * flow, edge)
    for papillary in papillary_muscles(heart, there.points, 0.0):
        paint(canvas, papillary, muscle, edge)


def _contour(labels: np.ndarray, case: Case, there: Geometry) -> np.ndarray:
    """Return labels as a reader contours: papillary muscles in the cavity, no valve plane."""
    heart, drawn = case.patient.heart, there.drawn
    labels = labels.copy()
    labels[drawn.whole < heart.fat_mm] = 0
    outside = (drawn.whole >= 0) & (drawn.whole < there.fluid_mm)
    labels[outside & (np.asarray(there.fluid_mm) >= LEAST_FLUID_MM)] = LABELS[PERICARDIAL_EFFUSION]
    labels[drawn.rv < 0] = LABELS[RV_CAVITY]
    wall = (drawn.epi < 0) & (there.points[..., 2] > -heart.length_mm / 2)
    labels[wall] = LABELS[MYOCARDIUM]
    scarred = infarct_share(case.wall, heart, there.points, there.depth) >= 0.5
    labels[wall & scarred] = LABELS[SCAR]
    labels[drawn.lv < 0] = LABELS[LV_CAVITY]
    return labels
