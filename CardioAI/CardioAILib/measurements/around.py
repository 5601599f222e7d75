"""Directions in the wall as anatomy names them, from the insertions of the right ventricle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.measurements.orientation import AUTO, Orientation, Pose
from CardioAILib.measurements.polar import angles
from CardioAILib.measurements.septum import SEPTUM_DEGREES, Septum, find_septa, seen_from_apex
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

SEPTUM_MIDDLE = 180.0
APICAL = 2 / 3
"""Level from which on there are four sectors, centered on the septum's middle."""


@dataclass(frozen=True, eq=False)
class Around:
    """Direction of each voxel of the wall, (S, H, W), degrees on the bull's-eye, nan elsewhere."""

    angle: np.ndarray
    findings: tuple[Finding, ...] = ()


def anatomical_angles(
    heart: Heart, pose: Pose, ijk_to_ras: np.ndarray, asked: Orientation = AUTO
) -> Around:
    """Return the direction of each voxel of the wall on the bull's-eye.

    In the basal and middle thirds the septum, between the two insertions, spans 120 to 240
    degrees, and the free wall the rest, each stretched evenly. In the apical third, where the
    right ventricle ends, directions are turned alone: its septum is centered on that of the
    nearest slices.

    Args:
        heart: The parts of the heart.
        pose: How it lies in its stack.
        ijk_to_ras: Matrix (4, 4), which places a point given as insertion.
        asked: What the user says.

    Raises:
        InputError: Neither a right ventricle nor an insertion point tells where the septum is.
    """
    septa, findings = find_septa(heart, pose, ijk_to_ras, asked)
    first, last = heart.rings[0], heart.rings[-1]
    angle = np.full(heart.wall.shape, np.nan)
    for index in np.flatnonzero(heart.wall.any(axis=(1, 2))):
        wall = heart.wall[index]
        along = (index - first + 0.5) / (last - first + 1)
        along = along if pose.apex_last else 1 - along
        septum = septa[int(np.clip(index, first, last))]
        width = SEPTUM_DEGREES if along >= APICAL else asked.septal_degrees or septum.width
        seen = seen_from_apex(angles(heart, index)[wall], pose)
        angle[index][wall] = stretched(seen, Septum(septum.middle, width))
    return Around(angle, findings)


def stretched(directions: np.ndarray, septum: Septum) -> np.ndarray:
    """Return directions with the septum stretched to 120..240 degrees, the rest to the rest.

    Args:
        directions: Degrees counterclockwise as seen from the apex.
        septum: Where the septum is among them.
    """
    after = (directions - (septum.middle - septum.width / 2)) % 360
    inside = after * (SEPTUM_DEGREES / septum.width)
    beyond = (after - septum.width) * ((360 - SEPTUM_DEGREES) / (360 - septum.width))
    start = SEPTUM_MIDDLE - SEPTUM_DEGREES / 2
    turned = np.where(after < septum.width, start + inside, start + SEPTUM_DEGREES + beyond)
    return turned % 360
