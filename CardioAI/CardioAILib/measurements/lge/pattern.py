"""The pattern of enhancement in a segment: a suggestion for a reader, never a diagnosis."""

from __future__ import annotations

import numpy as np

from CardioAILib.measurements.lge.names import NO_PATTERN
from CardioAILib.measurements.sectors import SECTORS, sector_of
from CardioAILib.measurements.segments import CAP, LAYERS

LEAST_PERCENT = 5.0
"""A segment with less enhancement shows no pattern."""
LEAST_LAYER = 0.25
"""Enhanced share of a layer, where the segment is enhanced, below which nothing is told."""
INVOLVED = 0.5
"""A layer is involved from this share of the most enhanced layer's enhancement on."""

TERRITORIES = ({1, 2, 7, 8, 13, 14, 17}, {3, 4, 9, 10, 15}, {5, 6, 11, 12, 16})
"""Usual segments of the left anterior descending, right and circumflex artery (Cerqueira 2002)."""


def layer_shares(
    enhanced: np.ndarray, layers: np.ndarray, angle: np.ndarray, inside: np.ndarray
) -> tuple[float, float, float]:
    """Return the enhanced share of each layer in those directions that show enhancement.

    A scar that ends within a segment is judged where it is: only directions of 10 degrees, in
    each slice, with enhanced pixels count.

    Args:
        enhanced: Enhanced pixels (S, H, W).
        layers: Third of the wall, 1 endo, 2 mid, 3 epi, (S, H, W).
        angle: Direction of each pixel of the wall, degrees, (S, H, W).
        inside: The segment (S, H, W).

    Returns:
        Shares of endo, mid and epi, 0 to 1; nan for a layer without pixels.
    """
    slices, rows, columns = np.nonzero(inside)
    place = slices * SECTORS + sector_of(np.nan_to_num(angle[slices, rows, columns]))
    lit = enhanced[slices, rows, columns]
    shown = np.isin(place, place[lit])
    own = layers[slices, rows, columns]
    shares = [
        float(lit[shown & (own == layer)].mean()) if (shown & (own == layer)).any() else np.nan
        for layer in range(1, len(LAYERS) + 1)
    ]
    return shares[0], shares[1], shares[2]


def pattern_of(percent: float, shares: tuple[float, float, float]) -> str:
    """Return the pattern that an enhanced share and the shares of its layers suggest.

    Args:
        percent: Enhanced share of the segment, %; nan for an empty one.
        shares: Enhanced shares of endo, mid and epi, 0 to 1.

    Returns:
        One of `PATTERNS`, "none", or "" for a segment that is not there.
    """
    if np.isnan(percent):
        return ""
    known = np.nan_to_num(shares)
    if percent < LEAST_PERCENT or known.max() < LEAST_LAYER:
        return NO_PATTERN
    endo, _, epi = known >= INVOLVED * known.max()
    if endo and epi:
        return "transmural"
    if endo:
        return "subendocardial"
    return "subepicardial" if epi else "mid-wall"


def adjacent(one: int, other: int) -> bool:
    """Say whether two of the 17 segments share an edge on the bull's-eye."""
    (ring, start, width), (next_ring, next_start, next_width) = _place(one), _place(other)
    if abs(ring - next_ring) > 1 or one == other:
        return False
    if ring == next_ring:
        return (start + width) % 360 == next_start or (next_start + next_width) % 360 == start
    return (next_start - start) % 360 < width or (start - next_start) % 360 < next_width


def largest_group(segments: set[int]) -> frozenset[int]:
    """Return the largest group of adjacent segments."""
    left, best = set(segments), frozenset[int]()
    while left:
        group, border = set[int](), {left.pop()}
        while border:
            group |= border
            border = {one for one in left if any(adjacent(one, own) for own in border)}
            left -= border
        best = max(best, frozenset(group), key=len)
    return best


def beyond_coronary(segments: frozenset[int]) -> bool:
    """Say whether segments lie in the territories of all three arteries, as no one infarct does."""
    return all(segments & territory for territory in TERRITORIES)


def _place(segment: int) -> tuple[int, int, int]:
    """Return ring (0 basal to 3 apex), first direction and width of a segment, degrees."""
    if segment == CAP:
        return 3, 0, 360
    if segment > 12:
        return 2, (45 + 90 * (segment - 13)) % 360, 90
    return (0 if segment <= 6 else 1), (60 + 60 * ((segment - 1) % 6)) % 360, 60
