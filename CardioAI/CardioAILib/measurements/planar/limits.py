"""Published limits of the ratios, each of one tracer and time; nothing is decided by them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from CardioAILib.measurements.planar.names import BOKHARI, RAPEZZI
from CardioAILib.study import Fact

CONSENSUS = "Dorbala et al., J Nucl Cardiol 26:2065, 2019, updated 2021"
PYP = ("PYP", "PYROPHOSPHATE")
DPD = ("DPD", "DICARBOXYPROPANE")


@dataclass(frozen=True)
class Limit:
    """A published limit of a value.

    Args:
        value: Name of the value.
        least: From which on it speaks for amyloidosis of the heart.
        tracers: Words by which the radiopharmaceutical is known.
        minutes: From injection to imaging.
        meaning: Of what it is the limit.
        source: Who published it.
    """

    value: str
    least: float
    tracers: tuple[str, ...]
    minutes: tuple[float, float]
    meaning: str
    source: str


LIMITS = (
    Limit("heart_to_contralateral", 1.5, PYP, (45, 90), "ATTR against AL", BOKHARI),
    Limit("heart_to_contralateral", 1.3, PYP, (150, 240), "ATTR against AL", CONSENSUS),
    Limit(
        "heart_to_whole_body_geometric_percent",
        7.5,
        DPD,
        (150, 240),
        "worse outcome in hereditary ATTR, with another region of the heart",
        RAPEZZI,
    ),
)


def limits_for(facts: Mapping[str, Fact]) -> tuple[Limit, ...]:
    """Return the limits of the tracer and time that a study states; none where it states neither.

    Args:
        facts: Facts of the study: radiopharmaceutical, delay_min.
    """
    tracer = str(facts.get("radiopharmaceutical", "")).upper()
    stated = facts.get("delay_min")
    delay = float(stated) if isinstance(stated, int | float) else math.nan
    return tuple(
        limit
        for limit in LIMITS
        if any(word in tracer for word in limit.tracers)
        and limit.minutes[0] <= delay <= limit.minutes[1]
    )
