"""Where a voxel lies in the wall of the left ventricle: around, across and along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.measurements.around import anatomical_angles
from CardioAILib.measurements.depth import Borders, wall_borders
from CardioAILib.measurements.orientation import AUTO, Orientation, Pose, find_pose
from CardioAILib.measurements.polar import angles, coverage
from CardioAILib.measurements.tidy import Heart, tidy_heart
from CardioAILib.results import Finding

UPWARD_RAS = np.array([0.0, 1.0, 1.0]) / np.sqrt(2)
"""From the inferior wall to the anterior one: to the patient's front and head."""
SIDE_DEGREES, CLEAR_SHARE = 30, 0.3
"""How far from its middle a wall is looked at; how far it must face the wrong way to be told."""
OPEN_RING = 0.9
"""A ring that covers less of the circle than this is open."""


@dataclass(frozen=True, eq=False)
class WallCoordinates:
    """Coordinates of the voxels of the wall, each (S, H, W), nan elsewhere.

    Args:
        angle: Direction on the bull's-eye, degrees, counterclockwise as seen from the apex:
            0 lateral, 90 anterior, 120 anterior and 240 inferior insertion of the right
            ventricle, 270 inferior.
        depth: From endocardium (0) to epicardium (1).
        level: From base (0) to the end of the cavity (1); above 1 in the apical cap, below 0 in
            wall above the first slice with a cavity.
        thickness: Thickness of the wall, mm.
        findings: What a reader should know.
    """

    angle: np.ndarray
    depth: np.ndarray
    level: np.ndarray
    thickness: np.ndarray
    findings: tuple[Finding, ...]


def wall_coordinates(
    myocardium: ArrayLike,
    lv_cavity: ArrayLike | None,
    rv_cavity: ArrayLike | None,
    spacing: tuple[float, float, float],
    ijk_to_ras: ArrayLike,
    orientation: Orientation = AUTO,
) -> WallCoordinates:
    """Return the coordinates of a short-axis stack's myocardium.

    Args:
        myocardium: Mask (S, H, W), slices across the long axis of the left ventricle.
        lv_cavity: Mask (S, H, W) of its cavity; None takes the hole of each closed ring.
        rv_cavity: Mask (S, H, W) of the right ventricle's cavity, or None.
        spacing: Millimeters along (S, H, W).
        ijk_to_ras: Matrix (4, 4) from (column, row, slice) to RAS mm.
        orientation: What is known beyond the masks.

    Raises:
        InputError: Apex or septum cannot be told, or an argument is no mask or length.
        GridMismatchError: The masks differ in shape.
        EmptyMaskError: No slice shows myocardium with a cavity.
    """
    heart = tidy_heart(myocardium, lv_cavity, rv_cavity, spacing)
    matrix = np.asarray(ijk_to_ras, float)
    pose = find_pose(heart, matrix, orientation)
    around = anatomical_angles(heart, pose, matrix, orientation)
    borders = wall_borders(heart)
    level = _levels(heart, pose)
    findings = (
        *heart.findings,
        *pose.findings,
        *around.findings,
        *_mirrored(around.angle, pose, matrix),
        *_open_rings(heart),
        *_caps(heart, level),
    )
    return WallCoordinates(around.angle, borders.depth, level, borders.thickness, findings)


def wall_depth(
    myocardium: ArrayLike, lv_cavity: ArrayLike | None, spacing: tuple[float, float, float]
) -> tuple[Borders, tuple[Finding, ...]]:
    """Return the depth in the wall alone, which needs neither septum nor apex.

    Args and errors are those of `wall_coordinates`.
    """
    heart = tidy_heart(myocardium, lv_cavity, None, spacing)
    return wall_borders(heart), (*heart.findings, *_open_rings(heart))


def _levels(heart: Heart, pose: Pose) -> np.ndarray:
    """Return the place of each voxel's slice among those that hold cavity, middle of the slice."""
    first, last = heart.rings[0], heart.rings[-1]
    along = (np.arange(len(heart.wall)) - first + 0.5) / (last - first + 1)
    along = along if pose.apex_last else 1 - along
    return np.where(heart.wall, along[:, None, None], np.nan)


def _mirrored(angle: np.ndarray, pose: Pose, matrix: np.ndarray) -> list[Finding]:
    """Doubt directions where the wall called anterior faces the patient's back and feet."""
    if not pose.oriented:
        return []
    sides = [np.argwhere(np.abs(angle - middle) < SIDE_DEGREES) for middle in (90, 270)]
    if not all(map(len, sides)):
        return []
    anterior, inferior = (side.mean(axis=0)[::-1] for side in sides)
    across = matrix[:3, :3] @ (anterior - inferior)
    if across @ UPWARD_RAS > -CLEAR_SHARE * np.linalg.norm(across):
        return []
    message = (
        "the wall called anterior faces the patient's back and feet: either image or heart is "
        "mirrored (else, in Python: Orientation(seen_from=...))"
    )
    return [Finding("mirrored", message)]


def _open_rings(heart: Heart) -> list[Finding]:
    shares = {
        int(index): coverage(angles(heart, index)[heart.wall[index]]) for index in heart.rings
    }
    return [
        Finding("open ring", f"the wall of slice {index} covers {share:.0%} of the circle")
        for index, share in shares.items()
        if share < OPEN_RING
    ]


def _caps(heart: Heart, level: np.ndarray) -> list[Finding]:
    highest, lowest = np.nanmax(level), np.nanmin(level)
    findings = []
    if highest < 1:
        message = "every slice of the wall holds cavity: there is no apical cap (segment 17)"
        findings.append(Finding("apical cap", message))
    above = int((level > 1).any(axis=(1, 2)).sum())
    if above > 1:
        message = f"{above} slices beyond the end of the cavity count as apical cap (segment 17)"
        findings.append(Finding("apical cap", message))
    if lowest < 0:
        message = "wall above the first slice that shows cavity belongs to no segment"
        findings.append(Finding("basal wall", message))
    return findings
