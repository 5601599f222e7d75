"""The clips of a scene and their views: said by files, by names, by a model, by the user. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.errors import CardioAIError
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.io.usviews import view_of_words
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.clipreading import clip_from_node
from CardioAILib.mrml.clips import (
    clip_of,
    clips_in,
    examination_of,
    said_view,
    say_view,
    segmentation_of,
    view_probability,
)
from CardioAILib.mrml.clipstudies import each_clip
from CardioAILib.mrml.ownviews import pairs
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel.tasks import batch_job
from CardioAILib.results import Finding, Result
from CardioAILib.study import Fact, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.batch import read_results
from CardioAILib.verbs.clipunits import OTHER
from CardioAILib.verbs.echoviews import KNOWN_VIEWS, SURE

CLIP = Role("US", "echo")
CHOICES = (*KNOWN_VIEWS, OTHER)
"""Views that can be said of a clip."""


@dataclass(frozen=True, eq=False)
class SeenClip:
    """A clip of the scene.

    Args:
        volume: The volume that shows it.
        view: Its view, "other" for none of the known ones, or None where nobody said.
        by: Who said it: "header", "name", "model", "user"; empty where nobody did.
        probability: How sure the model was, 0 to 1; None where it was not asked.
    """

    volume: Any
    view: str | None
    by: str
    probability: float | None = None


def seen_clips(scene: Any) -> list[SeenClip]:
    """Return the clips of a scene with the view that is known of each.

    A clip that nobody named is named by its node's name, where that tells.
    """
    return [_seen(volume) for volume in clips_in(scene)]


def view_of_name(name: str) -> str | None:
    """Return the one view that a name tells, or None; "other" where it is none of the known."""
    named = view_of_words(name)
    return named if named is None or named in KNOWN_VIEWS else OTHER


def unnamed(clips: Sequence[SeenClip]) -> list[SeenClip]:
    """Return the clips whose view nobody but a model said."""
    return [one for one in clips if one.by in ("", "model")]


def views_job(
    clips: Sequence[SeenClip], model: Path | str, folder: Path, device: str = "auto"
) -> tuple[Finding, ...]:
    """Write the job that asks a model of views what clips show.

    Args:
        clips: The clips; each becomes a study, named after the ID of its volume.
        model: The model folder.
        folder: An empty folder for the job.
        device: "auto", "cpu", "cuda", ...

    Returns:
        Why clips were left out that cannot be read.
    """
    studies, left = [], []
    for one in clips:
        try:
            image, _, _ = clip_from_node(one.volume, one.volume.GetName())
        except CardioAIError as error:
            left.append(Finding("view", f"{one.volume.GetName()}: {error}"))
            continue
        studies.append(Study(one.volume.GetID(), ONLY_STUDY, {CLIP: image}))
    batch_job(studies, model, folder, explain=False, device=device)
    return tuple(left)


def collect_views(scene: Any, out: Path) -> dict[str, Result]:
    """Write the views that a model saw on the clips that are still there.

    Args:
        scene: The scene.
        out: The folder of results.

    Returns:
        The result of each clip, by the ID of its volume.
    """
    found = {result.subject: result for result in read_results(out)}
    for own, result in found.items():
        volume = scene.GetNodeByID(own)
        if volume is None:
            continue
        arm = result.arms[result.primary]
        view = str(arm.decision) if arm.score >= SURE else OTHER
        say_view(volume, view, "model", arm.score)
    return found


def examinations(clips: Iterable[SeenClip]) -> dict[int, list[SeenClip]]:
    """Return clips by the study that they lie in, in the order of the clips."""
    apart: dict[int, list[SeenClip]] = {}
    for one in clips:
        apart.setdefault(examination_of(one.volume), []).append(one)
    return apart


def clips_by_view(
    scene: Any, system: System, clips: Iterable[SeenClip]
) -> Mapping[str, InputNodes]:
    """Return clips by the system's inputs, further ones of a view behind.

    Args:
        scene: The scene.
        system: A system of named views.
        clips: The clips of one examination.
    """
    drawn = {volume.GetID(): segmentation for volume, segmentation in pairs(scene)}
    own: dict[str, list[InputNodes]] = {}
    for one in clips:
        mask = segmentation_of(one.volume) or drawn.get(one.volume.GetID())
        own.setdefault(one.view or "", []).append(InputNodes(one.volume, mask))
    found = {}
    for name, needed in system.inputs.items():
        first, *more = own.get(needed.image.view or "", [None])
        if first is not None:
            found[name] = InputNodes(first.image, first.mask, more=tuple(more))
    return found


def facts_of_clips(nodes: Mapping[str, InputNodes]) -> dict[str, Fact]:
    """Return what the files told of the examination; of two clips the first counts."""
    known: dict[str, Fact] = {}
    for own in each_clip(nodes).values():
        known = {**facts_of(clip_of(own.image)), **known}
    return known


def _seen(volume: Any) -> SeenClip:
    view, by = said_view(volume)
    if view is None:
        named = view_of_name(volume.GetName() or "")
        return SeenClip(volume, named, "name" if named else "")
    return SeenClip(volume, view, by, view_probability(volume))
