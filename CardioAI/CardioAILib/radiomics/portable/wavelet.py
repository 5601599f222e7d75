"""One level of the undecimated coif1 wavelet transform by array shifts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.coif1 import filters_for
from CardioAILib.radiomics.region import Region


def wavelet_values(
    image: NDArray[np.floating], region: Region, singleton: str
) -> dict[str, NDArray[np.floating]]:
    """Filter a slice with coif1 (pyradiomics ``wavelet-LL``, ``-LH``, ``-HL``, ``-HH``).

    Args:
        image: Shape (H, W), float32 or float64; single precision stays single.
        region: Where values are wanted.
        singleton: ``z`` for the layout (1, H, W), ``x`` for (H, W, 1).

    Returns:
        Values of the region by image type, each of shape (P,).
    """
    top, left, height, width = region.box
    rows, columns = np.arange(top, top + height), np.arange(left, left + width)
    places = tuple(region.local)
    bands = tuple(zip("LH", filters_for(image.dtype), strict=True))
    values = {}
    for first, once in bands:
        if singleton == "z":
            lines, ends = filter_last_axis(image, once, columns).T, rows
        else:
            lines, ends = (
                filter_last_axis(image[rows, :, None], once, np.arange(1))[..., 0],
                columns,
            )
        for second, twice in bands:
            band = filter_last_axis(lines, twice, ends)
            values[f"wavelet-{first}{second}"] = (band.T if singleton == "z" else band)[places]
    return values


def filter_last_axis(
    lines: NDArray[np.floating], taps: NDArray[np.floating], wanted: NDArray[np.int64]
) -> NDArray[np.floating]:
    """Convolve periodic lines; an odd length is first made even by the line's own start.

    The terms past the end of a line come first and in reverse: sums that cancel to zero must
    round as pywt's do, because the sign of what is left decides the gray level of a flat region.

    Args:
        lines: Shape (..., n).
        taps: Filter in the precision of the lines, shape (6,).
        wanted: Positions in the lines where the result is wanted, shape (m,).

    Returns:
        Shape (..., m).
    """
    length = lines.shape[-1]
    size = length + length % 2
    reach = wanted + taps.size // 2
    wrapped = np.maximum(reach - size + 1, 0)
    total = np.zeros((*lines.shape[:-1], wanted.size), lines.dtype)
    for k in range(taps.size):
        tap = np.where(k < wrapped, wrapped - 1 - k, k)
        total += taps[tap] * lines[..., (reach - tap) % size % length]
    return total
