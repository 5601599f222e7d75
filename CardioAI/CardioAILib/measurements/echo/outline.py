"""The left ventricle of a segmented frame: area, disks along its axis, and borders of its wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

import numpy as np

from CardioAILib.measurements.echo.axis import LongAxis, long_axis, points_of, tidy
from CardioAILib.measurements.echo.frames import Plane

DISKS = 20
"""Disks of the method of disks (Lang 2015)."""
LEVELS = 24
"""Levels of the axis at which borders are read."""
FINE = 8
"""Parts that a pixel's extent along the axis is cut into."""
TIP = 0.999
"""Share of the wall's pixels that lie below the epicardium's tip: stray ones do not count."""
EDGE = 1.5
"""Pixels from the edge of the sector within which a border is that edge."""
BARE = 0.25
"""Share of the median thickness below which a wall is not drawn rather than thin."""
PARTS = ("cavity", "myocardium", "atrium")
POINTS = 30
"""Points of each wall's endocardium, from base to apex."""


@dataclass(frozen=True, eq=False)
class Outline:
    """One frame's ventricle.

    Args:
        axis: Its long axis.
        area: Of the cavity, in mm².
        widths: Mean width of the cavity in each disk (20,), base first, in mm.
        endo: Points of the endocardium (2 x 30, 2) = (x, y) in mm, from the end of the ring on the
            negative side of `axis.across` over the apex to the other end.
        thickness: Of the wall at each point (2 x 30,), in mm; nan where it is not all seen.
        seen: Whether each point (2 x 30,) lies inside of what was scanned, not on its edge.
    """

    axis: LongAxis
    area: float
    widths: np.ndarray
    endo: np.ndarray
    thickness: np.ndarray
    seen: np.ndarray

    @property
    def radius(self) -> float:
        """Half of the cavity's mean width, in mm."""
        return float(self.widths.mean()) / 2


def outline_of(plane: Plane, view: str, room: np.ndarray) -> Outline | None:
    """Return the ventricle of a frame, or None where no cavity is segmented.

    Args:
        plane: The frame.
        view: "A4C", "A2C" or "PLAX".
        room: Distance (H, W) of each pixel from what was not scanned, in pixels; see `room_of`.
    """
    rows, columns = _box(plane.cavity | plane.myocardium | plane.atrium)
    parts = (plane.cavity, plane.myocardium, plane.atrium)
    small = replace(plane, **dict(zip(PARTS, (part[rows, columns] for part in parts), strict=True)))
    cavity = tidy(small.cavity)
    if cavity is None:
        return None
    axis = long_axis(cavity, small, view, room[rows, columns] > EDGE)
    extent = Extent(cavity, axis, plane.spacing)
    endo = _endocardium(extent, axis)
    start = np.array([columns.start * plane.spacing[1], rows.start * plane.spacing[0]])
    seen = _room_at(endo + start, room, plane.spacing) > EDGE
    thickness = np.full(len(endo), nan)
    if small.myocardium.any():
        outer = nearest(endo, _epicardium(cavity | small.myocardium, axis, plane.spacing))
        inside_sector = _room_at(outer + start, room, plane.spacing) > EDGE
        thickness = _seen_thickness(np.linalg.norm(outer - endo, axis=1), inside_sector)
    return Outline(
        axis.moved(start),
        float(cavity.sum() * np.prod(plane.spacing)),
        extent.widths(np.linspace(0, axis.length, DISKS + 1)),
        endo + start,
        thickness,
        seen,
    )


def room_of(sector: np.ndarray) -> np.ndarray:
    """Return the distance (H, W) of each pixel of a sector from its edge, in pixels."""
    from scipy import ndimage

    return ndimage.distance_transform_edt(np.pad(sector, 1))[1:-1, 1:-1]


