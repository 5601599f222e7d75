"""Ratios of counts between regions of a planar scan."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from CardioAILib.measurements.planar.region import CONTRALATERAL, HEART, RIBS, STERNUM, Region


def measure_uptake(
    counts: np.ndarray, regions: Mapping[str, Region], posterior: np.ndarray | None = None
) -> dict[str, float]:
    """Measure the uptake of the heart against other regions.

    Args:
        counts: Counts (H, W) of the anterior view.
        regions: Regions by name; a value whose region is absent is nan.
        posterior: Counts (H, W) of the posterior view, of the same matrix.
    """
    mean = {name: float(counts[one.mask(counts.shape)].mean()) for name, one in regions.items()}

    def ratio(other: str) -> float:
        return mean[HEART] / mean[other] if mean.get(other) else math.nan

    return {
        "heart_counts_per_pixel": mean[HEART],
        "heart_to_contralateral": ratio(CONTRALATERAL),
        "heart_to_ribs": ratio(RIBS),
        "heart_to_sternum": ratio(STERNUM),
        "heart_to_whole_body_percent": math.nan,
    }
