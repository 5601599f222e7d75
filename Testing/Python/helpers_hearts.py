"""Hearts of cylinders, whose volumes, thickness and shape are known by hand."""

from __future__ import annotations

import numpy as np
from CardioAILib.measurements import Segmentation
from helpers_wall import short_axis_matrix

SPACING = (10.0, 0.7, 0.7)
MARGIN = 26
"""Pixels beyond the wall: a right ventricle of up to 20 and some background."""


def cylinder(
    inner: float,
    outer: float,
    slices: int = 8,
    rv: bool = True,
    spacing: tuple[float, float, float] = SPACING,
    empty: int = 1,
    taper: float = 0.0,
) -> Segmentation:
    """A left ventricle of rings, base first, with a right ventricle of 120 degrees beside it.

    Args:
        inner: Radius of the cavity, mm of `SPACING`.
        outer: Radius of the wall's outside, alike.
        slices: Slices that show the heart.
        rv: Whether there is a right ventricle, ten pixels wide at the apex and twenty at the base.
        spacing: Millimeters along (S, H, W).
        empty: Slices without heart after the apex.
        taper: Share of the radius that the last slice lacks.
    """
    inner, outer = inner / SPACING[1], outer / SPACING[1]
    half = int(outer) + MARGIN
    up, right = np.mgrid[half - 0.5 : -half : -1, -half + 0.5 : half]
    depth = np.arange(slices) / max(slices - 1, 1)
    radius = np.hypot(up, right)[None] / (1 - taper * depth)[:, None, None]
    left = np.abs(np.degrees(np.arctan2(up, -right)))[None] <= 60
    width = 20 * (1 - depth / 2)[:, None, None]
    parts = [
        (radius >= inner) & (radius < outer),
        radius < inner,
        (radius >= outer) & (radius < outer + width) & left,
    ]
    wall, cavity, right_heart = (np.pad(part, ((0, empty), (0, 0), (0, 0))) for part in parts)
    matrix = short_axis_matrix(spacing)
    return Segmentation(wall, cavity, right_heart if rv else None, spacing, matrix)


def known_volume(radius: float, slices: int = 8) -> float:
    """The volume of a cylinder in ml, its slices 10 mm apart."""
    return np.pi * radius**2 * slices * 10 / 1000