def _seen_thickness(thickness: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return thickness (P,), nan where the wall is cut off or not drawn."""
    drawn = thickness >= BARE * np.median(thickness)
    return np.where(seen & drawn, thickness, nan)


def _room_at(points: np.ndarray, room: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    columns, rows = np.rint(points / spacing[::-1]).astype(int).T
    height, width = room.shape
    return room[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]


def _box(region: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and columns around a region, with a pixel to spare inside the frame."""
    spans = []
    for axis in (1, 0):
        (there,) = np.nonzero(region.any(axis=axis))
        first, last = (int(there[0]), int(there[-1])) if len(there) else (0, 0)
        spans.append(slice(max(0, first - 1), last + 2))
    return spans[0], spans[1]


class Extent:
    """A region as its extent along an axis: area, and middle across, up to each level.

    Each pixel counts as spread evenly along the axis over its own size, so that borders do not
    jump where levels cut between two rows of pixels.
    """

    def __init__(self, region: np.ndarray, axis: LongAxis, spacing: tuple[float, float]) -> None:
        along, across = axis.seen(points_of(region, spacing))
        pixel = float(np.abs(axis.along) @ spacing[::-1])
        step = pixel / FINE
        start = float(along.min()) - pixel
        bins = np.rint((along - start) / step).astype(int)
        size = spacing[0] * spacing[1]
        self.levels = start + step * np.arange(bins.max() + FINE + 1)
        self.area = _spread_sums(bins, np.full(len(bins), size), len(self.levels))
        self.moment = _spread_sums(bins, across * size, len(self.levels))

    def widths(self, levels: np.ndarray) -> np.ndarray:
        """Return the mean width (K,) between levels (K + 1,), in mm."""
        return self._between(self.area, levels) / np.diff(levels)

    def borders(self, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where it begins and ends across the axis (K,) between levels (K + 1,)."""
        area = np.maximum(self._between(self.area, levels), np.finfo(float).tiny)
        middle = self._between(self.moment, levels) / area
        half = self.widths(levels) / 2
        return middle - half, middle + half

    def top(self) -> float:
        """Return the level below which all but stray pixels lie."""
        return float(np.interp(TIP * self.area[-1], self.area, self.levels))

    def _between(self, sums: np.ndarray, levels: np.ndarray) -> np.ndarray:
        return np.diff(np.interp(levels, self.levels, sums))


def _spread_sums(bins: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """Return the sums of weights up to each level (count,), each spread over FINE bins."""
    single = np.bincount(bins, weights, count)
    spread = np.convolve(single, np.full(FINE, 1 / FINE))[FINE // 2 :][:count]
    return np.concatenate([[0.0], spread.cumsum()[:-1]])


def _endocardium(inside: Extent, axis: LongAxis) -> np.ndarray:
    """Return its points (2 x POINTS, 2), evenly spaced along each wall."""
    levels = np.linspace(_ring_top(axis), axis.length, LEVELS + 1)
    middles = (levels[1:] + levels[:-1]) / 2
    apex = axis.at(np.array([axis.length]), np.zeros(1))
    walls = [
        np.concatenate([hinge[None], axis.at(middles, side), apex])
        for hinge, side in zip(axis.hinges, inside.borders(levels), strict=True)
    ]
    first, second = (evenly(wall) for wall in walls)
    return np.concatenate([first, second[::-1]])


def _epicardium(wall: np.ndarray, axis: LongAxis, spacing: tuple[float, float]) -> np.ndarray:
    """Return the outer border (N, 2) of cavity and wall, from one end of the ring to the other."""
    outside = Extent(wall, axis, spacing)
    top = outside.top()
    levels = np.linspace(_ring_top(axis), top, LEVELS + 1)
    middles = (levels[1:] + levels[:-1]) / 2
    left, right = outside.borders(levels)
    tip = axis.at(np.array([top]), (left[-1:] + right[-1:]) / 2)
    below, _ = axis.seen(axis.hinges)
    ends = [axis.at(below[[k]], side[:1]) for k, side in enumerate((left, right))]
    around = [ends[0], axis.at(middles, left), tip, axis.at(middles, right)[::-1], ends[1]]
    return np.concatenate(around)


def _ring_top(axis: LongAxis) -> float:
    """Return the level of the ring's higher end: below it the cavity is cut obliquely."""
    return max(0.0, float(axis.seen(axis.hinges)[0].max()))


def evenly(line: np.ndarray) -> np.ndarray:
    """Return points (POINTS, 2) evenly spaced along a line of points (N, 2), ends included."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    place = np.concatenate([[0.0], steps.cumsum()])
    wanted = np.linspace(0, place[-1], POINTS)
    return np.column_stack([np.interp(wanted, place, line[:, k]) for k in range(2)])


def nearest(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return the place (P, 2) nearest to each point (P, 2) on a line through points (N, 2)."""
    starts, along = line[:-1], np.diff(line, axis=0)
    long = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
    share = np.clip(((points[:, None] - starts) * along).sum(axis=2) / long, 0, 1)
    places = starts + share[..., None] * along
    away = np.linalg.norm(points[:, None] - places, axis=2)
    return places[np.arange(len(points)), away.argmin(axis=1)]
