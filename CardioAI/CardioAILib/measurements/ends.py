"""Whether a stack ends inside the heart: slices lost at the base or at the apex.

A complete stack ends at the apex in a slice that is small in both phases, and at the base, in
systole, in one that the right ventricle is leaving and whose wall gives way to the outflow tract.
The limits are set on ACDC's 100 patients, where readers themselves end some stacks early: of the
complete stacks 5 are called cut at the apex and 9 at the base; with one more slice taken away 78
and 62.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CardioAILib.measurements.orientation import CLEAR_TAPER, taper
from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

APEX_CAVITY, APEX_WHOLE = 0.25, 0.30
"""Cavity at ED, and cavity with wall in both phases, of the last slice over the largest slice's."""
BASE_WALL_ED, BASE_WALL_ES = 0.90, 0.85
"""Wall of the first slice over the fullest slice's."""
BASE_RV = 0.70
"""Right ventricle of the first slice at ES over the largest slice's."""
FEWEST = 4
"""A stack of fewer slices with a heart has no ends to speak of."""


def cut_ends(ed: Segmentation, es: Segmentation | None) -> tuple[Finding, ...]:
    """Return a finding for each end at which slices seem to be lost.

    Without ES nothing is said of the base, and more complete stacks are called cut at the apex.
    """
    diastole, systole = _areas(ed), None if es is None else _areas(es)
    if diastole is None:
        return ()
    return (*_apex(diastole, systole), *(() if systole is None else _base(diastole, systole)))


def _apex(ed: np.ndarray, es: np.ndarray | None) -> Iterator[Finding]:
    cavity, wall, _ = _shown(ed)
    last = cavity[-1] / cavity.max() if cavity.any() else 0.0
    if last <= APEX_CAVITY or not _wide_at_apex(cavity + wall):
        return
    if es is not None and not _reaches_further(es, ed) and not _wide_at_apex(_shown(es)[:2].sum(0)):
        return
    message = (
        f"the last slice of ED still has {last:.0%} of the largest cavity: slices at the apex "
        "seem to be missing, so volume and mass are too small"
    )
    yield Finding("apex cut", message)


def _base(ed: np.ndarray, es: np.ndarray) -> Iterator[Finding]:
    _, full, _ = _shown(ed)
    _, wall, rv = _shown(es)
    full_walls = full[0] > BASE_WALL_ED * full.max() and wall[0] > BASE_WALL_ES * wall.max()
    if full_walls and rv[0] > BASE_RV * rv.max():
        message = (
            "the first slice shows a full wall in both phases, and at ES the right ventricle: "
            "slices at the base seem to be missing, so volumes and mass are too small"
        )
        yield Finding("base cut", message)


def _wide_at_apex(whole: np.ndarray) -> bool:
    return bool(whole[-1] > APEX_WHOLE * whole.max())


def _reaches_further(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether a phase shows the wall closer to the apex than the other, on the same slices."""
    lasts = [np.flatnonzero(areas[1])[-1] for areas in (one, other)]
    return one.shape == other.shape and bool(lasts[0] > lasts[1])


def _shown(areas: np.ndarray) -> np.ndarray:
    """Return the areas from the first to the last slice with a wall."""
    shown = np.flatnonzero(areas[1])
    return areas[:, shown[0] : shown[-1] + 1]


def _areas(place: Segmentation) -> np.ndarray | None:
    """Return pixels of cavity, wall and right ventricle by slice from base to apex, (3, S).

    None where the heart is in few slices, or nothing tells which end is the apex.
    """
    nothing = np.zeros_like(place.myocardium)
    rv = nothing if place.rv_cavity is None else place.rv_cavity
    areas = np.stack([part.sum(axis=(1, 2)) for part in (place.lv_cavity, place.myocardium, rv)])
    if np.count_nonzero(areas[1]) < FEWEST:
        return None
    down = -taper(Heart(place.myocardium, place.lv_cavity, rv, place.spacing))
    if abs(down) < CLEAR_TAPER:
        return None
    return areas if down > 0 else areas[:, ::-1]
