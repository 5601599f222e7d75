"""One level of the undecimated coif1 wavelet transform, at the pixels of a region only."""

from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from CardioAILib.radiomics.coif1 import filters_for
from CardioAILib.radiomics.region import Region

WAVELETS = ("wavelet-LL", "wavelet-LH", "wavelet-HL", "wavelet-HH")
"""The four images. The first letter is the last array axis, the second the axis before it."""


def write_wavelets(
    image: NDArray[np.floating],
    region: Region,
    singleton: str,
    names: tuple[str, ...],
    out: NDArray[np.float64],
) -> None:
    """Filter a slice with coif1 (pyradiomics ``wavelet``).

    The image is periodic; an odd side is first lengthened by its own first line.

    Args:
        image: Shape (H, W), float32 or float64; single precision stays single, as in pywt.
        region: Where values are wanted.
        singleton: ``z`` for the layout (1, H, W): letters are column axis, row axis. ``x`` for
            (H, W, 1): letters are the one-voxel axis, column axis.
        names: The image of each row of ``out``; only those of ``WAVELETS`` are written.
        out: Shape (K, P), written.
    """
    filter_region = _filter_plane if singleton == "z" else _filter_lines
    places = np.array([names.index(name) if name in names else -1 for name in WAVELETS])
    taps = _taps(image.dtype)
    filter_region(image, region.rows, region.columns, region.box, taps, places, out)


@cache
def _taps(kind: np.dtype) -> NDArray[np.floating]:
    """Return both filters in a precision, shape (2, 6)."""
    return np.stack(filters_for(kind))


@njit(cache=True, nogil=True)
def _filter_plane(image, rows, columns, box, taps, places, out):
    top, left, height, width = box
    sides = image.shape[0] + image.shape[0] % 2, image.shape[1] + image.shape[1] % 2
    once = np.empty((2, sides[0], width), image.dtype)
    half = taps.shape[1] // 2
    for row in range(top - half, top + height + half):
        line = _even_line(image[(row % sides[0]) % image.shape[0]], sides[1])
        for band in range(2):
            _filter_span(line, left, taps[band], once[band, row % sides[0]])
    twice = np.empty((4, height, width), image.dtype)
    for row in range(height):
        _filter_columns(once[0], top + row, taps, twice[0, row], twice[1, row])
        _filter_columns(once[1], top + row, taps, twice[2, row], twice[3, row])
    _write(twice, rows - top, columns - left, places, out)


@njit(cache=True, nogil=True)
def _filter_lines(image, rows, columns, box, taps, places, out):
    top, left, height, width = box
    size = image.shape[1] + image.shape[1] % 2
    lines = np.empty((2, size), image.dtype)
    twice = np.empty((4, height, width), image.dtype)
    for row in range(height):
        line = _even_line(image[top + row], size)
        for k in range(size):
            pair = np.full(2, line[k])
            for band in range(2):
                lines[band, k] = _filter_at(pair, 0, taps[band])
        for band in range(4):
            _filter_span(lines[band // 2], left, taps[band % 2], twice[band, row])
    _write(twice, rows - top, columns - left, places, out)


@njit(cache=True, nogil=True)
def _write(bands, rows, columns, places, out):
    for band in range(bands.shape[0]):
        if places[band] >= 0:
            for p in range(rows.size):
                out[places[band], p] = bands[band, rows[p], columns[p]]


@njit(cache=True, nogil=True)
def _even_line(line, size):
    """Lengthen a line of odd length by its first element."""
    if line.size == size:
        return line
    out = np.empty(size, line.dtype)
    out[: line.size] = line
    out[size - 1] = line[(size - 1) % line.size]
    return out


@njit(cache=True, nogil=True)
def _term(position, size, reach, k):
    """Return tap and place of the k-th term of a periodic convolution.

    The terms past the end of the line come first and in reverse: sums that cancel to zero must
    round as pywt's do, because the sign of what is left decides the gray level of a flat region.
    """
    wrapped = max(position + reach - size + 1, 0)
    tap = wrapped - 1 - k if k < wrapped else k
    return tap, (position + reach - tap) % size


@njit(cache=True, nogil=True)
def _filter_at(line, position, taps):
    """Convolve a periodic line at one position."""
    total = line.dtype.type(0)
    for k in range(taps.size):
        tap, place = _term(position, line.size, taps.size // 2, k)
        total += taps[tap] * line[place]
    return total


@njit(cache=True, nogil=True)
def _filter_span(line, first, taps, out):
    """Convolve a periodic line at successive positions."""
    reach = taps.size // 2
    begin = min(max(taps.size - 1 - reach - first, 0), out.size)
    end = max(min(line.size - reach - first, out.size), begin)
    for k in range(begin):
        out[k] = _filter_at(line, first + k, taps)
    # The plain middle, where many positions are computed at once.
    if begin < end:
        last = first + begin + reach
        plain = line[last - taps.size + 1 : last + end - begin]
        lines = plain[5:], plain[4:], plain[3:], plain[2:], plain[1:], plain
        _blend(taps, lines, out[begin:end])
    for k in range(end, out.size):
        out[k] = _filter_at(line, first + k, taps)


@njit(cache=True, nogil=True)
def _filter_columns(lines, position, taps, low, high):
    """Convolve periodic columns at one row, all columns at once, with both filters."""
    weights, at = np.empty_like(taps), np.empty(taps.shape[1], np.int64)
    for k in range(at.size):
        tap, at[k] = _term(position, lines.shape[0], at.size // 2, k)
        weights[0, k], weights[1, k] = taps[0, tap], taps[1, tap]
    near = lines[at[0]], lines[at[1]], lines[at[2]], lines[at[3]], lines[at[4]], lines[at[5]]
    _blend(weights[0], near, low)
    _blend(weights[1], near, high)


@njit(cache=True, nogil=True)
def _blend(weights, lines, out):
    """Sum six weighted lines, in the order given."""
    a, b, c, d, e, f = lines
    u, v, w, x, y, z = weights[0], weights[1], weights[2], weights[3], weights[4], weights[5]
    for k in range(out.size):
        out[k] = u * a[k] + v * b[k] + w * c[k] + x * d[k] + y * e[k] + z * f[k]
