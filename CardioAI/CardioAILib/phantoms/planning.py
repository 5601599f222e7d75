"""Where the planes of an examination lie: as hands leave them, not quite as they were meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from CardioAILib.phantoms.fields import smooth_field
from CardioAILib.phantoms.grid import SMALL, Grid, ijk_to_ras
from CardioAILib.phantoms.solid import Solid
from CardioAILib.phantoms.thorax import Thorax

HEART_RAS = np.array([-30.0, 20.0, -10.0])
"""Middle of the left ventricle."""

LEFT, BACK, FEET = np.array([-1.0, 0, 0]), np.array([0, -1.0, 0]), np.array([0, 0, -1.0])


@dataclass(frozen=True, eq=False)
class Patient:
    """What chance decided about one patient: heart, chest, and the heart's axes in rows, RAS."""

    heart: Solid
    chest: Thorax
    axes: np.ndarray


def random_axes(rng: np.random.Generator) -> np.ndarray:
    """Return the heart's axes in rows, RAS: to the side, to below, to the apex."""
    axes = ijk_to_ras(SMALL, rng)[:3, :3]
    return (axes / np.linalg.norm(axes, axis=0)).T


def plan(view: str, patient: Patient, grid: Grid, rng: np.random.Generator) -> np.ndarray:
    """Return the matrix (4, 4) of a plane, not quite where it was meant to be.

    Args:
        view: "SAX", "2C", "4C" or "RV2C".
        patient: Whose heart.
        grid: Its pixels and slices.
        rng: Decides tilt, turn and shift.
    """
    lateral, inferior, apex = patient.axes
    outer = patient.heart.cavity_mm + patient.heart.wall_mm
    right, down, place = {
        "SAX": (lateral, inferior, -10 * lateral + rng.uniform(-5, 12) * apex),
        "4C": (*_shown(apex, lateral, LEFT, BACK), -14 * lateral - 10 * apex),
        "2C": (*_shown(apex, inferior, BACK, FEET), -12 * apex),
        "RV2C": (
            *_shown(apex, inferior, BACK, FEET),
            -(outer + 0.3 * patient.heart.rv_mm) * lateral - 20 * apex,
        ),
    }[view]
    normal = np.cross(right, down)
    tilts = np.radians(rng.uniform(-7, 7, 3))
    turned = Rotation.from_rotvec(tilts @ np.array([right, down, normal]))
    axes = turned.apply(np.array([right, down, normal])).T
    wide = rng.uniform(-15, 15, 2)
    place = place + axes @ np.array([*wide, rng.uniform(-3, 3)])
    matrix = np.eye(4)
    matrix[:3, :3] = axes * [grid.pixel_mm, grid.pixel_mm, grid.step_mm]
    middle = (np.array([grid.pixels, grid.pixels, grid.slices]) - 1) / 2
    matrix[:3, 3] = HEART_RAS + place - matrix[:3, :3] @ middle
    return matrix


def places_of(grid: Grid, matrix: np.ndarray) -> np.ndarray:
    """Return the place of each pixel (S, H, W, 3), RAS, mm from the middle of the heart."""
    layer, row, column = np.meshgrid(*(np.arange(length) for length in grid.shape), indexing="ij")
    indices = np.stack([column, row, layer], axis=-1).astype(np.float32)
    return indices @ matrix[:3, :3].T.astype(np.float32) + np.float32(matrix[:3, 3] - HEART_RAS)


def coil_at(places: np.ndarray, edge: float, rng: np.random.Generator) -> np.ndarray:
    """Return the sensitivity (S, H, W) of a coil array that sees the front of the chest best.

    Args:
        places: As of `places_of`.
        edge: Width of a pixel, mm.
        rng: Decides its reach and its unevenness.
    """
    front = 1 / (1 + ((110 - places[..., 1]) / rng.uniform(240, 320)) ** 2)
    uneven = 1 + 0.06 * smooth_field(rng, (1, *places.shape[1:3]), 80 / edge)
    return (front * uneven).astype(np.float32)


def _shown(
    one: np.ndarray, other: np.ndarray, right: np.ndarray, down: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the image axes of the plane of two unit vectors, as close to these as they can be."""
    across = (right @ one) * one + (right @ other) * other
    across /= np.linalg.norm(across)
    below = np.cross(np.cross(one, other), across)
    return across, below * np.sign(below @ down)
