"""What makes the ratios of a planar scan doubtful."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from CardioAILib.measurements.planar.region import CONTRALATERAL, HEART, RIBS, STERNUM, Region
from CardioAILib.results import Finding

COMPARED = (HEART, CONTRALATERAL, STERNUM, RIBS)
"""Regions whose mean a hot lesion would lift."""
PEAK = 2.2
"""Brightest smoothed pixel of a region over its median from which on a lesion lies in it."""
HOT_SPOT = "a hot spot lies in the region"
MOVE = "move it in the module, or give the heart in a segmentation (mask_anterior)"
PRECISE = 0.1
"""Standard deviation by counts, as a share of the ratio, above which the ratio is imprecise."""


def doubts(
    counts: np.ndarray, regions: Mapping[str, Region], values: Mapping[str, float]
) -> tuple[Finding, ...]:
    """Return what a reader must know of the ratios.

    Args:
        counts: Counts (H, W).
        regions: Where they were measured.
        values: Of `measure_uptake`.
    """
    found = [_doubt(counts, regions[name]) for name in COMPARED if name in regions]
    return (*(one for one in found if one), *_imprecise(values))


def _doubt(counts: np.ndarray, region: Region) -> Finding | None:
    from scipy.ndimage import gaussian_filter

    rows, columns = region.box(counts.shape)
    inside = region.inside(rows, columns)
    ends = zip(region.center, region.size, counts.shape, strict=True)
    if any(middle - size / 2 < -0.5 or middle + size / 2 > n - 0.5 for middle, size, n in ends):
        return Finding("region", f"the region {region.name} reaches out of the scan: {MOVE}")
    smooth = gaussian_filter(counts[rows, columns].astype(np.float32), 2.0)[inside]
    if not smooth.size or smooth.max() <= PEAK * np.median(smooth):
        return None
    return Finding("region", f"{HOT_SPOT} {region.name}: {MOVE}")


def _imprecise(values: Mapping[str, float]) -> Iterator[Finding]:
    ratio, spread = (values.get(f"heart_to_contralateral{end}", math.nan) for end in ("", "_sd"))
    if spread > PRECISE * ratio:
        percent = 100.0 * spread / ratio
        message = f"too few counts: heart to contralateral is known to {percent:.0f} % only"
        yield Finding("counts", message)
