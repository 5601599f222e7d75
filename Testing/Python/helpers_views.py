"""Made-up answers of a system of three views on simulated hearts, for the pages' tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from CardioAILib.decide import INDETERMINATE
from CardioAILib.phantoms import Grid, lge_cohort
from CardioAILib.results import (
    ArmResult,
    Attention,
    Contribution,
    ExampleScore,
    Finding,
    Provenance,
    Result,
)
from CardioAILib.study import Cohort, Image, Study
from CardioAILib.systems import MARTINI_2020
from CardioAILib.verbs import batch

SYSTEM = MARTINI_2020
NEGATIVE, POSITIVE = SYSTEM.task.names
DIAGNOSES = ("amyloidosis", "normal", "amyloidosis", "hypertension", "amyloidosis", "infarct")
SMALL = Grid(slices=3, pixels=48, pixel_mm=5.0, step_mm=25.0)
SHARES = {"heart": 0.5, "pericardial band": 0.2, "elsewhere": 0.3, "pleural effusion": 0.25}
SCORES = (0.93, 0.12, 0.81, 0.44, 0.46, 0.62, 0.72, 0.33, 0.41, 0.08, 0.97, 0.25)
"""Of the networks, study by study: one healthy heart is called ill, three are not decided."""
BOOSTED = (0.8, 0.2, 0.8, 0.2, 0.8, 0.2, 0.8, 0.2, 0.3, 0.2, 0.8, 0.2)
STEP = 0.01
"""How much a slice scores above the one below it."""
LACKING, SILENT = 2, 3
"""Study without a two-chamber view, and study of which the boosted trees say nothing."""

HISTORY = tuple(
    {"epoch": e, "training loss": 1 / e, "validation loss": 1.2 / e, "validation accuracy": 0.8}
    for e in (1, 2, 3)
)
SUMMARY = {
    "development": {
        "subjects": 30,
        "positives": 15,
        "target source": "simulated",
        "auc": {"dl": 0.8},
        "auc interval": {"dl": (0.6, 0.9)},
        "circumstances": {"epochs": 3, "training precision": "float32"},
        "importance": {
            "gbm": [
                {"feature": "LGE_subendocardial_to_transmural", "mean": 0.3, "low": 0.1,
                 "high": 0.5},
                {"feature": "early_darkening", "mean": 0.1, "low": -0.1, "high": 0.2},
                {"feature": "age", "mean": 0.0, "low": 0.0, "high": 0.0},
            ]
        },
        "inputs": (),
    },
    "curves": {f"dl, {view}": [HISTORY] for view in SYSTEM.inputs},
    "widths": {f"dl, {view}": 0.5 for view in SYSTEM.inputs},
}  # fmt: skip


def cohort() -> Cohort:
    """Half of them have amyloidosis; one study lacks a view."""
    drawn = lge_cohort(len(SCORES), seed=4, diagnoses=DIAGNOSES, size=SMALL)
    studies = list(drawn.studies)
    roles = [role for role in studies[LACKING].images if role.view != "2C"]
    own = studies[LACKING].images
    studies[LACKING] = replace(studies[LACKING], images={role: own[role] for role in roles})
    return replace(drawn, studies=tuple(studies))


def results_of(studies: Cohort, folder: Path) -> list[Result]:
    """Make up a result of each study, all with heatmaps on disk."""
    return [made(index, study, folder) for index, study in enumerate(studies)]


def made(index: int, study: Study, folder: Path) -> Result:
    views = [name for name, own in SYSTEM.inputs.items() if study.find(own.image)]
    arms = {"dl": _networks(SCORES[index], views)}
    if index != SILENT:
        arms["gbm"] = _boosted(BOOSTED[index])
    lacking = Finding("incomplete", "no LGE_2C: the result rests on 4C, SAX alone")
    result = Result(
        subject=study.subject,
        study=study.study,
        arms=arms,
        primary="dl",
        provenance=Provenance(
            SYSTEM.name, "sound", "d" * 64, "", 0, {"cardioai": "0.1"}, created="now"
        ),
        findings=(lacking,) if index == LACKING else (),
        attention=Attention(
            inside=0.7,
            area=0.2,
            flagged=False,
            arm="dl",
            slices=(0, 0, 0, 1, 2),
            zone="heart",
            shares=SHARES,
            by_input=dict.fromkeys(views, SHARES),
        ),
    )
    images = {name: study.images[SYSTEM.inputs[name].image] for name in views}
    return batch.write_result(result, {n: _heatmap(image) for n, image in images.items()}, folder)


def _networks(score: float, views: list[str]) -> ArmResult:
    own = score + 0.03 * (np.arange(len(views)) - (len(views) - 1) / 2)
    apart = dict(zip(views, own, strict=True))
    counts = {name: SMALL.slices if name == "SAX" else 1 for name in views}
    examples = [
        ExampleScore(name, k, float(mean + STEP * (k - (counts[name] - 1) / 2)))
        for name, mean in apart.items()
        for k in range(counts[name])
    ]
    called = POSITIVE if score >= 0.5 else NEGATIVE if score < 0.4 else INDETERMINATE
    told = {name: float(own) for name, own in apart.items()}
    return ArmResult(score, (score,), 0.5, called, tuple(examples), by_input=told)


def _boosted(score: float) -> ArmResult:
    sign = 1.0 if score >= 0.5 else -1.0
    told = (
        Contribution("LGE_subendocardial_to_transmural", sign, 1.3),
        Contribution("LVMI_g_per_m2", 120.0, -0.2),
        Contribution("age", 70.0, 0.0),
    )
    called = POSITIVE if score >= 0.5 else NEGATIVE
    example = (ExampleScore("SAX", 0, score),)
    return ArmResult(score, (score,), 0.5, called, example, contributions=told)


def _heatmap(image: Image) -> Image:
    _, slices, height, width = image.array.shape
    rows, columns = np.mgrid[:height, :width]
    away = ((rows - height * 0.45) / height) ** 2 + ((columns - width * 0.5) / width) ** 2
    heat = np.exp(-away / 0.01)
    return Image(np.tile(heat, (1, slices, 1, 1)).astype(np.float32), image.ijk_to_ras)
