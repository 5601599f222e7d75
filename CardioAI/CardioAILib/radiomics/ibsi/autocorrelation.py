"""Moran's I and Geary's C over all pairs of voxels, by Fourier transform (IBSI 3.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spatial_autocorrelation(
    image: NDArray[np.float64], mask: NDArray[np.bool_], spacing: tuple[float, float, float]
) -> tuple[float, float]:
    """Weigh how alike voxels are by the inverse of their distance.

    Pairs at one offset share a weight, so the sum over all pairs is a sum over offsets of the
    autocorrelation, which costs N log N where pairs cost N^2. Nothing is sampled.

    Args:
        image: Intensities, shape (S, H, W); those outside the mask do not count.
        mask: Shape (S, H, W).
        spacing: In mm along (S, H, W).

    Returns:
        Moran's I and Geary's C; nan for a flat region.
    """
    values = image[mask]
    off = np.where(mask, image - values.mean(), 0.0)
    squares = np.sum(off**2)
    if squares <= 1e-20 * np.sum(values**2):
        return np.nan, np.nan
    weights = _inverse_distances(mask.shape, spacing)
    spectrum = np.fft.rfftn(weights)
    # What each voxel's neighbors weigh in all, and with their intensity.
    weight = _convolve(mask.astype(np.float64), spectrum, weights.shape)
    pull = _convolve(off, spectrum, weights.shape)
    total, products = np.sum(weight[mask]), np.sum((off * pull)[mask])
    differences = 2 * (np.sum((off**2 * weight)[mask]) - products)
    moran = values.size / total * products / squares
    geary = (values.size - 1) / (2 * total) * differences / squares
    return float(moran), float(geary)


def _inverse_distances(
    shape: tuple[int, ...], spacing: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Return 1 / mm for every offset within a box, 0 for none; negative offsets wrap around."""
    from scipy.fft import next_fast_len

    sides = [next_fast_len(2 * size - 1, real=True) for size in shape]
    axes = [
        np.minimum(np.arange(side), side - np.arange(side)) * step
        for side, step in zip(sides, spacing, strict=True)
    ]
    squared = sum(np.square(axis) for axis in np.meshgrid(*axes, indexing="ij", sparse=True))
    squared[0, 0, 0] = np.inf
    return 1 / np.sqrt(squared)


def _convolve(
    array: NDArray[np.float64], spectrum: NDArray[np.complex128], sides: tuple[int, ...]
) -> NDArray[np.float64]:
    whole = np.fft.irfftn(
        np.fft.rfftn(array, sides, axes=(0, 1, 2)) * spectrum, sides, axes=(0, 1, 2)
    )
    return whole[tuple(slice(size) for size in array.shape)]
