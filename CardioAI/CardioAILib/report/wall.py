"""The wall of a measured heart as bull's-eyes: its thickness, how it thickens and moves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from CardioAILib.report.bullseye import bullseye_svg
from CardioAILib.report.measured import is_known
from CardioAILib.report.motionbullseye import motion_svgs


@dataclass(frozen=True)
class WallMap:
    """What a bull's-eye shows of the measurements.

    Args:
        pattern: Name of the measurement of a segment, with its number as the only group.
        title: What the values are.
        unit: Their unit.
        limits: Values of the first and the last color, the same for every heart.
    """

    pattern: str
    title: str
    unit: str
    limits: tuple[float, float]


THICKNESS = WallMap(
    r"wall_thickness_ED_segment_(\d+)_mm", "Wall thickness at end-diastole", "mm", (0.0, 20.0)
)
THICKENING = WallMap(
    r"wall_thickening_segment_(\d+)_percent", "Wall thickening in systole", "%", (-20.0, 100.0)
)
WALL_MAPS = (THICKNESS, THICKENING)
ENHANCEMENT = WallMap(
    r"LGE_extent_segment_(\d+)_percent", "Extent of late enhancement", "%", (0.0, 100.0)
)


def by_segment(measurements: Mapping[str, Any], shown: WallMap) -> dict[int, float]:
    """Return the known values of a map by segment, 1 to 17."""
    found = ((re.fullmatch(shown.pattern, name), value) for name, value in measurements.items())
    return {int(match[1]): value for match, value in found if match and is_known(value)}


def wall_svgs(measurements: Mapping[str, Any]) -> list[str]:
    """Draw the bull's-eyes for which there are values."""
    known = ((shown, by_segment(measurements, shown)) for shown in (*WALL_MAPS, ENHANCEMENT))
    walls = [
        bullseye_svg(values, shown.title, shown.unit, shown.limits)
        for shown, values in known
        if values
    ]
    return walls + motion_svgs(measurements)
