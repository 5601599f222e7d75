"""Volumes of the ventricles by summing slices (Simpson's rule of disks)."""

from __future__ import annotations

import numpy as np

from CardioAILib.measurements.segmentation import Segmentation

MM3_PER_ML = 1000.0
FEWEST_SLICES = 2
"""One slice has an area and no volume: nothing tells how far the ventricle reaches beyond it."""


def volume_ml(region: np.ndarray | None, place: Segmentation) -> float:
    """Return the volume of a region (S, H, W), ml; nan without one, or in a single slice.

    Each slice stands for the whole distance to its neighbors, thickness and gap together.
    """
    if region is None or len(region) < FEWEST_SLICES or not region.any():
        return float("nan")
    voxel = place.pixel_mm2 * place.slice_distance
    return float(np.count_nonzero(region) * voxel / MM3_PER_ML)
