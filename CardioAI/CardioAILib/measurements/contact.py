"""Where the right ventricle meets the left: the ends of the septum, slice by slice."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from CardioAILib.measurements.polar import angles
from CardioAILib.measurements.tidy import Heart

BRIDGED_DEGREES = 20
"""Gaps of contact this wide and less lie within the septum."""
FEWEST_DEGREES = 20
"""A shorter contact says nothing of the septum's direction."""
CONTACT_MM = 3.0
"""Blood this much further from the wall than the nearest still lies at it."""
FARTHEST_MM = 6.0
"""A right ventricle further away than this does not touch the wall."""


def septal_ends(heart: Heart) -> dict[int, tuple[float, float]]:
    """Return the ends of the contact between wall and right ventricle in each slice that has one.

    Args:
        heart: The parts of the heart, with a right ventricle.

    Returns:
        By slice: start and end of the longest contact, degrees counterclockwise on the stored
        image, 0 <= start < 360, start < end < start + 360.
    """
    found = {int(index): _contact(heart, index) for index in heart.rings}
    return {index: ends for index, ends in found.items() if ends is not None}


def _contact(heart: Heart, index: int) -> tuple[float, float] | None:
    """Return the longest arc along which the right ventricle lies against the wall."""
    if heart.rv is None or not heart.rv[index].any():
        return None
    rows, columns = heart.spacing[1:]
    away = ndimage.distance_transform_edt(~heart.wall[index], sampling=(rows, columns))
    rv = heart.rv[index]
    nearest = away[rv].min()
    if nearest > FARTHEST_MM:
        return None
    # Some readers leave a gap between the two masks; contact is what is nearest.
    reach = nearest + max(CONTACT_MM, rows, columns)
    start, width = _longest_arc(angles(heart, index)[rv & (away <= reach)])
    return (start, start + width) if width >= FEWEST_DEGREES else None


def _longest_arc(directions: np.ndarray) -> tuple[float, float]:
    """Return start and width of the longest run of directions without a wide gap."""
    ordered = np.sort(directions)
    gaps = np.diff(ordered, append=ordered[0] + 360)
    breaks = np.flatnonzero(gaps > BRIDGED_DEGREES)
    if not len(breaks):
        return float(ordered[0]), 360.0
    starts = ordered[(breaks + 1) % len(ordered)]
    widths = (np.roll(ordered[breaks], -1) - starts) % 360
    longest = int(widths.argmax())
    return float(starts[longest]), float(widths[longest])
