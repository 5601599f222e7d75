"""What the Python console calls of the module for echo."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.clipstudies import each_clip
from CardioAILib.mrml.clipviews import show_clips
from CardioAILib.mrml.inputs import require_node
from CardioAILib.panel import console
from CardioAILib.panel.echoviews import (
    SeenClip,
    clips_by_view,
    collect_views,
    examinations,
    facts_of_clips,
    seen_clips,
    unnamed,
    views_job,
)
from CardioAILib.panel.modelfolders import model_folder
from CardioAILib.panel.tasks import Batch, Prediction
from CardioAILib.study import Fact
from CardioAILib.system import System
from CardioAILib.worker import run_job
from CardioAILib.worker.job import OUT

DEFAULT = "sahashi2024"
"""System whose demonstration model answers where no model is named."""
VIEWS = "echo_view"
"""System whose demonstration model tells views where no model is named."""

Given = Any
"""A clip's node, or several of the same view."""


def judge_clips(
    scene: Any,
    clips: Mapping[str, Given] | None = None,
    model: Path | str | None = None,
    *,
    segmentations: Mapping[str, Given] | None = None,
    facts: Mapping[str, Fact] | None = None,
    **how: Any,
) -> Prediction:
    """Judge echo clips and show the result in the scene.

    Args:
        scene: The scene.
        clips: Clip of each view by its name ("A4C"), or a list of several clips; None for the
            clips of the scene's one examination.
        model: Model folder, or a system's name for its demonstration model.
        segmentations: Segmentation of each view's clips, as far as there are any.
        facts: What is known of the patient, before what the files told.
        how: `explain`, `device` and `progress`, as for `console.process`.

    Raises:
        CardioAIError: The clips or the model cannot be used; the scene is left as it was.
    """
    folder = model_folder(DEFAULT if model is None else model)
    system = console.system_of(folder)
    nodes = clip_nodes(scene, system, clips, segmentations)
    known = {**facts_of_clips(nodes), **(facts or {})}
    done = console.process(scene, nodes, folder, **how, facts=known)
    every = each_clip(nodes)
    shown = {name: own.image for name, own in every.items()}
    masks = {name: own.mask for name, own in every.items()}
    show_clips(scene, shown, done.nodes.heatmaps, masks)
    return done


def judge_cohort(
    scene: Any,
    cohort: Path | str,
    out: Path | str,
    model: Path | str | None = None,
    **how: Any,
) -> Batch:
    """Judge the echo studies of a cohort table; see `console.run_batch`."""
    return console.run_batch(
        scene, cohort, out, model_folder(DEFAULT if model is None else model), **how
    )


def clip_nodes(
    scene: Any,
    system: System,
    clips: Mapping[str, Given] | None,
    segmentations: Mapping[str, Given] | None = None,
) -> dict[str, InputNodes]:
    """Return the nodes of each view that is given, or that the scene shows where none is.

    Raises:
        InputError: They are not given by view, there is a segmentation without its clip or a view
            without any clip, or none are given and the scene has several examinations.
        MissingInputError: A node is None.
    """
    for name, given in (("clips", clips), ("segmentations", segmentations)):
        if given is not None and not isinstance(given, Mapping):
            first = next(iter(system.inputs))
            raise InputError(
                got=f"a {type(given).__name__} for {name}",
                wanted=f"nodes by view: {', '.join(system.inputs)}",
                fix=f"give {name}={{'{first}': node}}, and so on",
            )
    own = segmentations or {}
    if alone := [name for name in own if name not in (clips or {})]:
        raise InputError(
            got=f"a segmentation of {', '.join(alone)} without its clip",
            wanted="a clip of each view that has a segmentation",
            fix="give it in clips=, by the same name",
        )
    if clips is None:
        return dict(clips_by_view(scene, system, _only_examination(scene, system)))
    return {name: _several(name, given, own.get(name)) for name, given in clips.items()}


def find_views(
    scene: Any, model: Path | str | None = None, *, device: str = "auto", again: bool = False
) -> dict[str, str | None]:
    """Ask a model of views of the clips that nobody named, and write the answer on them.

    Args:
        scene: The scene.
        model: Model folder, or None for the demonstration model.
        device: "auto", "cpu", "cuda", ...
        again: Whether clips are asked of too whose view a file or the user said.

    Returns:
        The view of every clip of the scene, by the name of its volume; None where it is unknown.

    Raises:
        CardioAIError: The model cannot be used.
    """
    every = seen_clips(scene)
    asked = every if again else unnamed(every)
    if asked:
        with console.job_folder() as folder:
            views_job(asked, model_folder(VIEWS if model is None else model), folder, device)
            run_job(folder)
            collect_views(scene, folder / OUT)
    return {one.volume.GetName(): one.view for one in seen_clips(scene)}


def _only_examination(scene: Any, system: System) -> Sequence[SeenClip]:
    """Return the clips of the one examination of a scene that shows a view of the system."""
    views = {needed.image.view for needed in system.inputs.values()}
    found = [clips for clips in examinations(seen_clips(scene)).values() if _shows(clips, views)]
    if len(found) > 1:
        raise InputError(
            got=f"a scene with echo clips of {len(found)} examinations",
            wanted="the clips of one",
            fix="give them in clips=, by their view, or judge all of them with a batch",
        )
    return found[0] if found else ()


def _shows(clips: Sequence[SeenClip], views: Container[str | None]) -> bool:
    return any(one.view in views for one in clips)


def _several(name: str, clips: Given, masks: Given) -> InputNodes:
    nodes, own = _as_list(clips), [] if masks is None else _as_list(masks)
    if not nodes or len(own) > len(nodes):
        raise InputError(
            got=f"{len(nodes)} clips and {len(own)} segmentations of {name}",
            wanted="a clip or more, and at most a segmentation of each",
            fix="give both in the same order; None stands for a clip without segmentation",
        )
    own += [None] * (len(nodes) - len(own))
    asked = [require_node(node, f"the clip {name}") for node in nodes]
    first, *more = [InputNodes(*pair) for pair in zip(asked, own, strict=True)]
    return replace(first, more=tuple(more))


def _as_list(given: Given) -> list[Any]:
    return list(given) if isinstance(given, Sequence) else [given]
