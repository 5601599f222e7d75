"""Ratios of counts between regions of a planar scan, with what chance of decay leaves open."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.measurements.planar.names import PLANAR_MEASUREMENTS
from CardioAILib.measurements.planar.region import (
    BACKGROUND,
    BLADDER,
    CONTRALATERAL,
    HEART,
    LEFT_KIDNEY,
    RIBS,
    RIGHT_KIDNEY,
    STERNUM,
    WHOLE_BODY,
    Region,
)

ON_RIBS, BETWEEN_RIBS = 80.0, 15.0
"""Percentiles of the ribs' region: on a rib, and on soft tissue between two."""
OF_PERCENTILE = 0.3
"""Share of a region's counts on which a percentile of its smoothed pixels rests."""
EXCRETED = (LEFT_KIDNEY, RIGHT_KIDNEY, BLADDER)
"""What is taken off the whole body: the tracer that leaves it."""


@dataclass(frozen=True)
class Level:
    """Counts of a pixel in a region.

    Args:
        value: Counts of one pixel.
        variance: Its variance by Poisson counts.
    """

    value: float
    variance: float

    def minus(self, other: Level) -> Level:
        """Return the difference, both taken as independent."""
        return Level(self.value - other.value, self.variance + other.variance)

    def over(self, other: Level) -> tuple[float, float]:
        """Return the ratio and its standard deviation; nan where the other is not above 0."""
        if not other.value > 0:
            return math.nan, math.nan
        ratio = self.value / other.value
        spread = math.sqrt(self.variance + ratio**2 * other.variance) / other.value
        return ratio, spread


def measure_uptake(
    counts: np.ndarray, regions: Mapping[str, Region], posterior: np.ndarray | None = None
) -> dict[str, float]:
    """Measure the uptake of the heart against other regions.

    Args:
        counts: Counts (H, W) of the anterior view.
        regions: Regions by name, wherever a reader put them.
        posterior: Counts (H, W) of the posterior view, of the same matrix.

    Returns:
        Every value of `PLANAR_MEASUREMENTS`; nan where a region is absent.

    Raises:
        InputError: The region of the heart lies outside the scan, or the views differ in size.
    """
    own = _pixels(counts, regions, HEART)
    if own is None:
        raise InputError(
            got="a region of the heart outside the scan",
            wanted="one on the chest",
            fix="move the region, or place the regions anew",
        )
    heart = _mean(own)
    side, tissue, sternum = (
        _mean(_pixels(counts, regions, name)) for name in (CONTRALATERAL, BACKGROUND, STERNUM)
    )
    on, between = _ribs(counts, regions)
    pairs = {
        "heart_to_contralateral": heart.over(side),
        "heart_to_ribs": heart.over(on),
        "heart_to_ribs_net": heart.minus(side).over(on.minus(between)),
        "heart_to_sternum": heart.over(sternum),
        "heart_to_soft_tissue": heart.over(tissue),
        "heart_to_whole_body_percent": _share(_total(counts, regions)),
    }
    values = {"heart_counts": float(own.sum()), "heart_counts_per_pixel": heart.value}
    for name, (value, spread) in pairs.items():
        values |= {name: value, f"{name}_sd": spread}
    values["heart_to_whole_body_geometric_percent"] = _geometric(counts, posterior, regions)
    return {name: values[name] for name in PLANAR_MEASUREMENTS}


def _pixels(counts: np.ndarray, regions: Mapping[str, Region], name: str) -> np.ndarray | None:
    """Return the counts (N,) inside a region; None where it is absent or outside the scan."""
    if name not in regions:
        return None
    rows, columns = regions[name].box(counts.shape)
    found = counts[rows, columns][regions[name].inside(rows, columns)]
    return found if found.size else None


def _mean(pixels: np.ndarray | None) -> Level:
    if pixels is None:
        return Level(math.nan, math.nan)
    mean = float(pixels.mean())
    return Level(mean, mean / pixels.size)


def _ribs(counts: np.ndarray, regions: Mapping[str, Region]) -> tuple[Level, Level]:
    """Return the brightness on ribs and between them: percentiles, which a hot lesion leaves be."""
    from scipy.ndimage import gaussian_filter

    if RIBS not in regions:
        return Level(math.nan, math.nan), Level(math.nan, math.nan)
    rows, columns = regions[RIBS].box(counts.shape)
    smooth = gaussian_filter(counts[rows, columns].astype(np.float32), 1.0)
    inside = smooth[regions[RIBS].inside(rows, columns)]
    if not inside.size:
        return Level(math.nan, math.nan), Level(math.nan, math.nan)
    on, between = (float(at) for at in np.percentile(inside, (ON_RIBS, BETWEEN_RIBS)))
    pixels = OF_PERCENTILE * inside.size
    return Level(on, on / pixels), Level(between, between / pixels)


def _total(counts: np.ndarray, regions: Mapping[str, Region]) -> tuple[float, float]:
    """Return the counts of the heart and of the rest of the body, excretion left out of both."""
    body, heart = (_pixels(counts, regions, name) for name in (WHOLE_BODY, HEART))
    if body is None or heart is None:
        return math.nan, math.nan
    out = sum(float(one.sum()) for one in _found(counts, regions, EXCRETED))
    own = float(heart.sum())
    return own, float(body.sum()) - out - own


def _found(
    counts: np.ndarray, regions: Mapping[str, Region], names: Iterable[str]
) -> list[np.ndarray]:
    found = (_pixels(counts, regions, name) for name in names)
    return [one for one in found if one is not None]


def _share(total: tuple[float, float]) -> tuple[float, float]:
    """Return the heart's share of all counts in percent, and its standard deviation."""
    heart, rest = total
    if not heart + rest > 0:
        return math.nan, math.nan
    share = heart / (heart + rest)
    return 100.0 * share, 100.0 * math.sqrt(share * (1.0 - share) / (heart + rest))


def _geometric(
    counts: np.ndarray, posterior: np.ndarray | None, regions: Mapping[str, Region]
) -> float:
    """Return the heart's share of the geometric mean of both views, in percent."""
    if posterior is None:
        return math.nan
    if posterior.shape != counts.shape:
        raise InputError(
            got=f"views of {counts.shape} (anterior) and {posterior.shape} pixels (posterior)",
            wanted="two views of the same matrix",
            fix="take both views from one acquisition, or leave the posterior one out",
        )
    turned = {name: region.behind(counts.shape[1]) for name, region in regions.items()}
    views = _total(counts, regions), _total(posterior, turned)
    heart = math.sqrt(views[0][0] * views[1][0])
    whole = math.sqrt(sum(views[0]) * sum(views[1]))
    return 100.0 * heart / whole if whole > 0 else math.nan
