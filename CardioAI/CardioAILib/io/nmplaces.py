"""Where a planar frame lies: turned head up, the anterior view as seen from the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.io.itk import RAS_OF_LPS
from CardioAILib.io.nmviews import (
    ANTERIOR,
    POSTERIOR,
    detector_item,
    orientation_of,
    view_of_normal,
)
from CardioAILib.results import Finding

if TYPE_CHECKING:
    from pydicom import Dataset

TO_THE_LEFT = {ANTERIOR: 1.0}
"""Direction in LPS in which the columns of a view run, seen from where it was taken; else -1."""

LETTERS = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "H": (0.0, 0.0, 1.0),
    "F": (0.0, 0.0, -1.0),
}
"""Directions of Patient Orientation (0020,0020) in LPS."""

ALONG = 0.8
"""Component of a direction from which on it is that of an axis."""


@dataclass(frozen=True)
class Place:
    """How a stored frame is turned, and where it lies then.

    Args:
        view: "anterior" or "posterior".
        upside_down: Whether its rows are reversed, so that the head comes first.
        mirrored: Whether its columns are reversed.
        corner: Place of the first stored pixel in LPS mm, or None where nothing tells it.
        findings: What was turned, and what was left in doubt.
    """

    view: str
    upside_down: bool = False
    mirrored: bool = False
    corner: tuple[float, ...] | None = None
    findings: tuple[Finding, ...] = ()

    def turn(self, pixels: np.ndarray) -> np.ndarray:
        """Return the frame (H, W) head up, seen from where it was taken."""
        turned = pixels[::-1] if self.upside_down else pixels
        return np.ascontiguousarray(turned[:, ::-1] if self.mirrored else turned)

    def matrix(self, shape: tuple[int, ...], spacing: tuple[float, float]) -> np.ndarray:
        """Return the matrix (4, 4) from column, row and slice to RAS mm; a slice is a pixel thick.

        Args:
            shape: Rows and columns.
            spacing: Distance between rows and between columns, in mm.
        """
        lps = np.eye(4)
        across = TO_THE_LEFT.get(self.view, -1.0)
        lps[:3, 0], lps[:3, 1] = (across, 0, 0), (0, 0, -1)
        lps[:3, 2] = np.cross(lps[:3, 0], lps[:3, 1])
        lps[:3, :3] *= (spacing[1], spacing[0], spacing[1])
        steps = np.array([shape[1] - 1.0, shape[0] - 1.0])
        if self.corner is None:
            lps[:3, 3] = -lps[:3, :2] @ (steps / 2)
        else:
            turned = np.array([self.mirrored, self.upside_down], float)
            lps[:3, 3] = self.corner - lps[:3, :2] @ (steps * turned)
        return RAS_OF_LPS @ lps


def places_of(header: Dataset, detectors: Sequence[int], views: Sequence[str]) -> list[Place]:
    """Return the place of each frame.

    Rows that run to the head are reversed wherever the header says so. Columns are reversed where
    the header says it for this patient's sides: some cameras state one direction for the detectors
    of both sides, which says nothing of left and right.

    Args:
        header: Header of the file.
        detectors: Number of each frame's detector.
        views: View of each frame.
    """
    frames = len(detectors)
    axes = [orientation_of(header, detector_item(header, n), frames) for n in detectors]
    sides = {ANTERIOR, POSTERIOR} <= {view_of_normal(own) for own in axes}
    if frames == 1 and axes[0] is None:
        # Letters are written for one image, by whoever looked at it.
        axes, sides = [_of_letters(header)], True
    return [
        _place(view, own, _corner(header, number, frames), sides)
        for view, own, number in zip(views, axes, detectors, strict=True)
    ]


def _place(view: str, axes: np.ndarray | None, corner: np.ndarray | None, sides: bool) -> Place:
    """Return the place of a frame; `sides` says that its header knows left from right."""
    if axes is None or abs(axes[0, 0]) < ALONG or abs(axes[1, 2]) < ALONG:
        return Place(view)
    upside_down = bool(axes[1, 2] > 0)
    backward = bool(axes[0, 0] * TO_THE_LEFT.get(view, -1.0) < 0)
    agrees = view_of_normal(axes) == view
    mirrored = backward and (agrees or sides)
    findings = []
    if upside_down:
        findings.append(Finding("feet first", "the header says that the feet come first; turned"))
    if mirrored:
        message = "the header says that the columns run the other way; reversed, left and right too"
        findings.append(Finding("mirrored", f"{message}; check the side of the heart"))
    elif backward:
        message = "the header's orientation is that of the opposite view, and was not followed"
        findings.append(Finding("orientation", f"{message}; check the side of the heart"))
    where = None
    # Cameras that know no place write zeros.
    if corner is not None and np.any(corner) and (agrees or sides):
        where = tuple(float(value) for value in corner)
    return Place(view, upside_down, mirrored, where, tuple(findings))


def _of_letters(header: Dataset) -> np.ndarray | None:
    """Return the directions (2, 3) in LPS that Patient Orientation names, None without one."""
    letters = [str(one)[:1].upper() for one in header.get("PatientOrientation") or ()]
    if len(letters) != 2 or any(letter not in LETTERS for letter in letters):
        return None
    return np.array([LETTERS[letter] for letter in letters])


def _corner(header: Dataset, detector: int, frames: int) -> np.ndarray | None:
    for source in (detector_item(header, detector), header if frames == 1 else None):
        stated = None if source is None else source.get("ImagePositionPatient")
        if stated is not None and len(stated) == 3:
            return np.array([float(value) for value in stated])
    return None
