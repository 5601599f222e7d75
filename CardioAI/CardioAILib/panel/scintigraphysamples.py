"""Simulated bone scans in the module Sample Data, drawn on the spot: grades 0 to 3, metastases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.mrml.planar import ANTERIOR, POSTERIOR, PlanarNodes, add_planar, show_planar
from CardioAILib.panel.sampledata import Entry, list_samples
from CardioAILib.study import Fact, Role, Study

SEED = 2022
MODALITY, KIND = "NM", "planar"


@dataclass(frozen=True)
class ScanSample:
    """One entry of the module Sample Data.

    Args:
        title: Text under its picture, and name of the nodes.
        grade: Perugini grade that is simulated.
        metastases: Whether there are bone metastases.
        icon: File name of its picture.
    """

    title: str
    grade: int
    metastases: bool
    icon: str


SAMPLES: Mapping[str, ScanSample] = {
    **{
        f"grade {grade}": ScanSample(
            f"CardioAI simulated bone scan, grade {grade}",
            grade,
            False,
            f"CardioAIScintigraphyGrade{grade}.png",
        )
        for grade in range(4)
    },
    "metastases": ScanSample(
        "CardioAI simulated bone scan, metastases",
        0,
        True,
        "CardioAIScintigraphyMetastases.png",
    ),
}


def load_sample(scene: Any, name: str) -> PlanarNodes:
    """Simulate a bone scan, put both views into a scene, and show them.

    Args:
        scene: The scene.
        name: A key of `SAMPLES`.

    Raises:
        InputError: There is no such sample.
    """
    if name not in SAMPLES:
        raise InputError(
            got=f"the sample '{name}'", wanted=f"one of {', '.join(SAMPLES)}", fix="choose one"
        )
    sample = SAMPLES[name]
    study = simulated(sample)
    images = {side: study.images[Role(MODALITY, KIND, side)] for side in (ANTERIOR, POSTERIOR)}
    nodes = add_planar(scene, **images, name=sample.title, facts=told(study.facts))
    show_planar(scene, *nodes)
    return nodes


def simulated(sample: ScanSample) -> Study:
    """Draw a sample: the first simulated subject of its grade, with or without metastases."""
    # Drawing needs scipy, which Slicer's start does not wait for.
    from CardioAILib.phantoms import bone_cohort

    cohort = bone_cohort(
        1,
        seed=SEED,
        grades=(sample.grade,),
        metastases=float(sample.metastases),
        views=(ANTERIOR, POSTERIOR),
    )
    return cohort.studies[0]


def told(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts that a header would tell; the truth is not shown before the answer."""
    hidden = ("grade", "heart_to_bone", "bone_metastases")
    return {name: value for name, value in facts.items() if not name.startswith(hidden)}


def register() -> None:
    """List the samples in Slicer's module Sample Data, each once."""
    list_samples(
        [Entry(one.title, one.icon, partial(download, name)) for name, one in SAMPLES.items()]
    )


def download(name: str, source: Any = None) -> list[Any]:
    """Load a sample and show it; what a click in Sample Data calls.

    Args:
        name: A key of `SAMPLES`.
        source: The entry that was clicked.

    Returns:
        The volumes.
    """
    import slicer

    return list(load_sample(slicer.mrmlScene, name))
