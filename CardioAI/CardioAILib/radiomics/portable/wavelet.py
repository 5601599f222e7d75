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
    values = {}
    bands = tuple(zip("LH", filters_for(image.dtype), strict=True))
    for first, once in bands:
        for second, twice in bands:
            if singleton == "z":
                band = filter_last_axis(filter_last_axis(image, once).T, twice).T
            else:
                band = filter_last_axis(filter_last_axis(image[..., None], once)[..., 0], twice)
            values[f"wavelet-{first}{second}"] = band[region.rows, region.columns]
    return values


def filter_last_axis(
    lines: NDArray[np.floating], taps: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Convolve periodic lines; an odd length is first made even by the line's own start.

    The terms past the end of a line come first and in reverse: sums that cancel to zero must
    round as pywt's do, because the sign of what is left decides the gray level of a flat region.

    Args:
        lines: Shape (..., n).
        taps: Filter in the precision of the lines, shape (6,).

    Returns:
        Shape (..., n).
    """
    length = lines.shape[-1]
    size = length + length % 2
    reach = np.arange(length) + taps.size // 2
    wrapped = np.maximum(reach - size + 1, 0)
    total = np.zeros_like(lines)
    for k in range(taps.size):
        tap = np.where(k < wrapped, wrapped - 1 - k, k)
        total += taps[tap] * lines[..., (reach - tap) % size % length]
    return total
