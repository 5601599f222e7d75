"""The attention audit: does the map lie on the heart?"""

from __future__ import annotations

import numpy as np

from CardioAILib.results import Attention


def heart_of(mask: np.ndarray, margin: float, spacing: tuple[float, float]) -> np.ndarray:
    """Return the heart around a myocardium mask: cavity filled, widened by a margin.

    Args:
        mask: Myocardium (S, H, W), bool.
        margin: Distance outward, in mm.
        spacing: Pixel size along (H, W), in mm.

    Returns:
        The dilated heart (S, H, W), bool; empty on slices without mask.
    """
    from scipy import ndimage

    heart = np.zeros(mask.shape, bool)
    for index in np.flatnonzero(mask.any(axis=(1, 2))):
        filled = ndimage.binary_fill_holes(mask[index])
        heart[index] = ndimage.distance_transform_edt(~filled, sampling=spacing) <= margin
    return heart


def attention_audit(maps: np.ndarray, heart: np.ndarray, flag_below: float = 0.5) -> Attention:
    """Measure how much of the positive energy of heatmaps lies inside the heart.

    Args:
        maps: Heatmaps (S, H, W).
        heart: The dilated heart (S, H, W), bool.
        flag_below: Flag when the share inside is smaller.

    Returns:
        The share inside, the share of pixels that the heart covers, and the flag.
    """
    energy = np.clip(maps, 0.0, None)
    total = float(energy.sum())
    if total == 0:
        return Attention(None, float(heart.mean()), False)
    inside = float(energy[heart].sum()) / total
    return Attention(inside, float(heart.mean()), inside < flag_below)
