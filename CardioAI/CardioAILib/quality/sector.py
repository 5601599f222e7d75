"""Where an echo clip shows echoes: the ultrasound sector, without text, trace, bars and marks.

Echoes flicker in every frame, and what the scanner draws around them stands still or is thin. So
pixels that ever change are taken, thin and small groups of them are left out, and the convex hull
of the rest is the sector. That holds for any view and any probe. The idea is that of the later
masking of EchoNet's authors; the rules and figures are our own.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from CardioAILib.quality.letters import drawn_over

CHANGE = 4
"""Gray levels by which a pixel changes from frame to frame where it shows echoes."""
OFTEN = 0.1
"""Share of the steps between frames at which it does; a sweeping cursor changes a pixel twice."""
SHOWN = 8
"""Gray level from which on a pixel of a single frame shows something."""
REACH = 0.012
"""Reach of the surroundings that are looked at, as a share of the shorter side."""
DENSE = 0.35
"""Share of the surroundings that changes where echoes are; of a drawn line it is less."""
THICK = 0.02
"""Half of the width of what can be a part of the sector, as a share of the shorter side."""
PART = 0.01
"""Area of what can be a part of the sector, as a share of its largest part."""
TWIN = 0.5
"""Area of a second sector, as a share of the first, from which on there are two."""
TIP = 0.06
"""Length of a thin tip that belongs to the sector, as a share of the shorter side."""
NEAR = 0.03
"""Distance from the sector up to which what is shown belongs to it, if nothing else is shown; as a
share of the shorter side."""
ROUNDING = 1e-6
"""Part of a pixel by which an edge of the hull may miss the pixels on it."""
LEAST = 0.02
"""Area of a sector, as a share of the image."""


def sector_of(frames: np.ndarray) -> np.ndarray:
    """Find the ultrasound sector of a clip.

    Args:
        frames: Gray levels (T, H, W), uint8. Of a single frame, or of one that stands still,
            what is brighter than black takes the place of what changes.

    Returns:
        Whether a pixel lies in the sector (H, W): a convex region, but for text that reaches into
        it from outside. None does where nothing is found, as of a black clip.
    """
    for lively in (changing(frames), frames.max(axis=0) >= SHOWN):
        parts = _grown(lively & _parts(lively), lively)
        if parts.sum() >= LEAST * parts.size:
            sector = hull_of(parts)
            drawn = drawn_over(sector, frames)
            if not drawn.any():
                sector = _with_near(sector, frames)
                drawn = drawn_over(sector, frames)
            return sector & ~drawn
    return np.zeros(frames.shape[1:], bool)


def changing(frames: np.ndarray) -> np.ndarray:
    """Return which pixels (H, W) of frames (T, H, W) change at one step in ten or more."""
    counts = np.zeros(frames.shape[1:], int)
    for before, after in pairwise(frames):
        counts += np.maximum(before, after) - np.minimum(before, after) >= CHANGE
    return counts >= max(1.0, OFTEN * (len(frames) - 1))


def hull_of(region: np.ndarray) -> np.ndarray:
    """Return the smallest convex region that holds the pixels of another (H, W)."""
    from scipy.spatial import ConvexHull, QhullError

    rows = np.flatnonzero(region.any(axis=1))
    firsts, lasts = (_edge(region[rows], side) for side in ("first", "last"))
    points = np.concatenate([np.stack([rows, own], axis=1) for own in (firsts, lasts)])
    try:
        corners = points[ConvexHull(points).vertices]
    except QhullError:
        return region.copy()
    return _filled(corners, region.shape)


def _edge(region: np.ndarray, side: str) -> np.ndarray:
    if side == "first":
        return region.argmax(axis=1)
    return region.shape[1] - 1 - region[:, ::-1].argmax(axis=1)


def _filled(corners: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the pixels (H, W) of a convex polygon with corners (row, column) in order."""
    left, right = np.full(shape[0], np.inf), np.full(shape[0], -np.inf)
    for one, other in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        (top, start), (bottom, end) = sorted((tuple(one), tuple(other)))
        rows = np.arange(top, bottom + 1)
        columns = np.interp(rows, [top, bottom], [start, end]) if top < bottom else [start]
        for limit, better in ((left, np.minimum), (right, np.maximum)):
            better.at(limit, rows, columns)
            if top == bottom:
                better.at(limit, rows, [end])
    columns = np.arange(shape[1])
    return (columns >= left[:, None] - ROUNDING) & (columns <= right[:, None] + ROUNDING)


def _grown(parts: np.ndarray, lively: np.ndarray) -> np.ndarray:
    """Return parts (H, W) with the thin tips that hang on them, as the apex of a phased array."""
    from scipy.ndimage import binary_dilation

    steps = max(1, round(TIP * min(parts.shape)))
    return binary_dilation(parts, np.ones((3, 3), bool), steps, mask=lively)


def _with_near(sector: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Return the sector with all that is shown, where nothing is shown but near it.

    So a clip that was blanked before, or that was simulated, keeps every echo.
    """
    from scipy.ndimage import distance_transform_edt

    apart = distance_transform_edt(~sector)
    near = max(1.0, NEAR * min(sector.shape))
    # Lossy compression leaves traces that are not quite black.
    for least in (1, SHOWN):
        shown = sector | (frames.max(axis=0) >= least)
        if apart[shown].max() <= near:
            return hull_of(shown)
    return sector


def _parts(lively: np.ndarray) -> np.ndarray:
    """Return where lively pixels (H, W) are dense, in regions thick and large enough."""
    from scipy.ndimage import distance_transform_edt, label, maximum, uniform_filter

    side = min(lively.shape)
    reach = max(1, round(REACH * side))
    dense = uniform_filter(lively.astype(np.float32), 2 * reach + 1, mode="constant") > DENSE
    regions, count = label(dense)
    if not count:
        return dense
    numbers = np.arange(1, count + 1)
    areas = np.bincount(regions.ravel())[1:]
    widths = maximum(distance_transform_edt(dense), regions, numbers)
    kept = (widths >= THICK * side) & (areas >= PART * areas.max())
    return np.isin(regions, numbers[kept])


def side_by_side(frames: np.ndarray) -> bool:
    """Say whether frames (T, H, W) show two sectors beside each other, as of a biplane probe."""
    from scipy.ndimage import find_objects, label

    regions, count = label(_parts(changing(frames)))
    if count < 2:
        return False
    areas = np.bincount(regions.ravel())[1:]
    first, second = np.argsort(areas)[::-1][:2]
    if areas[second] < TWIN * areas[first]:
        return False
    places = find_objects(regions)
    left, right = sorted((places[first][1], places[second][1]), key=lambda own: own.start)
    return bool(left.stop <= right.start)
