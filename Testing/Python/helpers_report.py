"""Made-up answers of a system of three classes on simulated hearts, for the pages' tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from CardioAILib.decide import Argmax, Mean
from CardioAILib.explain import GradCAM
from CardioAILib.learning import Frames, Logistic, Measurements, Network, Tabular
from CardioAILib.measurements import measure, segmentation_of
from CardioAILib.networks import VGG16
from CardioAILib.phantoms import SMALL, cardiomyopathy_cohort
from CardioAILib.published import Published, PublishedArm
from CardioAILib.results import (
    ArmResult,
    Attention,
    Contribution,
    ExampleScore,
    Finding,
    Provenance,
    Result,
)
from CardioAILib.study import HEART, Cohort, Image, Mask, Role, Study
from CardioAILib.system import CineSets, Classes, Input, System
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs import batch

NAMES = ("normal", "HCM", "DCM")
ZONES = ("heart", "border", "outside")
TOLD = (
    "LV_EF_percent",
    "wall_thickness_ED_max_mm",
    "LV_EDV_ml",
    "LV_mass_g",
    "sphericity_ED",
    "RV_EDV_ml",
)
SKILL = {"measurements": 3.2, "vgg_ed": 1.4, "vgg_dual": 2.0}
"""How clearly each arm speaks for the truth, in logits."""


def _input(phase: str) -> Input:
    image, mask = Role("MR", "cine", None, phase), Role("MR", "mask", None, phase)
    return Input(image, mask=mask, structure=HEART, mask_optional=True)


def _network(*frames: int) -> Network:
    deep = FAHMY_2022.arms["dl"]
    assert isinstance(deep, Network)
    architecture = VGG16(branches=len(frames), classes=3, size=32, width=0.0625)
    return replace(deep, architecture=architecture, channels=Frames(frames))


SYSTEM: System = replace(
    FAHMY_2022,
    name="three",
    title="Normal, hypertrophic or dilated heart from cine",
    task=Classes("pathology", NAMES),
    inputs={"ED": _input("ED"), "ES": _input("ES")},
    examples=CineSets(),
    arms={
        "measurements": Tabular((Measurements(TOLD),), Logistic(), unit="study"),
        "vgg_ed": _network(0),
        "vgg_dual": _network(0, 1),
    },
    primary="measurements",
    pool=Mean(),
    decide=Argmax(),
    explain=GradCAM("vgg_dual", "block5_conv3"),
    as_published=None,
    published=Published(
        "Made up et al. 2021.",
        "10.0/none",
        {
            "six folds (n = 1200)": {
                "vgg_ed": PublishedArm(accuracy=0.961, accuracy_sd=0.011),
                "vgg_dual": PublishedArm(
                    accuracy=0.982,
                    accuracy_sd=0.009,
                    confusion=((388, 4, 3), (6, 400, 5), (2, 2, 388)),
                ),
            }
        },
        caution="Typical cases only: expect less of hearts as they come.",
    ),
)

DEVELOPED = {
    "subjects": 80,
    "target source": "ACDC Group",
    "circumstances": {"epochs": 12, "training precision": "float32", "backbone weights": "random"},
    "accuracy": {"measurements": 0.95, "vgg_ed": 0.71, "vgg_dual": 0.78},
    "accuracy interval": {
        "measurements": (0.88, 0.98),
        "vgg_ed": (0.6, 0.8),
        "vgg_dual": (0.68, 0.86),
    },
    "inputs": (),
}
"""What a model card would say."""


def cohort(n: int) -> Cohort:
    return cardiomyopathy_cohort(n, seed=3, size=SMALL)


@cache
def measured(study: Study) -> Mapping[str, float]:
    masks = [study.images[Role("MR", "mask", "SAX", phase)] for phase in ("ED", "ES")]
    parts = [segmentation_of(mask) for mask in masks if isinstance(mask, Mask)]
    height, weight = float(study.facts["height_cm"]), float(study.facts["weight_kg"])
    return measure(parts[0], parts[1], height_cm=height, weight_kg=weight).values


def results_of(studies: Cohort, folder: Path, mapped: int = 6) -> list[Result]:
    """Make up a result of each study; the first ones have heatmaps on disk."""
    random = np.random.default_rng(5)
    return [
        made(study, random, folder, mapped=index < mapped) for index, study in enumerate(studies)
    ]


def made(study: Study, random: np.random.Generator, folder: Path, *, mapped: bool = True) -> Result:
    image = study.images[Role("MR", "cine", "SAX", "ED")]
    middle = image.array.shape[1] // 2
    truth = NAMES.index(str(study.facts["pathology"]))
    arms = {arm: _arm(truth, skill, random, middle) for arm, skill in SKILL.items()}
    values = measured(study)
    told = tuple(
        Contribution(name, values[name], float(strength))
        for name, strength in zip(TOLD, random.normal(0, 1.2, len(TOLD)), strict=True)
    )
    arms["measurements"] = replace(arms["measurements"], contributions=told)
    zone = ZONES[int(random.choice(3, p=[0.7, 0.2, 0.1]))]
    inside = {"heart": 0.85, "border": 0.6, "outside": 0.2}[zone]
    result = Result(
        subject=study.subject,
        study=study.study,
        arms=arms,
        primary="measurements",
        provenance=Provenance(
            "three", "sound", "d" * 64, "", 0, {"cardioai": "0.1"}, created="now"
        ),
        findings=(Finding("right ventricle", "its volumes could not be measured"),),
        attention=Attention(inside, 0.4, inside < 0.5, "vgg_dual", (middle - 1, middle), zone),
        fold=int(random.integers(3)),
        measurements=values,
    )
    heatmaps = {phase: _heatmap(image) for phase in SYSTEM.inputs} if mapped else {}
    return batch.write_result(result, heatmaps, folder)


def _arm(truth: int, skill: float, random: np.random.Generator, middle: int) -> ArmResult:
    logits = random.normal(0, 1.2, 3) + skill * np.eye(3)[truth]
    members = np.exp(logits + random.normal(0, 0.25, (4, 3)))
    members /= members.sum(axis=1, keepdims=True)
    mean = members.mean(axis=0)
    called = int(mean.argmax())
    slices = [
        ExampleScore("ED", middle + k, float(mean[called]) - 0.05 * abs(k)) for k in (-1, 0, 1)
    ]
    return ArmResult(
        score=float(mean[called]),
        members=tuple(members[:, called].tolist()),
        threshold=None,
        decision=NAMES[called],
        examples=tuple(slices),
        probabilities=tuple(mean.tolist()),
        by_member=tuple(map(tuple, members.tolist())),
    )


def _heatmap(image: Image) -> Image:
    _, slices, height, width = image.array.shape
    rows, columns = np.mgrid[:height, :width]
    away = ((rows - height * 0.45) / height) ** 2 + ((columns - width * 0.5) / width) ** 2
    heat = np.exp(-away / 0.01)
    return Image(np.tile(heat, (1, slices, 1, 1)).astype(np.float32), image.ijk_to_ras)
