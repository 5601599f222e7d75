"""One level of the undecimated coif1 wavelet transform, at the pixels of a region only."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.coif1 import HIGH, LOW
from CardioAILib.radiomics.region import Region


def wavelet_values(
    image: NDArray[np.float64], region: Region, singleton: str
) -> dict[str, NDArray[np.float64]]:
    """Filter a slice with coif1 (pyradiomics ``wavelet-LL``, ``-LH``, ``-HL``, ``-HH``).

    The image is periodic; an odd side is first lengthened by its own first line. The first
    letter is the last array axis, the second letter the axis before it.

    Args:
        image: Shape (H, W).
        region: Where values are wanted.
        singleton: ``z`` for the layout (1, H, W): letters are column axis, row axis. ``x`` for
            (H, W, 1): letters are the one-voxel axis, column axis.

    Returns:
        Values of the region by image type, each of shape (P,).
    """
    filter_region = _filter_plane if singleton == "z" else _filter_lines
    names = ("wavelet-LL", "wavelet-LH", "wavelet-HL", "wavelet-HH")
    bands = filter_region(image, region.rows, region.columns, region.box, LOW, HIGH)
    return dict(zip(names, bands, strict=True))


@njit(cache=True, nogil=True)
def _filter_at(line, position, taps):
    """Convolve a periodic line at one position.

    The terms past the end of the line come first and in reverse: sums that cancel to zero must
    round as pywt's do, because the sign of what is left decides the gray level of a flat region.
    """
    size = line.size
    reach = position + taps.size // 2
    total = 0.0
    wrapped = max(reach - size + 1, 0)
    for t in range(wrapped):
        total += taps[wrapped - 1 - t] * line[t % size]
    for j in range(wrapped, taps.size):
        total += taps[j] * line[(reach - j) % size]
    return total


@njit(cache=True, nogil=True)
def _even_line(line):
    """Lengthen a line of odd length by its first element."""
    size = line.size + line.size % 2
    out = np.empty(size)
    out[: line.size] = line
    out[size - 1] = line[(size - 1) % line.size]
    return out


@njit(cache=True, nogil=True)
def _filter_plane(image, rows, columns, box, low, high):
    top, left, height, width = box
    size = image.shape[0] + image.shape[0] % 2
    lines = np.empty((2, width, size))
    half = low.size // 2
    for row in range(top - half, top + height + half + 1):
        line = _even_line(image[(row % size) % image.shape[0]])
        for column in range(width):
            lines[0, column, row % size] = _filter_at(line, left + column, low)
            lines[1, column, row % size] = _filter_at(line, left + column, high)
    out = np.empty((4, rows.size))
    for p in range(rows.size):
        for band in range(2):
            line = lines[band, columns[p] - left]
            out[2 * band, p] = _filter_at(line, rows[p], low)
            out[2 * band + 1, p] = _filter_at(line, rows[p], high)
    return out


@njit(cache=True, nogil=True)
def _filter_lines(image, rows, columns, box, low, high):
    out = np.empty((4, rows.size))
    last = -1
    lines = np.empty((2, image.shape[1] + image.shape[1] % 2))
    pair = np.empty(2)
    for p in range(rows.size):
        if rows[p] != last:
            last = rows[p]
            line = _even_line(image[last])
            for k in range(line.size):
                pair[:] = line[k]
                lines[0, k] = _filter_at(pair, 0, low)
                lines[1, k] = _filter_at(pair, 0, high)
        for band in range(2):
            out[2 * band, p] = _filter_at(lines[band], columns[p], low)
            out[2 * band + 1, p] = _filter_at(lines[band], columns[p], high)
    return out
