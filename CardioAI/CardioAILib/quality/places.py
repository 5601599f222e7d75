"""Whether views of one study are different images in different planes."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.quality.needed import require
from CardioAILib.results import Finding
from CardioAILib.study import Image, Study
from CardioAILib.system import System

ALIKE_DEGREES = 20.0
"""Angle between two planes below which they are hardly different views."""


def check_places(system: System, study: Study) -> list[Finding]:
    """Compare all views of a kind, as in 2C, 4C and SAX of late enhancement.

    Returns:
        Warnings of planes that are nearly parallel.

    Raises:
        InputError: Two of them are the same image.
    """
    views = {need.image.view: need.image for need in system.inputs.values() if need.image.view}
    images = {role.column: require(study, role) for role in views.values()}
    return [
        finding
        for one, other in combinations(images, 2)
        for finding in _compared(one, images[one], other, images[other])
    ]


def _compared(one: str, image: Image, other: str, second: Image) -> list[Finding]:
    if np.array_equal(image.array, second.array):
        raise InputError(
            got=f"the same image as {one} and as {other}",
            wanted="an image of each view",
            fix="name the file of the right series in each column, or leave the unknown one empty",
        )
    if not (_is_placed(image) and _is_placed(second)):
        return []
    angle = _angle_degrees(image, second)
    if angle >= ALIKE_DEGREES:
        return []
    message = (
        f"the planes of {one} and {other} lie {angle:.0f} degrees apart: two series claim the same "
        "view; check which is which"
    )
    return [Finding("views", message)]


def _is_placed(image: Image) -> bool:
    """Say whether the image says how it lies in the patient; many exports do not."""
    axes = image.ijk_to_ras[:3, :3] / np.linalg.norm(image.ijk_to_ras[:3, :3], axis=0)
    return not np.allclose(np.abs(axes), np.eye(3), atol=1e-3)


def _angle_degrees(image: Image, second: Image) -> float:
    normals = [np.cross(*one.ijk_to_ras[:3, :2].T) for one in (image, second)]
    first, other = (normal / np.linalg.norm(normal) for normal in normals)
    return float(np.degrees(np.arccos(min(1.0, abs(first @ other)))))
