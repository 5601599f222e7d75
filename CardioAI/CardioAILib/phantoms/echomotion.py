"""Which parts of a simulated ventricle move badly, by the 17 segments of the AHA.

Cerqueira et al., Circulation 2002; 105:539: segments, and the coronary territories of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from CardioAILib.task import SEGMENTS_OF_VIEW

SEGMENTS = range(1, 18)

TERRITORIES: Mapping[str, tuple[int, ...]] = {
    "LAD": (1, 2, 7, 8, 13, 14, 17),
    "RCA": (3, 4, 9, 10, 15),
    "LCX": (5, 6, 11, 12, 16),
}
"""Coronary artery and the segments that it usually feeds."""

KINDS: Mapping[str, tuple[float, float]] = {
    "normal": (0.94, 1.06),
    "hypokinetic": (0.3, 0.45),
    "akinetic": (0.0, 0.0),
    "dyskinetic": (-0.3, -0.2),
}
"""Wall motion and the share of the usual contraction that it leaves."""


def random_abnormal(shared: float, rng: np.random.Generator) -> dict[int, str]:
    """Return the abnormal segments of a patient, and how each moves.

    Args:
        shared: Chance that the whole ventricle is hypokinetic, so that every view shows it;
            otherwise one coronary territory is abnormal.
        rng: Decides.
    """
    whole = rng.random() < shared
    territory = rng.choice(list(TERRITORIES))
    kind = str(rng.choice(["hypokinetic", "akinetic", "dyskinetic"], p=[0.3, 0.5, 0.2]))
    if whole:
        return dict.fromkeys(SEGMENTS, "hypokinetic")
    return dict.fromkeys(TERRITORIES[territory], kind)


def motion_of(abnormal: Mapping[int, str], rng: np.random.Generator) -> np.ndarray:
    """Return the share of the usual contraction of each segment (17,), of segment 1 first."""
    part = rng.random(len(SEGMENTS))
    ranges = np.array([KINDS[abnormal.get(segment, "normal")] for segment in SEGMENTS])
    return ranges[:, 0] + part * (ranges[:, 1] - ranges[:, 0])


def shows(view: str, segments: Sequence[int]) -> bool:
    """Say whether a view shows one of these segments."""
    return not set(segments).isdisjoint(SEGMENTS_OF_VIEW[view])


def as_cell(segments: Sequence[int]) -> str:
    """Return segments as a cell of a cohort table: "3;9;14", or "none"."""
    return ";".join(str(segment) for segment in sorted(segments)) or "none"
