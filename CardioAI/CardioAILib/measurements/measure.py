"""All measurements of one heart from its segmentations at ED and ES."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

from CardioAILib.measurements.function import chambers, function_values
from CardioAILib.measurements.indexed import Body
from CardioAILib.measurements.missing import missing
from CardioAILib.measurements.names import MEASUREMENTS
from CardioAILib.measurements.plausible import doubts
from CardioAILib.measurements.segmentation import Segmentation, cropped
from CardioAILib.measurements.shape import lv_shape, shape_values
from CardioAILib.measurements.thickness import Wall, measure_wall
from CardioAILib.measurements.wallvalues import wall_values
from CardioAILib.results import Finding

OF_SEGMENTS = ("orientation", "apical cap")
"""Checks that bear on values by segment alone, and that many sound stacks do not pass."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured of one heart.

    Args:
        values: Every name of `MEASUREMENTS`, nan where it could not be measured.
        findings: What is missing, and what makes a value doubtful.
        of_segments: How the segments were told, which bears on values by segment alone.
    """

    values: Mapping[str, float]
    findings: tuple[Finding, ...]
    of_segments: tuple[Finding, ...] = ()


def measure(
    ed: Segmentation,
    es: Segmentation | None,
    *,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    heart_rate_per_min: float | None = None,
    formula: str = "mosteller",
) -> Measured:
    """Measure a heart.

    Args:
        ed: The heart at end-diastole.
        es: The heart at end-systole, or None.
        height_cm: Height, for values by body surface area.
        weight_kg: Weight, for the same.
        heart_rate_per_min: Beats a minute, for the cardiac output.
        formula: Of body surface area, "mosteller" or "dubois".

    Returns:
        The values, and findings for all that is missing or doubtful.

    Raises:
        InputError: A mask is no stack, fills a slice from edge to edge, or the formula is
            unknown.
        GridMismatchError: The masks of a phase differ in shape.
    """
    body = Body(height_cm, weight_kg, heart_rate_per_min, formula)
    walls = measure_wall(cropped(ed)), None if es is None else measure_wall(cropped(es))
    function = function_values(chambers(ed), chambers(es), body)
    shapes = lv_shape(ed), None if es is None else lv_shape(es)
    found = {
        **function,
        **shape_values(*shapes, function["BSA_m2"]),
        **wall_values(*walls),
    }
    values = {name: found.get(name, nan) for name in MEASUREMENTS}
    told = _of_walls(*walls)
    of_segments = tuple(finding for finding in told if finding.check in OF_SEGMENTS)
    of_walls = (finding for finding in told if finding.check not in OF_SEGMENTS)
    findings = (*missing(ed, es), *of_walls, *doubts(ed, es, values, body))
    return Measured(values, findings, of_segments)


def _of_walls(ed: Wall, es: Wall | None) -> list[Finding]:
    """Return what is to be known of the walls, each once, with its phases."""
    told: dict[tuple[str, str], list[str]] = {}
    for name, wall in (("ED", ed), ("ES", es)):
        for finding in () if wall is None else wall.findings:
            told.setdefault((finding.check, finding.message), []).append(name)
    return [
        Finding(check, f"{' and '.join(phases)}: {message}")
        for (check, message), phases in told.items()
    ]
