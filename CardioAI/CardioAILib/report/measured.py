"""Measurements in words, with their unit and as many digits as they deserve."""

from __future__ import annotations

import math
from typing import Any

from CardioAILib.measurements import DEFINITIONS, LGE_DEFINITIONS
from CardioAILib.measurements.echo import ECHO_DEFINITIONS
from CardioAILib.measurements.names import Definition
from CardioAILib.measurements.planar.names import COUNTS, PLANAR_DEFINITIONS

DEFINED = {
    one.name: one
    for one in (*DEFINITIONS, *LGE_DEFINITIONS, *PLANAR_DEFINITIONS, *ECHO_DEFINITIONS)
}
BY_SEGMENT = "_segment_"
"""What names of values that the bull's-eye shows hold."""
SPREAD = "_sd"
"""End of the name of a value's uncertainty."""


def words_of(name: str) -> str:
    """Return what a measurement is called, without its unit; other names stay as they are."""
    if name not in DEFINED:
        return name
    stem = name.removesuffix(SPREAD)
    spread = name.removeprefix(stem)
    return (stem.removesuffix(_ending(DEFINED[name])) + spread).replace("_", " ")


def unit_of(name: str) -> str:
    """Return the unit of a measurement; empty for plain numbers and other names."""
    return DEFINED[name].unit if name in DEFINED else ""


def label_of(name: str) -> str:
    """Return a measurement's name with its unit, as in `LV EDV (ml)`."""
    unit = unit_of(name)
    return f"{words_of(name)} ({unit})" if unit else words_of(name)


def is_known(value: Any) -> bool:
    """Say whether a measurement was possible; a file has nothing in place of nan."""
    return isinstance(value, int | float) and math.isfinite(value)


def shown(value: Any) -> str:
    """Return a value with as many digits as its size deserves."""
    if not is_known(value):
        return "not measured"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _ending(definition: Definition) -> str:
    """Return how a name ends in its unit, as in `_ml_per_m2`; counts are no unit but a thing."""
    if definition.unit == COUNTS:
        return ""
    unit = definition.unit.replace("/", "_per_").replace("²", "2").replace("%", "percent")
    return f"_{unit}" if unit else ""
