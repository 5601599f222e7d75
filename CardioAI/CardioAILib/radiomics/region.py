"""The region of one slice: where its pixels are and the box they fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Region:
    """The pixels of a mask in row-major order.

    Attributes:
        rows: Row of each pixel in the slice, shape (P,).
        columns: Column of each pixel in the slice, shape (P,).
        box: First row, first column, height and width of the bounding box.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    box: tuple[int, int, int, int]

    @property
    def local(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns counted from the corner of the bounding box."""
        return self.rows - self.box[0], self.columns - self.box[1]


def find_region(mask: NDArray[np.bool_]) -> Region:
    """Locate the pixels of a mask.

    Args:
        mask: Shape (H, W), with at least one pixel set.

    Returns:
        The region.
    """
    rows, columns = np.divmod(np.flatnonzero(mask), mask.shape[1])
    top, left = int(rows[0]), int(columns.min())
    height, width = int(rows[-1]) - top + 1, int(columns.max()) - left + 1
    return Region(rows, columns, (top, left, height, width))
