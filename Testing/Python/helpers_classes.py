"""What a system of several classes may say of a heart: made up, for the panel."""

from __future__ import annotations

from typing import Any

from CardioAILib.results import (
    ArmResult,
    Attention,
    Contribution,
    ExampleScore,
    Finding,
    Provenance,
    Result,
)
from CardioAILib.systems import GERMAIN_2021

SYSTEM = GERMAIN_2021
NAMES = SYSTEM.task.names


def members(*rows: tuple[float, ...]) -> dict[str, Any]:
    """Probabilities of members, and what follows of them."""
    mean = tuple(sum(column) / len(rows) for column in zip(*rows, strict=True))
    called = mean.index(max(mean))
    return {
        "score": mean[called],
        "members": tuple(row[called] for row in rows),
        "threshold": None,
        "decision": NAMES[called],
        "probabilities": mean,
        "by_member": rows,
    }


def wall(values: tuple[float, ...], name: str) -> dict[str, float]:
    return {name.format(number): value for number, value in enumerate(values, start=1)}


THICK = (14, 17, 19, 12, 11, 12, 15, 18, 17, 12, 11, 13, 12, 13, 11, 10)
THICKENING = (40, 25, 18, 55, 60, 58, 38, 20, 25, 50, 61, 55, 44, 41, 52, 49)

RESULT = Result(
    "scene",
    "1",
    arms={
        "measurements": ArmResult(
            **members((0.03, 0.96, 0.01), (0.06, 0.93, 0.01)),
            examples=(),
            contributions=(
                Contribution("wall_thickness_ED_max_mm", 19.4, 2.31),
                Contribution("LV_mass_g", 214.0, 1.2),
                Contribution("LV_mass_index_g_per_m2", None, 0.0),
                Contribution("LV_EF_percent", 71.0, -0.4),
            ),
        ),
        "vgg_dual": ArmResult(
            **members((0.10, 0.78, 0.12), (0.22, 0.66, 0.12)),
            examples=tuple(ExampleScore("ED", k, 0.6 + k / 20) for k in (1, 2, 3)),
        ),
    },
    primary="vgg_dual",
    provenance=Provenance("germain2021", "sound", "d" * 64, "e" * 64, 7, {"torch": "2.9"}),
    findings=(Finding("view", "cine_SAX_ED and cine_SAX_ES looks like 4C (probability 0.61)"),),
    attention=Attention(0.44, 0.12, True, "vgg_dual", (1, 2, 3), "border"),
    measurements={
        "LV_EDV_ml": 121.0,
        "LV_ESV_ml": 35.0,
        "LV_EF_percent": 71.0,
        "LV_mass_g": 214.0,
        "LV_EDV_index_ml_per_m2": 64.2,
        "RV_EDV_ml": 133.0,
        **wall(THICK, "wall_thickness_ED_segment_{:02d}_mm"),
        **wall(THICKENING, "wall_thickening_segment_{:02d}_percent"),
    },
)
