"""The left ventricle of a segmented frame: area, disks along its axis, and borders of its wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, nan

import numpy as np

from CardioAILib.measurements.echo.axis import LongAxis, long_axis, points_of, tidy
from CardioAILib.measurements.echo.frames import Plane

DISKS = 20
"""Disks of the method of disks (Lang 2015)."""
LEVELS = 24
"""Levels of the axis at which borders are read."""
FINE = 160
"""Least parts of the axis that a pixel's size is to be cut into."""
MOST_PARTS = 8
"""Most parts that a pixel is cut into along each direction."""
TIP = 0.999
"""Share of the wall's pixels that lie below the epicardium's tip: stray ones do not count."""
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
        thickness: Of the wall at each point (2 x 30,), in mm; nan without a wall.
        hidden: Whether the segmentation reaches the frame's edge.
    """

    axis: LongAxis
    area: float
    widths: np.ndarray
    endo: np.ndarray
    thickness: np.ndarray
    hidden: bool

    @property
    def radius(self) -> float:
        """Half of the cavity's mean width, in mm."""
        return float(self.widths.mean()) / 2


def outline_of(plane: Plane, view: str) -> Outline | None:
    """Return the ventricle of a frame, or None where no cavity is segmented."""
    rows, columns = _box(plane.cavity | plane.myocardium | plane.atrium)
    parts = (plane.cavity, plane.myocardium, plane.atrium)
    small = replace(plane, **dict(zip(PARTS, (part[rows, columns] for part in parts), strict=True)))
    cavity = tidy(small.cavity)
    if cavity is None:
        return None
    axis = long_axis(cavity, small, view)
    inside = _Seen(cavity, axis, plane.spacing)
    endo = _endocardium(inside, axis)
    start = np.array([columns.start * plane.spacing[1], rows.start * plane.spacing[0]])
    return Outline(
        axis.moved(start),
        float(cavity.sum() * np.prod(plane.spacing)),
        inside.widths(np.linspace(0, axis.length, DISKS + 1)),
        endo + start,
        _thickness(endo, cavity | small.myocardium, axis, plane.spacing)
        if small.myocardium.any()
        else np.full(len(endo), nan),
        _at_edge(plane),
    )


def _box(region: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and columns around a region, with a pixel to spare inside the frame."""
    spans = []
    for axis in (1, 0):
        (there,) = np.nonzero(region.any(axis=axis))
        first, last = (int(there[0]), int(there[-1])) if len(there) else (0, 0)
        spans.append(slice(max(0, first - 1), last + 2))
    return spans[0], spans[1]


class _Seen:
    """A region by its pixels' places along and across an axis, pixels cut into finer parts."""

    def __init__(self, region: np.ndarray, axis: LongAxis, spacing: tuple[float, float]) -> None:
        times = min(MOST_PARTS, max(1, ceil(FINE * min(spacing) / axis.length)))
        offsets = (np.arange(times) + 0.5) / times - 0.5
        shifts = np.array([(x * spacing[1], y * spacing[0]) for x in offsets for y in offsets])
        points = points_of(region, spacing)[:, None] + shifts
        self.along, self.across = axis.seen(points.reshape(-1, 2))
        self.size = spacing[0] * spacing[1] / times**2

    def widths(self, levels: np.ndarray) -> np.ndarray:
        """Return the mean width (K,) between levels (K + 1,), in mm."""
        counts, _ = np.histogram(self.along, levels)
        return counts * self.size / np.diff(levels)

    def borders(self, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where it begins and ends across the axis (K,) between levels (K + 1,)."""
        counts, _ = np.histogram(self.along, levels)
        sums, _ = np.histogram(self.along, levels, weights=self.across)
        middle = sums / np.maximum(counts, 1)
        half = self.widths(levels) / 2
        return middle - half, middle + half


def _endocardium(inside: _Seen, axis: LongAxis) -> np.ndarray:
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


def _thickness(
    endo: np.ndarray, wall: np.ndarray, axis: LongAxis, spacing: tuple[float, float]
) -> np.ndarray:
    """Return how far each point of the endocardium lies from the epicardium (P,), in mm."""
    outside = _Seen(wall, axis, spacing)
    top = float(np.quantile(outside.along, TIP))
    levels = np.linspace(_ring_top(axis), top, LEVELS + 1)
    middles = (levels[1:] + levels[:-1]) / 2
    left, right = outside.borders(levels)
    tip = axis.at(np.array([top]), (left[-1:] + right[-1:]) / 2)
    below, _ = axis.seen(axis.hinges)
    ends = [axis.at(below[[k]], side[:1]) for k, side in enumerate((left, right))]
    around = [ends[0], axis.at(middles, left), tip, axis.at(middles, right)[::-1], ends[1]]
    return distances(endo, np.concatenate(around))


def _ring_top(axis: LongAxis) -> float:
    """Return the level of the ring's higher end: below it the cavity is cut obliquely."""
    return max(0.0, float(axis.seen(axis.hinges)[0].max()))


def evenly(line: np.ndarray) -> np.ndarray:
    """Return points (POINTS, 2) evenly spaced along a line of points (N, 2), ends included."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    place = np.concatenate([[0.0], steps.cumsum()])
    wanted = np.linspace(0, place[-1], POINTS)
    return np.column_stack([np.interp(wanted, place, line[:, k]) for k in range(2)])


def distances(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return the distance of points (P, 2) from a line through points (N, 2)."""
    starts, along = line[:-1], np.diff(line, axis=0)
    long = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
    away = points[:, None] - starts
    share = np.clip((away * along).sum(axis=2) / long, 0, 1)
    return np.linalg.norm(away - share[..., None] * along, axis=2).min(axis=1)


def _at_edge(plane: Plane) -> bool:
    """Say whether a segmentation reaches the frame's edge."""
    region = plane.cavity | plane.myocardium
    return bool(region[[0, -1]].any() or region[:, [0, -1]].any())
