"""When each frame of an ultrasound clip was acquired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.results import Finding

if TYPE_CHECKING:
    from pydicom import Dataset

RATES_HZ = (5.0, 500.0)
"""Frames in a second that a clip of the heart can have."""
UNEVEN = 0.1
"""Share by which steps between frames may differ from their median and still count as even."""

Times = tuple[tuple[float, ...], tuple[Finding, ...]]


def times_of(header: Dataset, frames: int) -> Times:
    """Return the time of each frame after the first in ms, and what to know of them.

    Frame Time Vector (0018,1065) and Frame Time (0018,1063) come first, whichever the Frame
    Increment Pointer names; then Cine Rate, the duration of one frame, and the display rate.

    Args:
        header: Header of the clip.
        frames: Frames to tell the time of, the first ones of the clip.

    Returns:
        Times (T,), empty where nothing sound is stated.
    """
    steps = _vector(header)
    if len(steps) >= frames > 1 and min(steps[1:frames], default=0.0) > 0:
        times = tuple(round(float(one), 6) for one in np.cumsum([0.0, *steps[1:frames]]))
        return checked(times)
    doubts = []
    if len(steps) > 1:
        doubts.append(Finding("frame times", "the times of frames are damaged: left out"))
    step = _step(header)
    if frames < 2:
        return (), ()
    if step is None:
        message = "the frame rate is not known: frames are taken by their number"
        return (), (*doubts, Finding("frame rate unknown", message))
    times, told = checked(tuple(round(step * number, 6) for number in range(frames)))
    return times, (*doubts, *told)


def rate_of(times: Sequence[float]) -> float | None:
    """Return frames in a second, None where times are not known."""
    if len(times) < 2 or times[-1] <= times[0]:
        return None
    return round(1000.0 * (len(times) - 1) / (times[-1] - times[0]), 3)


def checked(times: tuple[float, ...]) -> Times:
    """Return times (T,) in ms, or none where they cannot be true, with doubts about them."""
    if len(times) < 2:
        return (), ()
    steps, (low, high) = np.diff(times), RATES_HZ
    rate = rate_of(times) or 0.0
    if not low <= rate <= high:
        message = f"{rate:g} frames a second cannot be: left out, frames are taken by their number"
        return (), (Finding("frame rate", message),)
    usual = float(np.median(steps))
    if np.abs(steps - usual).max() <= UNEVEN * usual:
        return times, ()
    message = (
        f"steps between frames range from {steps.min():.3g} to {steps.max():.3g} ms: the rate "
        "changed within the clip; the frames are taken by their number, not by their time"
    )
    return times, (Finding("variable frame rate", message),)


def _vector(header: Dataset) -> list[float]:
    value = header.get("FrameTimeVector")
    if value is None:
        return []
    try:
        return [float(one) for one in value]
    except (TypeError, ValueError):
        return []


def _step(header: Dataset) -> float | None:
    """Return the ms from frame to frame."""
    for name in ("FrameTime", "CineRate", "ActualFrameDuration", "RecommendedDisplayFrameRate"):
        try:
            value = float(header.get(name) or 0.0)
        except (TypeError, ValueError):
            continue
        if value > 0:
            return 1000.0 / value if name.endswith("Rate") else value
    return None
