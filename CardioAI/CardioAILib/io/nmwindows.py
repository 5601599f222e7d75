"""Which frame is of which detector and energy window, and which window is that of 99mTc."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from CardioAILib.errors import InputError
from CardioAILib.results import Finding

if TYPE_CHECKING:
    from pydicom import Dataset

PEAK_KEV = 140.5
"""Energy of the photons of 99mTc."""
TECHNETIUM = re.compile(r"tc[ -]*99 *m|99 *m[ -]*tc|technetium|\b140", re.IGNORECASE)


def numbers_of(header: Dataset, frames: int) -> tuple[list[int], list[int]]:
    """Return the energy window and the detector of each frame, from 1.

    The vectors of the header say it; without them, frames run through the detectors of the first
    window, then of the next.

    Raises:
        InputError: Vectors are absent, and the frames are not as many as windows and detectors.
    """
    windows, detectors = (
        _vector(header, name) for name in ("EnergyWindowVector", "DetectorVector")
    )
    if len(windows) == len(detectors) == frames:
        return windows, detectors
    counts = [int(header.get(name) or 1) for name in ("NumberOfEnergyWindows", "NumberOfDetectors")]
    if len(detectors) == frames and counts[0] == 1:
        return [1] * frames, detectors
    ordered = [*product(*(range(1, count + 1) for count in counts))]
    if counts[0] == counts[1] == 1 and frames == 2:
        ordered = [(1, 1), (1, 2)]
    if len(ordered) != frames:
        raise InputError(
            got=f"{frames} frames of {counts[0]} energy windows and {counts[1]} detectors, and "
            "nothing that says which is which",
            wanted="a detector vector and an energy window vector with a value a frame",
            fix="export the anterior view by itself",
        )
    return [own[0] for own in ordered], [own[1] for own in ordered]


def window_of(header: Dataset, windows: Sequence[int]) -> tuple[int, tuple[Finding, ...]]:
    """Return the energy window to take, and what to know of it.

    Args:
        header: Header of the file.
        windows: Window of each frame.

    Raises:
        InputError: There are several, and none or more than one of them is that of 99mTc.
    """
    several = [*dict.fromkeys(windows)]
    if len(several) == 1:
        return several[0], ()
    fitting = [number for number in several if _holds_peak(header, number)]
    fitting = fitting or [number for number in several if TECHNETIUM.search(_name(header, number))]
    if len(fitting) != 1:
        raise InputError(
            got=f"{len(several)} energy windows, {len(fitting)} of them of 99mTc as far as the "
            "header says",
            wanted="one window around 140 keV",
            fix="export the frames of the 99mTc window by themselves",
        )
    message = f"{len(several)} energy windows are there; the one around 140 keV was taken"
    return fitting[0], (Finding("energy windows", message),)


def item_of(header: Dataset, window: int) -> Dataset | None:
    """Return what a header says of the energy window, None where it says nothing."""
    items = header.get("EnergyWindowInformationSequence") or ()
    return items[window - 1] if 0 < window <= len(items) else None


def _holds_peak(header: Dataset, window: int) -> bool:
    item = item_of(header, window)
    ranges = () if item is None else item.get("EnergyWindowRangeSequence") or ()
    return any(
        float(own.get("EnergyWindowLowerLimit") or 0)
        <= PEAK_KEV
        <= float(own.get("EnergyWindowUpperLimit") or 0)
        for own in ranges
    )


def _name(header: Dataset, window: int) -> str:
    item = item_of(header, window)
    return "" if item is None else str(item.get("EnergyWindowName") or "")


def _vector(header: Dataset, name: str) -> list[int]:
    value = header.get(name)
    if value is None:
        return []
    return [int(value)] if isinstance(value, int) else [int(one) for one in value]
