"""Whether late enhancement is present: a suggestion for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

import numpy as np

from CardioAILib.measurements.coordinates import WallCoordinates
from CardioAILib.measurements.lge.extent import share_percent
from CardioAILib.measurements.lge.names import PATTERN_PRESENT, PRESENT
from CardioAILib.measurements.segments import MID_END
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

LEAST_PERCENT = 1.0
"""Less of the myocardium is noise and partial volume."""
INSERTIONS, NEAR_DEGREES = (120, 240), 20
"""Where the right ventricle meets the left on the bull's-eye, and how far that reaches."""
LIMITED = 0.9
"""Share of the enhancement that lies there where it is limited to the insertions."""


def presence(
    signal: np.ndarray, enhanced: np.ndarray, heart: Heart, located: WallCoordinates | None
) -> tuple[float, tuple[Finding, ...]]:
    """Return 1 or 0, and why not where enhancement is faint and at the insertions alone.

    Faint is what is on average no brighter than the blood of its slice.

    Args:
        signal: Image (S, H, W).
        enhanced: Enhanced pixels (S, H, W).
        heart: Myocardium and cavity.
        located: Where the pixels lie; None keeps the rule on insertions out.
    """
    percent = share_percent(enhanced, heart.wall)
    if percent < LEAST_PERCENT:
        return 0.0, ()
    if (
        located is None
        or not _at_insertions(enhanced, located)
        or not _faint(signal, enhanced, heart)
    ):
        return 1.0, ()
    message = (
        f"{percent:.1f} % of the myocardium is faintly enhanced, at the insertions of the right "
        "ventricle alone: this suggests no LGE"
    )
    return 0.0, (Finding("RV insertion", message),)


def without_absence(values: Mapping[str, float]) -> dict[str, float]:
    """Return the values without the suggestion that nothing is enhanced.

    That little passes a threshold above the blood does not tell that there is nothing.
    """
    unsure = {} if values[PRESENT] else {PRESENT: nan, PATTERN_PRESENT: nan}
    return {**values, **unsure}


def _at_insertions(enhanced: np.ndarray, located: WallCoordinates) -> bool:
    angle, level = located.angle[enhanced], located.level[enhanced]
    near = [np.abs((angle - place + 180) % 360 - 180) <= NEAR_DEGREES for place in INSERTIONS]
    return float((np.logical_or(*near) & (level < MID_END)).mean()) >= LIMITED


def _faint(signal: np.ndarray, enhanced: np.ndarray, heart: Heart) -> bool:
    shown = [int(i) for i in heart.rings if enhanced[i].any()]
    over = [
        float((signal[i][enhanced[i]] - signal[i][heart.cavity[i]].mean()).sum()) for i in shown
    ]
    return sum(over) <= 0
