"""The wall divided into labeled regions: segments, layers, or layers of segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import InputError
from CardioAILib.measurements.coordinates import wall_coordinates, wall_depth
from CardioAILib.measurements.orientation import AUTO, Orientation
from CardioAILib.measurements.segments import (
    LAYERS,
    SEGMENTS,
    layer_numbers,
    level_of,
    segment_numbers,
)
from CardioAILib.results import Finding

By = Literal["aha", "layers", "aha-layers"]
BY: tuple[By, ...] = ("aha", "layers", "aha-layers")


@dataclass(frozen=True)
class Region:
    """One part of the wall.

    Args:
        name: As in "mid anterior", "endo" or "mid anterior, endo".
        segment: Number of its segment, 1 to 17; None where it goes all around.
        level: "basal", "mid", "apical", "apex", or empty.
        layer: "endo", "mid", "epi", or empty.
    """

    name: str
    segment: int | None = None
    level: str = ""
    layer: str = ""


@dataclass(frozen=True, eq=False)
class Regions:
    """The wall of one heart in regions.

    Args:
        labels: Number of each voxel's region, (S, H, W), uint8; 0 outside, 1 the first region.
        regions: The regions in order of their numbers, also those without a voxel.
        wall_thickness_mm: Mean thickness of the whole wall, endocardium to epicardium, over
            each region's voxels: about the same in all layers of a segment; nan without a voxel.
        findings: What a reader should know.
    """

    labels: np.ndarray
    regions: tuple[Region, ...]
    wall_thickness_mm: tuple[float, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each region, in order of their numbers."""
        return tuple(region.name for region in self.regions)

    @property
    def voxels(self) -> tuple[int, ...]:
        """Number of voxels of each region."""
        counts = np.bincount(self.labels.ravel(), minlength=len(self.regions) + 1)
        return tuple(int(count) for count in counts[1:])


def wall_regions(
    myocardium: ArrayLike,
    lv_cavity: ArrayLike | None,
    rv_cavity: ArrayLike | None,
    spacing: tuple[float, float, float],
    ijk_to_ras: ArrayLike,
    by: By = "aha",
    orientation: Orientation = AUTO,
) -> Regions:
    """Divide the myocardium of a short-axis stack.

    Args:
        myocardium: Mask (S, H, W), slices across the long axis of the left ventricle.
        lv_cavity: Mask (S, H, W) of its cavity; None takes the hole of each closed ring.
        rv_cavity: Mask (S, H, W) of the right ventricle's cavity, or None; layers need none.
        spacing: Millimeters along (S, H, W).
        ijk_to_ras: Matrix (4, 4) from (column, row, slice) to RAS mm.
        by: "aha" for the 17 segments, "layers" for endo, mid and epi thirds of the wall,
            "aha-layers" for these in each segment.
        orientation: What is known beyond the masks.

    Raises:
        InputError: `by` is none of these, apex or septum cannot be told, or an argument is no
            mask or length.
        GridMismatchError: The masks differ in shape.
        EmptyMaskError: No slice shows myocardium with a cavity.
    """
    if by not in BY:
        raise InputError(
            got=f"regions by {by!r}", wanted=f"one of {', '.join(BY)}", fix="use one of these"
        )
    if by == "layers":
        borders, findings = wall_depth(myocardium, lv_cavity, spacing)
        regions = tuple(Region(layer, layer=layer) for layer in LAYERS)
        return _regions(layer_numbers(borders.depth), regions, borders.thickness, findings)
    place = wall_coordinates(myocardium, lv_cavity, rv_cavity, spacing, ijk_to_ras, orientation)
    segments = segment_numbers(place.angle, place.level)
    if by == "aha":
        return _regions(segments, segment_regions(), place.thickness, place.findings)
    layers = layer_numbers(place.depth)
    labels = np.where((segments > 0) & (layers > 0), len(LAYERS) * (segments - 1) + layers, 0)
    return _regions(labels, layered_regions(), place.thickness, place.findings)


def segment_regions() -> tuple[Region, ...]:
    """Return the 17 segments."""
    return tuple(
        Region(name, number, level_of(number)) for number, name in enumerate(SEGMENTS, start=1)
    )


def layered_regions() -> tuple[Region, ...]:
    """Return the three layers of each of the 17 segments, from inside out."""
    return tuple(
        Region(f"{one.name}, {layer}", one.segment, one.level, layer)
        for one in segment_regions()
        for layer in LAYERS
    )


def _regions(
    labels: np.ndarray,
    regions: tuple[Region, ...],
    thickness: np.ndarray,
    findings: Sequence[Finding],
) -> Regions:
    flat = labels.ravel()
    inside = flat > 0
    counts = np.bincount(flat[inside], minlength=len(regions) + 1)[1:]
    sums = np.bincount(flat[inside], thickness.ravel()[inside], len(regions) + 1)[1:]
    means = np.divide(sums, counts, out=np.full(len(regions), np.nan), where=counts > 0)
    return Regions(labels.astype(np.uint8), regions, tuple(means.tolist()), tuple(findings))
