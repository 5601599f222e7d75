"""Made-up answers of a plausible echo cohort, with as much signal by view as is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from CardioAILib.results import ArmResult, ExampleScore, Finding, Provenance, Result
from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.verbs.optional import INCOMPLETE
from CardioAILib.verbs.viewlabels import view_label

VIEWS = ("A4C", "A2C", "PLAX")
SHARE_SHOWN = {"A4C": 0.93, "A2C": 0.78, "PLAX": 0.91}
"""Share of studies that show each view, as in the source."""
SKILL = {"A4C": 1.35, "A2C": 1.0, "PLAX": 1.3}
"""How clearly each view speaks for what it shows, in standard deviations."""


def echo_studies(n: int, seed: int = 0) -> Cohort:
    """Studies without images; some subjects have two, about half have abnormal segments."""
    random = np.random.default_rng(seed)
    studies = [_study(number, random) for number in range(n)]
    return Cohort(tuple(studies), "simulated echo")


def _study(number: int, random: np.random.Generator) -> Study:
    subject = number - 1 if number % 9 == 8 else number
    ill = random.random() < 0.48
    segments = random.choice(np.arange(1, 18), random.integers(1, 7), replace=False) if ill else []
    scar = ill and random.random() < 0.7
    facts: dict[str, Any] = {
        "age": float(random.normal(62, 13)),
        "sex": "male" if random.random() < 0.6 else "female",
        "heart_rate": float(random.normal(70, 12)),
        "frame_rate_hz": float(random.choice([30.0, 50.0, 60.0])),
        "manufacturer": str(random.choice(["Philips", "GE"])),
        "ef_percent": float(np.clip(random.normal(42 if ill else 60, 8), 15, 75)),
        "wma_segments": ";".join(map(str, sorted(segments))) if ill else "none",
        "lge": float(scar),
        "t1_ms": float(random.normal(1035, 55)),
        "t2_ms": float(random.normal(50, 5)),
        "ecv_percent": float(random.normal(29, 4.5)),
    }
    facts |= {f"{name}_source": "simulated" for name in ("wma", "lge", "t1_ms", "ecv_percent")}
    return Study(f"S{subject:03}", str(1 + (number % 9 == 8)), {}, facts)


def echo_results(
    system: System, cohort: Cohort, *, skill: float = 1.0, seed: int = 1
) -> list[Result]:
    """Make up a result of each study.

    Args:
        system: A declaration of echo views.
        cohort: The studies.
        skill: Factor of `SKILL`; 0 for answers that have nothing to do with the truth.
        seed: Seed of what is made up.
    """
    random = np.random.default_rng(seed)
    spread = 1.0
    if system.task.measures:
        spread = float(np.std([float(s.facts[system.task.target]) for s in cohort]))
    return [_result(system, study, random, skill, spread) for study in cohort]


def _result(
    system: System, study: Study, random: np.random.Generator, skill: float, spread: float
) -> Result:
    present = [view for view in VIEWS if random.random() < SHARE_SHOWN[view]] or ["A4C"]
    told = {view: _told(system, study, view, random, skill, spread) for view in present}
    examples = tuple(ExampleScore(view, 0, score) for view, score in told.items())
    mean = float(np.mean(list(told.values())))
    joint = _joined(told, mean) if system.task.measures else _joined(told, 0.5)
    if not system.task.measures:
        joint = float(1 / (1 + np.exp(-6 * (joint - 0.5))))
    arms = {
        "motion": _arm(system, float(random.normal(joint, 0.2 * spread)), ()),
        "views": replace(_arm(system, mean, examples), by_input=told),
        "combined": _arm(system, joint, tuple(replace(e, score=joint) for e in examples)),
    }
    lacking = [f"echo_{view}" for view in VIEWS if view not in present]
    message = f"no {', '.join(lacking)}: the result rests on {', '.join(present)} alone"
    return Result(
        study.subject,
        study.study,
        {name: own for name, own in arms.items() if name in system.arms},
        "combined",
        Provenance(system.name, "sound", "d" * 64, "", 0, {"cardioai": "0.1"}, created="now"),
        findings=(Finding(INCOMPLETE, message),) if lacking else (),
        fold=0,
    )


def _joined(told: Mapping[str, float], middle: float) -> float:
    """Weigh the views as a regression would, those that are missing left out."""
    weights = {view: SKILL[view] ** 2 for view in told}
    parts = sum(weights[view] * (score - middle) for view, score in told.items())
    return float(middle + parts / sum(weights.values()))


def _told(
    system: System,
    study: Study,
    view: str,
    random: np.random.Generator,
    skill: float,
    spread: float,
) -> float:
    truth = view_label(system.task, study, view)
    assert truth is not None
    if system.task.measures:
        middle = _middle(system)
        part = 0.15 * skill
        return float(middle + part * (truth - middle) + random.normal(0.0, 0.3 * spread))
    logit = random.normal(skill * SKILL[view] * (truth - 0.5), 1.0)
    return float(1 / (1 + np.exp(-logit)))


def _middle(system: System) -> float:
    return {"t1_ms": 1035.0, "t2_ms": 50.0, "ecv_percent": 29.0}[system.task.target]


def _arm(system: System, score: float, examples: tuple[ExampleScore, ...]) -> ArmResult:
    if system.task.measures:
        return ArmResult(score, (score,), None, None, examples)
    score = min(max(score, 0.0), 1.0)
    names = system.task.names
    return ArmResult(score, (score,), 0.5, names[int(score >= 0.5)], examples)


def summary(system: System) -> Mapping[str, Any]:
    """What a model card would say."""
    figures: dict[str, Any] = (
        {
            "mean absolute error": {"combined": 44.0},
            "mean absolute error interval": {"combined": (40.0, 48.0)},
            "R2": {"combined": 0.05},
            "R2 interval": {"combined": (-0.02, 0.11)},
            "values": {"mean": 1035.0, "standard deviation": 54.0},
        }
        if system.task.measures
        else {
            "positives": 480,
            "auc": {"combined": 0.86},
            "auc interval": {"combined": (0.80, 0.91)},
        }
    )
    row = {"training loss": 0.6, "validation loss": 0.65}
    beside = "validation error" if system.task.measures else "validation AUC"
    history = tuple(
        {"epoch": e, **{k: v / e**0.3 for k, v in row.items()}, beside: 0.5 + 0.02 * e}
        for e in range(1, 9)
    )
    return {
        "development": {
            "subjects": 1000,
            "studies": 1000,
            "target source": "simulated",
            "circumstances": {"epochs": 8, "training precision": "float32"},
            "inputs": (),
            **figures,
        },
        "curves": {f"views, {view}": [history] for view in VIEWS},
        "widths": {f"views, {view}": 0.125 for view in VIEWS},
    }
