"""The share of a heatmap's energy that each region holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from CardioAILib.system import Input

IN_HEART = "heart"
BAND = "pericardial band"
MARGIN = "margin"
"""What stands for the band on projections and in ultrasound, where the pericardium is not told."""
ELSEWHERE = "elsewhere"


def band_of(needed: Input) -> str:
    """Return what the band around the heart is called on an input's images."""
    return BAND if needed.image.modality in (None, "MR") else MARGIN


def shares_of(
    maps: np.ndarray,
    heart: np.ndarray,
    near: np.ndarray,
    others: Mapping[str, np.ndarray] | None = None,
    band: str = BAND,
) -> dict[str, float]:
    """Return the share of the positive energy in each region, 0 to 1.

    Heart, pericardial band and elsewhere sum to 1; any other region, such as an effusion, lies
    in one or several of them and stands beside them.

    Args:
        maps: Heatmaps (S, H, W).
        heart: The filled heart (S, H, W), bool.
        near: The same, widened by the margin that still counts as looking at it.
        others: Further regions (S, H, W), bool, by name.
        band: Name of what lies near the heart.

    Returns:
        Shares by region; none for maps without energy.
    """
    energy = np.clip(maps, 0.0, None).astype(np.float64)
    total = float(energy.sum())
    if total == 0:
        return {}
    regions = {IN_HEART: heart, band: near & ~heart, ELSEWHERE: ~(near | heart), **(others or {})}
    return {name: float(energy[region].sum()) / total for name, region in regions.items()}
