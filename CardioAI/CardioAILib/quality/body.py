"""Where the patient lies on a planar scan: the rows that hold counts."""

from __future__ import annotations

import numpy as np

WHOLE_BODY_RATIO = 1.5
"""Rows over columns from which on a planar image shows the whole body and not one field of view."""


def is_whole_body(shape: tuple[int, ...]) -> bool:
    """Say whether an image of rows and columns (H, W) is so long that it shows the whole body."""
    return shape[-2] >= WHOLE_BODY_RATIO * shape[-1]


def body_extent(counts: np.ndarray) -> tuple[int, int] | None:
    """Return the first row (H, W) with counts and the row after the last; None without any.

    Source: Halme et al., EJNMMI Res 2022; 12:27.
    """
    rows = np.flatnonzero((counts != 0).any(axis=-1))
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else None
