"""A region of interest on a planar scan, as a reader moves it about."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

HEART = "heart"
CONTRALATERAL = "contralateral"
RIBS = "ribs"
STERNUM = "sternum"
BACKGROUND = "background"
WHOLE_BODY = "whole body"
LEFT_KIDNEY = "left kidney"
RIGHT_KIDNEY = "right kidney"
BLADDER = "bladder"
REGIONS = (
    HEART,
    CONTRALATERAL,
    RIBS,
    STERNUM,
    BACKGROUND,
    WHOLE_BODY,
    LEFT_KIDNEY,
    RIGHT_KIDNEY,
    BLADDER,
)
"""Names of all regions; a single field of view has the first four."""


@dataclass(frozen=True)
class Region:
    """An ellipse or a box with sides along rows and columns.

    Args:
        name: One of `REGIONS`.
        center: Row and column of the middle, in pixels; pixel (0, 0) has its middle at (0, 0).
        size: Full extent along rows and along columns, in pixels.
        shape: "ellipse" or "box".
    """

    name: str
    center: tuple[float, float]
    size: tuple[float, float]
    shape: Literal["ellipse", "box"] = "ellipse"

    def mask(self, shape: tuple[int, int]) -> np.ndarray:
        """Return the pixels (H, W) whose middle lies inside, boolean."""
        return self.inside(slice(0, shape[0]), slice(0, shape[1]))

    def box(self, shape: tuple[int, int]) -> tuple[slice, slice]:
        """Return the rows and columns of an image (H, W) outside of which no pixel lies inside."""
        ends = (
            (middle - extent / 2.0, middle + extent / 2.0, n)
            for n, middle, extent in zip(shape, self.center, self.size, strict=True)
        )
        rows, columns = (
            slice(min(n, max(0, math.ceil(low))), min(n, max(0, math.floor(high) + 1)))
            for low, high, n in ends
        )
        return rows, columns

    def inside(self, rows: slice, columns: slice) -> np.ndarray:
        """Say of each pixel of such a part of an image whether its middle lies inside."""
        row, column = (
            (np.arange(part.start, part.stop) - middle) / max(extent / 2.0, 1e-9)
            for part, middle, extent in zip((rows, columns), self.center, self.size, strict=True)
        )
        if self.shape == "box":
            return (np.abs(row) <= 1)[:, None] & (np.abs(column) <= 1)[None]
        return row[:, None] ** 2 + column[None] ** 2 <= 1.0

    def moved(self, center: tuple[float, float]) -> Region:
        """Return the region around another middle (row, column)."""
        return replace(self, center=center)

    def mirrored(self, midline: float, name: str) -> Region:
        """Return the region on the other side of a column, under another name."""
        row, column = self.center
        return replace(self, name=name, center=(row, 2.0 * midline - column))

    def behind(self, width: int) -> Region:
        """Return the same place on the posterior view of `width` columns, which run the other way.

        Both heads of a camera look along one line, so a column becomes its mirror image.
        """
        row, column = self.center
        return replace(self, center=(row, width - 1.0 - column))
