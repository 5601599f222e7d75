"""Intensity peaks over a sphere of one cubic centimeter (IBSI 3.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.ibsi.roi import Roi

RADIUS_MM = (3000 / (4 * np.pi)) ** (1 / 3)
"""Radius of a sphere of 1 cm^3, about 6.2 mm."""


def peaks(roi: Roi) -> dict[str, float]:
    """Compute the local and the global intensity peak.

    A peak is the mean of all voxels of the image whose centers lie within the sphere, inside
    the region or not.

    Args:
        roi: The region; spheres are centered on voxels of its intensity mask.

    Returns:
        ``peak_loc``: the peak at the brightest voxel, the highest where several are brightest.
        ``peak_glob``: the highest peak anywhere.
    """
    reach = (RADIUS_MM // np.array(roi.spacing)).astype(np.int64)
    image, inside = _surroundings(roi, reach)
    means = _sphere_means(image, _sphere(reach, roi.spacing))[inside]
    values = image[inside]
    return {"peak_loc": means[values == values.max()].max(), "peak_glob": means.max()}


def _surroundings(
    roi: Roi, reach: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the part of image and mask that the spheres reach."""
    places = np.argwhere(roi.intensity)
    low = np.maximum(places.min(axis=0) - reach, 0)
    high = places.max(axis=0) + reach + 1
    window = tuple(slice(*ends) for ends in zip(low, high, strict=True))
    return roi.image[window], roi.intensity[window]


def _sphere(reach: NDArray[np.int64], spacing: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return 1 at offsets within the sphere, 0 elsewhere."""
    axes = (np.arange(-far, far + 1) * mm for far, mm in zip(reach, spacing, strict=True))
    squared = sum(np.square(axis) for axis in np.meshgrid(*axes, indexing="ij", sparse=True))
    return (squared <= RADIUS_MM**2).astype(np.float64)


def _sphere_means(image: NDArray[np.float64], sphere: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.signal import fftconvolve

    totals = fftconvolve(image, sphere, mode="full")
    counts = fftconvolve(np.ones(image.shape), sphere, mode="full").round()
    middle = tuple(
        slice(side // 2, side // 2 + size)
        for side, size in zip(sphere.shape, image.shape, strict=True)
    )
    return totals[middle] / counts[middle]
