"""The attention audit: does the map lie on the heart?"""

from __future__ import annotations

import numpy as np

from CardioAILib.results import Attention

MOST = 0.5


def heart_of(mask: np.ndarray, margin: float, spacing: tuple[float, float]) -> np.ndarray:
    """Return the heart around a mask of it or of its myocardium: filled, widened by a margin.

    Args:
        mask: Myocardium, or myocardium and cavities (S, H, W), bool.
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


def attention_audit(
    maps: np.ndarray,
    heart: np.ndarray,
    flag_below: float = 0.5,
    undilated: np.ndarray | None = None,
) -> Attention:
    """Measure how much of the positive energy of heatmaps lies inside the heart.

    Args:
        maps: Heatmaps (S, H, W).
        heart: The dilated heart (S, H, W), bool.
        flag_below: Flag when the share inside is smaller.
        undilated: The heart itself (S, H, W), bool, for telling it from its border; or None.

    Returns:
        The share inside, the share of pixels that the heart covers, the flag, and the zone.
    """
    energy = np.clip(maps, 0.0, None)
    total = float(energy.sum())
    if total == 0:
        return Attention(None, float(heart.mean()), False)
    inside = float(energy[heart].sum()) / total
    zone = "" if undilated is None else zone_of(inside, float(energy[undilated].sum()) / total)
    return Attention(inside, float(heart.mean()), inside < flag_below, zone=zone)


def zone_of(inside: float, within: float) -> str:
    """Return where most of the energy lies, as the audit of Germain 2021 sorts its cases.

    Args:
        inside: Share of the energy inside the dilated heart, 0 to 1.
        within: Share inside the heart itself, 0 to 1.
    """
    if within >= MOST:
        return "heart"
    return "border" if inside >= MOST else "outside"
