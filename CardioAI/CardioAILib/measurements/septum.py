"""Where the septum lies in each slice: between the insertions of the right ventricle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from CardioAILib.errors import InputError
from CardioAILib.measurements.contact import septal_ends
from CardioAILib.measurements.orientation import Orientation, Pose
from CardioAILib.measurements.polar import center
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

SEPTUM_DEGREES = 120.0
"""Width of the septum on the bull's-eye."""
NARROWEST, WIDEST = 60.0, 180.0
"""No true septum is narrower or wider; masks of the outflow tract or of a small slice may be."""


@dataclass(frozen=True)
class Septum:
    """The septum of one slice, in degrees counterclockwise as seen from the apex."""

    middle: float
    width: float


def find_septa(
    heart: Heart, pose: Pose, ijk_to_ras: np.ndarray, asked: Orientation
) -> tuple[dict[int, Septum], tuple[Finding, ...]]:
    """Return the septum of every slice from the first to the last with a cavity.

    Args:
        heart: The parts of the heart.
        pose: How it lies in its stack.
        ijk_to_ras: Matrix (4, 4), which places a point given as insertion.
        asked: What the user says.

    Raises:
        InputError: Neither a right ventricle nor an insertion point tells where it is.
    """
    slices = range(int(heart.rings[0]), int(heart.rings[-1]) + 1)
    if asked.anterior_insertion is not None:
        width = asked.septal_degrees or SEPTUM_DEGREES
        starts = {i: _asked_direction(heart, i, ijk_to_ras, asked) for i in slices}
        middles = {i: float(seen_from_apex(own, pose)) + width / 2 for i, own in starts.items()}
        return {index: Septum(middle, width) for index, middle in middles.items()}, ()
    found = septal_ends(heart)
    if not found:
        raise InputError(
            got="no mask of the right ventricle"
            if heart.rv is None
            else "no right ventricle that touches the myocardium",
            wanted="to know where the septum is",
            fix="segment the right ventricle's cavity too, or give anterior_insertion: the point "
            "where it meets the anterior wall (RAS mm), or its direction in degrees",
        )
    septa = _smoothed({index: _septum(ends, pose) for index, ends in found.items()})
    message = (
        f"only {len(septa)} of {len(slices)} slices show the septum; the rest take the nearest"
    )
    findings = (Finding("septum", message),) if len(septa) < len(slices) / 2 else ()
    return {index: _nearest(septa, index) for index in slices}, findings


def seen_from_apex(directions: np.ndarray | float, pose: Pose) -> np.ndarray:
    """Return directions on the stored image as directions seen from the apex."""
    return np.asarray(directions) if pose.from_apex else 180 - np.asarray(directions)


def _nearest(septa: dict[int, Septum], index: int) -> Septum:
    return septa[min(septa, key=lambda other: abs(other - index))]


def _septum(ends: tuple[float, float], pose: Pose) -> Septum:
    middle = sum(ends) / 2
    return Septum(
        float(seen_from_apex(np.asarray(middle), pose)),
        float(np.clip(ends[1] - ends[0], NARROWEST, WIDEST)),
    )


def _smoothed(septa: dict[int, Septum]) -> dict[int, Septum]:
    """Return septa with the median of three neighbors, so that one bad slice turns nothing."""
    order = sorted(septa)
    middles = np.unwrap([septa[index].middle for index in order], period=360)
    widths = [septa[index].width for index in order]
    middles = ndimage.median_filter(middles, 3, mode="nearest")
    widths = ndimage.median_filter(widths, 3, mode="nearest")
    return {
        index: Septum(float(middle), float(width))
        for index, middle, width in zip(order, middles, widths, strict=True)
    }


def _asked_direction(
    heart: Heart, index: int, ijk_to_ras: np.ndarray, asked: Orientation
) -> np.ndarray:
    """Return the anterior insertion's direction on the stored image of a slice."""
    given = asked.anterior_insertion
    if isinstance(given, int | float):
        return np.asarray(float(given))
    place = np.linalg.inv(ijk_to_ras) @ [*given, 1.0]
    row, column = center(heart, index)
    up, right = (row - place[1]) * heart.spacing[1], (place[0] - column) * heart.spacing[2]
    return np.degrees(np.arctan2(up, right))
