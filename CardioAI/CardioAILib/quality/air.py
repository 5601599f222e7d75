"""How bright air is in an image, which tells how it was reconstructed."""

from __future__ import annotations

import numpy as np

CORNER = 16
"""Part of each side that a corner takes: a sixteenth."""


def air_level(stack: np.ndarray) -> float:
    """Return the signal of the darkest pixels over that of the brightest.

    Args:
        stack: Pixels (S, H, W), not negative; those of least value are padding and left out.

    Returns:
        The fifth percentile over the 99th: near 0 where air is black, 0 for a constant image.
    """
    shown = stack[stack > stack.min()].astype(float)
    dark, bright = np.percentile(shown, (5, 99)) if shown.size else (0.0, 0.0)
    return float(dark / bright) if bright > 0 else 0.0


def corner_levels(stack: np.ndarray) -> list[float]:
    """Return how bright the four corners are, from 0 to 1 of the image's range, darkest first.

    Args:
        stack: Pixels (S, H, W); rows and columns of padding at the border are left out.

    Returns:
        The median of each corner over all slices, in the range from percentile 1 to 99.
    """
    shown = without_padding(stack).astype(float)
    low, high = np.percentile(shown, (1, 99))
    height, width = (max(1, side // CORNER) for side in shown.shape[1:])
    ends = ((slice(height), slice(-height, None)), (slice(width), slice(-width, None)))
    medians = [np.median(shown[:, rows, columns]) for rows in ends[0] for columns in ends[1]]
    scale = high - low if high > low else 1.0
    return sorted(float((median - low) / scale) for median in medians)


def without_padding(stack: np.ndarray) -> np.ndarray:
    """Cut away the rows and columns at the border that have one value throughout."""
    rows = np.flatnonzero(np.ptp(stack, axis=(0, 2)) > 0)
    columns = np.flatnonzero(np.ptp(stack, axis=(0, 1)) > 0)
    if not len(rows) or not len(columns):
        return stack
    return stack[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
