"""The same heart as another reader might have outlined it: what a robust measure survives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.measurements.segmentation import Segmentation

READINGS = ("outward", "inward", "without first slice", "without last slice")
"""Every outline a pixel further out or in; the first or last slice with a heart left out, on which
readers differ most: base and apex, whichever way the stack runs."""

FEWEST_SLICES = 4
"""A heart in fewer slices loses none: half of it would be gone."""


def read_again(place: Segmentation, reading: str) -> Segmentation:
    """Return a segmentation as another reader might have made it.

    Args:
        place: The segmentation.
        reading: One of `READINGS`.

    Raises:
        InputError: There is no such reading.
    """
    from scipy.ndimage import binary_dilation, binary_erosion

    if reading not in READINGS:
        raise InputError(
            got=f"reading '{reading}'",
            wanted=f"one of {', '.join(READINGS)}",
            fix="correct the declaration",
        )
    if reading == "outward":
        return _moved(place, binary_dilation)
    if reading == "inward":
        return _moved(place, binary_erosion)
    return _without(place, 0 if reading == "without first slice" else -1)


def _moved(place: Segmentation, change: Callable[..., np.ndarray]) -> Segmentation:
    """Move the outlines of both ventricles and of the wall by a pixel, in each slice."""
    from scipy.ndimage import binary_fill_holes, generate_binary_structure

    cross = generate_binary_structure(2, 1)[None]
    filled = np.stack([binary_fill_holes(one) for one in place.myocardium | place.lv_cavity])
    ventricle = change(filled, cross)
    cavity = change(place.lv_cavity, cross) & ventricle
    right = None if place.rv_cavity is None else change(place.rv_cavity, cross) & ~ventricle
    return replace(place, myocardium=ventricle & ~cavity, lv_cavity=cavity, rv_cavity=right)


def _without(place: Segmentation, which: int) -> Segmentation:
    """Leave the first (0) or last (-1) slice that shows a heart empty."""
    parts = (place.myocardium, place.lv_cavity, place.rv_cavity)
    heart = np.logical_or.reduce([part for part in parts if part is not None])
    shown = np.flatnonzero(heart.any(axis=(1, 2)))
    if len(shown) < FEWEST_SLICES:
        return place
    keeps = np.arange(len(heart)) != shown[which]
    kept = [None if part is None else part & keeps[:, None, None] for part in parts]
    return replace(place, myocardium=kept[0], lv_cavity=kept[1], rv_cavity=kept[2])
