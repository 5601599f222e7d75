"""A system of several classes that reads a cine, and what it may say: made up, for the panel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from CardioAILib.decide import Argmax, Mean
from CardioAILib.explain import GradCAM
from CardioAILib.learning import Logistic, Measurements, Tabular
from CardioAILib.measurements import MEASUREMENTS
from CardioAILib.results import (
    ArmResult,
    Attention,
    Contribution,
    ExampleScore,
    Finding,
    Provenance,
    Result,
)
from CardioAILib.study import HEART, Role
from CardioAILib.system import CineSets, Classes, Input, Published, PublishedArm, System
from CardioAILib.systems import FAHMY_2022

NAMES = ("normal", "HCM", "DCM")


def cine_input(phase: str) -> Input:
    image, mask = Role("MR", "cine", None, phase), Role("MR", "mask", None, phase)
    return Input(image, mask=mask, structure=HEART, mask_optional=True)


SYSTEM: System = replace(
    FAHMY_2022,
    name="classes",
    title="Three classes from cine, made up",
    task=Classes("pathology", NAMES),
    inputs={"ED": cine_input("ED"), "ES": cine_input("ES")},
    examples=CineSets(),
    arms={
        "measurements": Tabular((Measurements(MEASUREMENTS),), Logistic(), unit="study"),
        "vgg_dual": FAHMY_2022.arms["dl"],
    },
    primary="vgg_dual",
    pool=Mean(),
    decide=Argmax(),
    explain=GradCAM("vgg_dual", "block5_conv3"),
    published=Published(
        "Germain P et al. Diagnostics 2021; 11:1554.",
        "10.3390/diagnostics11091554",
        {"six folds": {"vgg_dual": PublishedArm(accuracy=0.982, accuracy_sd=0.009)}},
        "Typical cases alone were studied: a spectrum that flatters any accuracy.",
    ),
    as_published=None,
)


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
    provenance=Provenance("classes", "sound", "d" * 64, "e" * 64, 7, {"torch": "2.9"}),
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
