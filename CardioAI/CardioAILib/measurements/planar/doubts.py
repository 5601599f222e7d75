"""What makes the ratios of a planar scan doubtful."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

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
    counts: np.ndarray,
    regions: Mapping[str, Region],
    values: Mapping[str, float],
    hot: Collection[str],
) -> tuple[Finding, ...]:
    """Return what a reader must know of the ratios.

    Args:
        counts: Counts (H, W).
        regions: Where they were measured.
        values: Of `measure_uptake`.
        hot: Of `hot_regions`.
    """
    return (*_of_regions(counts, regions, hot), *_imprecise(values))


def hot_regions(counts: np.ndarray, regions: Mapping[str, Region]) -> tuple[str, ...]:
    """Return the names of the compared regions, wholly on the scan, in which a lesion lies.

    Args:
        counts: Counts (H, W).
        regions: Regions by name.
    """
    return tuple(
        name
        for name in COMPARED
        if name in regions
        and not _reaches_out(counts, regions[name])
        and _is_hot(counts, regions[name])
    )


def _of_regions(
    counts: np.ndarray, regions: Mapping[str, Region], hot: Collection[str]
) -> Iterator[Finding]:
    for name in COMPARED:
        if name in hot:
            yield Finding("region", f"{HOT_SPOT} {name}: {MOVE}")
        elif name in regions and _reaches_out(counts, regions[name]):
            yield Finding("region", f"the region {name} reaches out of the scan: {MOVE}")


def _reaches_out(counts: np.ndarray, region: Region) -> bool:
    ends = zip(region.center, region.size, counts.shape, strict=True)
    return any(middle - size / 2 < -0.5 or middle + size / 2 > n - 0.5 for middle, size, n in ends)


def _is_hot(counts: np.ndarray, region: Region) -> bool:
    from scipy.ndimage import gaussian_filter

    rows, columns = region.box(counts.shape)
    inside = region.inside(rows, columns)
    smooth = gaussian_filter(counts[rows, columns].astype(np.float32), 2.0)[inside]
    return bool(smooth.size and smooth.max() > PEAK * np.median(smooth))


def _imprecise(values: Mapping[str, float]) -> Iterator[Finding]:
    ratio, spread = (values.get(f"heart_to_contralateral{end}", math.nan) for end in ("", "_sd"))
    if spread > PRECISE * ratio:
        percent = 100.0 * spread / ratio
        message = f"too few counts: heart to contralateral is known to {percent:.0f} % only"
        yield Finding("counts", message)
