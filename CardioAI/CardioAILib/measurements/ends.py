"""Whether a stack ends inside the heart: slices lost at the base or at the apex.

A complete stack ends at the apex in a slice with little cavity, and at the base, in systole, in
one that the right ventricle has left and whose wall gives way to the outflow tract. The limits
are set on ACDC's 100 patients, where readers themselves end some stacks early: of the complete
stacks 13 are called cut at the apex and 14 at the base; with one more slice taken away 82 and 64.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CardioAILib.measurements.orientation import CLEAR_TAPER, taper
from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

APEX_CAVITY, APEX_WHOLE = 0.25, 0.30
"""Cavity, and cavity with wall, of the last slice over the largest slice's at ED."""
BASE_WALL = 0.85
"""Wall of the first slice over the fullest slice's at ES, where the right ventricle shows."""
FEWEST = 4
"""A stack of fewer slices with a heart has no ends to speak of."""


def cut_ends(ed: Segmentation, es: Segmentation | None) -> tuple[Finding, ...]:
    """Return a finding for each end at which slices seem to be lost."""
    return (*_apex(ed), *(_base(es) if es is not None else ()))


def _apex(ed: Segmentation) -> Iterator[Finding]:
    areas = _areas(ed)
    if areas is None:
        return
    cavity, wall, _ = areas
    whole = cavity + wall
    last = cavity[-1] / cavity.max() if cavity.any() else 0.0
    if last > APEX_CAVITY and whole[-1] > APEX_WHOLE * whole.max():
        message = (
            f"the last slice of ED still has {last:.0%} of the largest cavity: slices at the apex "
            "seem to be missing, so volume and mass are too small"
        )
        yield Finding("apex cut", message)


def _base(es: Segmentation) -> Iterator[Finding]:
    areas = _areas(es)
    if areas is None:
        return
    _, wall, rv = areas
    if rv[0] > 0 and wall[0] > BASE_WALL * wall.max():
        message = (
            "the first slice of ES shows the right ventricle and a full wall: slices at the base "
            "seem to be missing, so volumes and mass are too small"
        )
        yield Finding("base cut", message)


def _areas(place: Segmentation) -> np.ndarray | None:
    """Return pixels of cavity, wall and right ventricle by slice from base to apex, (3, S).

    None where the stack is short, or nothing tells which end is the apex.
    """
    nothing = np.zeros_like(place.myocardium)
    rv = nothing if place.rv_cavity is None else place.rv_cavity
    areas = np.stack([part.sum(axis=(1, 2)) for part in (place.lv_cavity, place.myocardium, rv)])
    shown = np.flatnonzero(areas[1])
    if len(shown) < FEWEST:
        return None
    down = -taper(Heart(place.myocardium, place.lv_cavity, rv, place.spacing))
    if abs(down) < CLEAR_TAPER:
        return None
    own = areas[:, shown[0] : shown[-1] + 1]
    return own if down > 0 else own[:, ::-1]
