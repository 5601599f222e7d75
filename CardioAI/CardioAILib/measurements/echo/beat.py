"""End-diastole and end-systole in the areas of a segmented clip.

Lang et al., J Am Soc Echocardiogr 28:1, 2015: the frames in which the cavity is largest and
smallest, where valves and ECG are not to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

LEAST_CHANGE = 0.04
"""Share of its largest area by which a cavity must shrink for a beat to be told."""
FRAMES_A_PASS = 16
"""So many frames are smoothed once with weights 1, 2, 1; twice as many twice."""
HIGH, LOW = 0.6, 0.5
"""Of the range from smallest to largest area: a beat goes from above one to below the other."""


@dataclass(frozen=True)
class Phases:
    """The frames of a beat's ends.

    Args:
        ed: Index of the frame at end-diastole.
        es: Index of the frame at end-systole.
    """

    ed: int
    es: int


def beats(area: np.ndarray) -> list[Phases]:
    """Return the beats of a clip, those with both ends in order first.

    Args:
        area: Of the cavity on each frame (T,), nan where none is segmented.

    Returns:
        Each beat from its largest area to the smallest that follows; where the clip begins in
        systole and shows no other, from the largest after it. None where nothing moves.
    """
    known = np.flatnonzero(np.isfinite(area))
    if len(known) < 2:
        return []
    values = smoothed(area[known])
    low, high = values.min(), values.max()
    if high - low < LEAST_CHANGE * high:
        return []
    runs = _runs((values - low) / (high - low))
    found = [
        Phases(int(known[_most(values, large)]), int(known[_most(-values, small)]))
        for large, small in pairwise(runs)
        if large[2] and not small[2]
    ]
    if found:
        return found
    small, large = runs[0], runs[1]
    return [Phases(int(known[_most(values, large)]), int(known[_most(-values, small)]))]


def smoothed(values: np.ndarray) -> np.ndarray:
    """Return areas (T,) smoothed over time, the more the more frames there are.

    The largest of many frames is large by chance too where each is segmented by itself: on
    simulated clips whose borders waver by a pixel, ejection fractions came out three points high
    without this, and two with it.
    """
    for _ in range(len(values) // FRAMES_A_PASS):
        around = np.pad(values, 1, mode="edge")
        values = around[:-2] / 4 + around[1:-1] / 2 + around[2:] / 4
    return values


def _runs(share: np.ndarray) -> list[tuple[int, int, bool]]:
    """Return stretches of large and of small areas in turn: first and last + 1 frame, is large."""
    marks = [(k, bool(s >= HIGH)) for k, s in enumerate(share) if s >= HIGH or s <= LOW]
    runs: list[tuple[int, int, bool]] = []
    for frame, is_large in marks:
        if runs and runs[-1][2] == is_large:
            runs[-1] = (runs[-1][0], frame + 1, is_large)
        else:
            runs.append((frame, frame + 1, is_large))
    return runs


def _most(values: np.ndarray, run: tuple[int, int, bool]) -> int:
    return run[0] + int(values[run[0] : run[1]].argmax())
