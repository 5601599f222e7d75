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
    filled_rows, filled_columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(filled_rows[0]), int(filled_columns[0])
    height, width = int(filled_rows[-1]) - top + 1, int(filled_columns[-1]) - left + 1
    rows, columns = np.nonzero(mask[top : top + height, left : left + width])
    return Region(rows + top, columns + left, (top, left, height, width))
