"""The neighborhood of a mask: all that a perturbation has to touch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MARGIN = 12
"""Pixels kept around the region: more than any filter of the radiomics room looks at."""

Window = tuple[slice, slice]


def window_around(
    mask: NDArray[np.bool_], spacing: NDArray[np.float64], *, turning: bool = False
) -> Window:
    """Return rows and columns around a mask.

    Args:
        mask: Shape (H, W), with a pixel set.
        spacing: Row and column spacing in mm, shape (2,).
        turning: Whether the window must hold the mask's box however it is turned about its middle.
    """
    spans = [np.flatnonzero(mask.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    middles = [(first + last) / 2 for first, last in spans]
    halves = np.array([(last - first) / 2 for first, last in spans])
    if turning:
        halves = np.hypot(*(halves * spacing)) / spacing
    row, column = (
        slice(max(0, int(middle - half) - MARGIN), min(size, int(middle + half) + MARGIN + 2))
        for middle, half, size in zip(middles, halves, mask.shape, strict=True)
    )
    return row, column
