"""Thickness of the wall in one phase: around each slice, and by segment of the bull's-eye."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import EmptyMaskError, InputError
from CardioAILib.measurements.coordinates import WallCoordinates, wall_coordinates
from CardioAILib.measurements.depth import Borders, wall_borders
from CardioAILib.measurements.polar import angles, center
from CardioAILib.measurements.sectors import SECTORS, sector_of
from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.measurements.segments import CAP, segment_numbers
from CardioAILib.measurements.tidy import Heart, tidy_heart
from CardioAILib.results import Finding

MEASURED = CAP - 1
"""Segments with a thickness: the apex, segment 17, has none across short-axis slices."""


@dataclass(frozen=True, eq=False)
class Wall:
    """The wall of one phase; what cannot be told is nan.

    Args:
        thickness: Thickness in each slice and sector of 10 degrees on the stored image, mm,
            (S, 36).
        radius: Distance of the endocardium from the cavity's middle there, mm, (S, 36).
        segment_mean: Mean thickness of segments 1 to 16, mm, (16,).
        segment_max: Thickness of the thickest sector of each segment, mm, (16,).
        segment_radius: Mean distance of a segment's endocardium from the middle, mm, (16,).
        findings: What a reader should know.
    """

    thickness: np.ndarray
    radius: np.ndarray
    segment_mean: np.ndarray
    segment_max: np.ndarray
    segment_radius: np.ndarray
    findings: tuple[Finding, ...] = ()


def measure_wall(place: Segmentation) -> Wall:
    """Measure the wall of one phase.

    Without a right ventricle, or an apex that can be told, nothing is known of segments: their
    values are nan and a finding says so. Without any ring all is nan.

    Raises:
        GridMismatchError: The masks differ in shape.
        InputError: A mask is no stack, or the heart fills a slice from edge to edge.
    """
    masks = place.myocardium, place.lv_cavity, place.rv_cavity
    try:
        heart = tidy_heart(*masks, place.spacing)
    except EmptyMaskError as error:
        around = np.full((len(place.myocardium), SECTORS), np.nan)
        finding = Finding("wall", f"no wall thickness: {error.got}")
        return Wall(around, around, *_no_segments(), (finding,))
    try:
        located = wall_coordinates(*masks, place.spacing, place.ijk_to_ras)
    except InputError as error:
        finding = Finding("segments", f"no values by segment: {error.got}")
        around = _around(heart, wall_borders(heart))
        return Wall(*around, *_no_segments(), (*heart.findings, finding))
    endo = located.thickness * located.depth
    borders = Borders(endo, located.thickness - endo)
    around = _around(heart, borders)
    return Wall(*around, *_segments(heart, located, borders), located.findings)


def _no_segments() -> tuple[np.ndarray, ...]:
    return (np.full(MEASURED, np.nan),) * 3


def _around(heart: Heart, borders: Borders) -> tuple[np.ndarray, np.ndarray]:
    """Return thickness and endocardial radius by slice and direction on the stored image."""
    found = np.full((2, len(heart.wall), SECTORS), np.nan)
    for index in heart.rings:
        wall = heart.wall[index]
        sector = sector_of(angles(heart, index)[wall])
        radius = _away(heart, index)[wall] - borders.endo[index][wall]
        found[0, index] = _means(sector, borders.thickness[index][wall], SECTORS)
        found[1, index] = _means(sector, radius, SECTORS)
    return found[0], found[1]


def _segments(
    heart: Heart, located: WallCoordinates, borders: Borders
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and greatest thickness and endocardial radius of segments 1 to 16."""
    numbers = segment_numbers(located.angle, located.level)
    inside = (numbers > 0) & (numbers < CAP)
    number = numbers[inside].astype(int) - 1
    thickness = borders.thickness[inside]
    away = np.stack([_away(heart, index) for index in range(len(inside))])[inside]
    # Sectors are those of one slice: a mean over slices would level what is thick in one.
    layer, sector = np.nonzero(inside)[0], sector_of(located.angle[inside])
    cell = (number * len(inside) + layer) * SECTORS + sector
    cells = _means(cell, thickness, MEASURED * len(inside) * SECTORS).reshape(MEASURED, -1)
    return (
        _means(number, thickness, MEASURED),
        _greatest(cells),
        _means(number, away - borders.endo[inside], MEASURED),
    )


def _away(heart: Heart, index: int) -> np.ndarray:
    """Return the distance of each pixel of a slice from the ventricle's middle, mm, (H, W)."""
    height, width = heart.wall.shape[1:]
    if not heart.wall[index].any():
        return np.zeros((height, width))
    row, column = center(heart, index)
    down = (np.arange(height) - row)[:, None] * heart.spacing[1]
    right = (np.arange(width) - column)[None, :] * heart.spacing[2]
    return np.hypot(down, right)


def _means(group: np.ndarray, values: np.ndarray, groups: int) -> np.ndarray:
    """Return the mean of the values of each group (groups,), nan for an empty one."""
    counts = np.bincount(group, minlength=groups)
    sums = np.bincount(group, values, groups)
    return np.divide(sums, counts, out=np.full(groups, np.nan), where=counts > 0)


def _greatest(rows: np.ndarray) -> np.ndarray:
    """Return the greatest value of each row, nan for a row without any."""
    best = np.where(np.isnan(rows), -np.inf, rows).max(axis=1)
    return np.where(np.isinf(best), np.nan, best)
