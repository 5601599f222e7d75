"""A segmented heart in one cardiac phase, ready to be measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Mask

MARGIN = 8
"""Pixels of background that are kept around the heart, so that its outside has neighbors."""


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Masks of one phase on one grid, a short-axis stack.

    Args:
        myocardium: Wall of the left ventricle, boolean (S, H, W).
        lv_cavity: Blood of the left ventricle, (S, H, W).
        rv_cavity: Blood of the right ventricle, (S, H, W), or None where it was not segmented.
        spacing: Millimeters along (S, H, W), as the file states them.
        ijk_to_ras: Matrix (4, 4) from (column, row, slice) to RAS mm.
    """

    myocardium: np.ndarray
    lv_cavity: np.ndarray
    rv_cavity: np.ndarray | None
    spacing: tuple[float, float, float]
    ijk_to_ras: np.ndarray

    @property
    def slice_distance(self) -> float:
        """Distance of neighboring slices along their normal, mm, by the matrix."""
        axes = self.ijk_to_ras[:3, :3]
        area = np.linalg.norm(np.cross(axes[:, 0], axes[:, 1]))
        return float(abs(np.linalg.det(axes)) / area)

    @property
    def pixel_mm2(self) -> float:
        """Area of one pixel in its slice, mm²."""
        return self.spacing[1] * self.spacing[2]


def segmentation_of(mask: Mask) -> Segmentation:
    """Return the parts of the heart that a mask of one frame shows.

    Args:
        mask: Integer labels (1, S, H, W); a structure without label or pixel is absent.

    Raises:
        InputError: There are several frames.
    """
    if len(mask.array) != 1:
        raise InputError(
            got=f"a segmentation of {len(mask.array)} frames",
            wanted="one frame, ED or ES",
            fix="take the frame of that phase",
        )
    rv = mask.of(RV_CAVITY)[0]
    return Segmentation(
        mask.of(MYOCARDIUM)[0],
        mask.of(LV_CAVITY)[0],
        rv if rv.any() else None,
        mask.spacing,
        mask.ijk_to_ras,
    )


def cropped(place: Segmentation) -> Segmentation:
    """Return the same heart without the empty rows and columns around it, to save time."""
    parts = (place.myocardium, place.lv_cavity, place.rv_cavity)
    whole = np.logical_or.reduce([part for part in parts if part is not None]).any(axis=0)
    if not whole.any():
        return place
    spans = (np.flatnonzero(whole.any(axis=other)) for other in (1, 0))
    rows, columns = (slice(max(own[0] - MARGIN, 0), own[-1] + MARGIN + 1) for own in spans)
    myocardium, cavity, rv = (None if part is None else part[:, rows, columns] for part in parts)
    matrix = place.ijk_to_ras.copy()
    matrix[:3, 3] += matrix[:3, 0] * columns.start + matrix[:3, 1] * rows.start
    return replace(place, myocardium=myocardium, lv_cavity=cavity, rv_cavity=rv, ijk_to_ras=matrix)
