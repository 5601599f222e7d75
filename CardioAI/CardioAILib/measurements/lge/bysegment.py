"""Extent and suggested pattern of enhancement in each of the 17 segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.measurements.coordinates import WallCoordinates
from CardioAILib.measurements.lge.extent import share_percent
from CardioAILib.measurements.lge.names import (
    NO_PATTERN,
    PATTERN_PRESENT,
    PATTERNS,
    pattern_column,
    segment_column,
)
from CardioAILib.measurements.lge.pattern import (
    beyond_coronary,
    largest_group,
    layer_shares,
    pattern_of,
)
from CardioAILib.measurements.segments import SEGMENTS, layer_numbers, segment_numbers

CONTIGUOUS = 5
"""More adjacent segments than these make the pattern of amyloidosis (Martini 2020)."""
INWARD = ("subendocardial", "transmural")


@dataclass(frozen=True)
class SegmentReading:
    """One segment.

    Args:
        segment: Its number, 1 to 17.
        name: Its name, as in "mid anterior".
        percent: Enhanced share of its myocardium, %; nan where the stack shows none of it.
        pattern: Suggested pattern, one of `PATTERNS` or "none"; empty without myocardium.
        layers: Enhanced share of endo, mid and epi, 0 to 1, in those directions of the segment
            that show enhancement.
    """

    segment: int
    name: str
    percent: float
    pattern: str
    layers: tuple[float, float, float]


def read_segments(enhanced: np.ndarray, located: WallCoordinates) -> tuple[SegmentReading, ...]:
    """Return what each of the 17 segments shows.

    Args:
        enhanced: Enhanced pixels (S, H, W).
        located: Where each pixel of the wall lies.
    """
    numbers = segment_numbers(located.angle, located.level)
    layers = layer_numbers(located.depth)
    found = []
    for number, name in enumerate(SEGMENTS, start=1):
        inside = numbers == number
        percent = share_percent(enhanced, inside)
        shares = layer_shares(enhanced, layers, located.angle, inside)
        found.append(SegmentReading(number, name, percent, pattern_of(percent, shares), shares))
    return tuple(found)


def segment_values(read: Sequence[SegmentReading]) -> dict[str, float]:
    """Return the values by segment, and what they suggest together."""
    group = largest_group({one.segment for one in read if one.pattern in INWARD})
    return {
        **{segment_column(one.segment): one.percent for one in read},
        **{
            pattern_column(pattern): float(sum(one.pattern == pattern for one in read))
            for pattern in PATTERNS
        },
        "LGE_contiguous_segments": float(len(group)),
        PATTERN_PRESENT: float(len(group) > CONTIGUOUS and beyond_coronary(group)),
    }


def told(read: Sequence[SegmentReading]) -> str:
    """Return the patterns in words, as in "subendocardial: 7, 8"."""
    by_pattern = {
        pattern: [str(one.segment) for one in read if one.pattern == pattern]
        for pattern in PATTERNS
    }
    parts = [f"{pattern}: {', '.join(own)}" for pattern, own in by_pattern.items() if own]
    return "; ".join(parts) or NO_PATTERN
