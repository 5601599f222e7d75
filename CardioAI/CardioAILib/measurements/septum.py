"""Where the septum lies in each slice: between the insertions of the right ventricle."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

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
DRIFT_DEGREES = 20.0
"""An insertion this far from that of the whole stack is no insertion, but the mask's end."""


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
            fix="segment the right ventricle's cavity too, or say where it meets the anterior "
            "wall: --insertion DEGREES on the command line, in Python "
            "Orientation(anterior_insertion=...) in degrees or as a point in RAS mm",
        )
    septa = _smoothed(_seen_ends(found, pose))
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


def _seen_ends(found: dict[int, tuple[float, float]], pose: Pose) -> dict[int, tuple[float, float]]:
    """Return anterior and inferior end of the contact in each slice, as seen from the apex."""
    if pose.from_apex:
        return found
    return {index: (180 - end, 180 - start) for index, (start, end) in found.items()}


def _smoothed(found: dict[int, tuple[float, float]]) -> dict[int, Septum]:
    """Return the septum of each slice, so that one bad mask of the right ventricle turns nothing.

    Toward its apex, and in systole, the right ventricle leaves the anterior part of the septum.
    So each end stays near the one of the whole stack, where the wider contacts count more; then
    the median of three neighboring slices is taken.
    """
    order = sorted(found)
    ends = np.array([found[index] for index in order])
    widths = ends[:, 1] - ends[:, 0]
    around = np.exp(1j * np.radians(ends.mean(axis=1))) @ widths
    reference = np.degrees(np.angle(around))
    starts = (ends.mean(axis=1) - reference + 180) % 360 - 180 - widths / 2
    steady = []
    for own in (starts, starts + widths):
        usual = _weighted_median(own, widths)
        kept = np.clip(own, usual - DRIFT_DEGREES, usual + DRIFT_DEGREES)
        steady.append(ndimage.median_filter(kept, 3, mode="nearest"))
    middles, spans = (steady[0] + steady[1]) / 2 + reference, steady[1] - steady[0]
    return {
        index: Septum(float(middle), float(np.clip(span, NARROWEST, WIDEST)))
        for index, middle, span in zip(order, middles, spans, strict=True)
    }


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _asked_direction(
    heart: Heart, index: int, ijk_to_ras: np.ndarray, asked: Orientation
) -> np.ndarray:
    """Return the anterior insertion's direction on the stored image of a slice."""
    given = asked.anterior_insertion
    if isinstance(given, Real):
        return np.asarray(float(given))
    place = np.linalg.inv(ijk_to_ras) @ [*given, 1.0]
    row, column = center(heart, index)
    up, right = (row - place[1]) * heart.spacing[1], (place[0] - column) * heart.spacing[2]
    return np.degrees(np.arctan2(up, right))
