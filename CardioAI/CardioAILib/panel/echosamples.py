"""Simulated echo in the module Sample Data, drawn on the spot: three views of a beating heart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.mrml.clips import ClipNodes, add_clip
from CardioAILib.mrml.clipviews import show_clips
from CardioAILib.mrml.making import hierarchy_of
from CardioAILib.panel.sampledata import Entry, list_samples
from CardioAILib.study import Fact, Mask, Role, Study

VIEWS = ("A4C", "A2C", "PLAX")
HIDDEN = ("wma", "lge", "t1_ms", "t2_ms", "ecv_percent", "ef_percent")
"""Starts of the names of facts that are the truth, or would give it away."""


@dataclass(frozen=True)
class EchoSample:
    """One entry of the module Sample Data.

    Args:
        title: Text under its picture, and name of its study.
        kind: How the abnormal segments move, "normal" where there are none.
        seed: Seed of the simulated cohort whose first (abnormal) or second patient it is.
        shared: Chance in that cohort that the whole ventricle is abnormal; else one territory is.
        icon: File name of its picture.
    """

    title: str
    kind: str
    seed: int
    shared: float
    icon: str


SAMPLES: Mapping[str, EchoSample] = {
    kind: EchoSample(
        f"CardioAI simulated echo, {title}", kind, seed, shared, f"CardioAIEcho{icon}.png"
    )
    for kind, title, seed, shared, icon in (
        ("normal", "normal wall motion", 2024, 0.0, "Normal"),
        ("hypokinetic", "hypokinesia of the whole ventricle", 2025, 1.0, "Hypokinetic"),
        ("akinetic", "akinesia of a territory", 2040, 0.0, "Akinetic"),
    )
}


def load_sample(scene: Any, name: str) -> dict[str, ClipNodes]:
    """Simulate a study, put its clips and segmentations into a scene, and show them.

    Args:
        scene: The scene.
        name: A key of `SAMPLES`.

    Returns:
        The nodes of each view.

    Raises:
        InputError: There is no such sample.
    """
    if name not in SAMPLES:
        raise InputError(
            got=f"the sample '{name}'", wanted=f"one of {', '.join(SAMPLES)}", fix="choose one"
        )
    sample = SAMPLES[name]
    study, known = simulated(sample), {}
    hierarchy = hierarchy_of(scene)
    parent = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), sample.title)
    for view in VIEWS:
        image, mask = (study.images[Role("US", kind, view)] for kind in ("echo", "mask"))
        known[view] = add_clip(
            scene,
            image,
            name=f"{sample.title}: {view}",
            view=view,
            facts=told(study.facts),
            mask=mask if isinstance(mask, Mask) else None,
            parent=parent,
        )
    volumes = {view: own.volume for view, own in known.items()}
    show_clips(scene, volumes, masks={view: own.segmentation for view, own in known.items()})
    return known


def simulated(sample: EchoSample) -> Study:
    """Draw a sample: the first patient of its cohort, or the second, who is normal."""
    # Drawing needs scipy, which Slicer's start does not wait for.
    from CardioAILib.phantoms.echo import echo_cohort

    count = 2 if sample.kind == "normal" else 1
    drawn = echo_cohort(count, seed=sample.seed, shared=sample.shared, views=VIEWS)
    return drawn.studies[-1]


def told(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts that a header would tell; the truth is not shown before the answer."""
    return {name: value for name, value in facts.items() if not name.startswith(HIDDEN)}


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

    return [own.volume for own in load_sample(slicer.mrmlScene, name).values()]
