"""All studies of a scene that a system can read, for a batch without a cohort table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from CardioAILib.errors import CardioAIError, CohortError, MissingInputError
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.layers import of_class
from CardioAILib.mrml.ownviews import pairs
from CardioAILib.mrml.phases import has_frames
from CardioAILib.mrml.planar import is_anterior
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel.cinenodes import CineChoice, cine_nodes, reads_phases
from CardioAILib.panel.echoviews import (
    SeenClip,
    clips_by_view,
    examinations,
    facts_of_clips,
    seen_clips,
)
from CardioAILib.panel.tasks import checked_study
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.clips import shows_clips
from CardioAILib.verbs.gather import Failure, refusal
from CardioAILib.verbs.planar import is_planar


def scene_studies(scene: Any, system: System) -> tuple[list[Study], list[Failure]]:
    """Read every volume of the scene that has a segmentation, or every cine with or without one.

    The echo clips of an examination whose view is known are one study; a system of views takes
    each clip by itself.

    Subject and study are named after the node IDs of volume and segmentation, since node names
    may hold a patient's name.

    Args:
        scene: The scene.
        system: The declaration; it reads one image with its segmentation, or both phases of
            a cine.

    Returns:
        The studies that can be used, and those that cannot.

    Raises:
        CohortError: The system needs several images a study, which a scene does not pair, or no
            study can be used; the reasons are listed.
        MissingInputError: No segmentation of the scene has a reference volume.
    """
    if shows_clips(system):
        return studies_of_clips(scene, system)
    if not reads_phases(system):
        _only_input(system)
    studies, failures = [], []
    for volume, segmentation in candidates(scene, system):
        key = volume.GetID(), "cine" if segmentation is None else segmentation.GetID()
        try:
            nodes = nodes_of(system, volume, segmentation)
            studies.append(checked_study(system, nodes, *key, facts=facts_of(volume))[0])
        except CardioAIError as error:
            failures.append(Failure(*key, str(error)))
    if failures and not studies:
        raise refusal(failures)
    if not studies:
        raise MissingInputError(
            got="a scene in which no segmentation has a reference volume"
            + (", and no cine with several frames" if reads_phases(system) else "")
            + (", and no anterior planar scan" if is_planar(system) else ""),
            wanted="volumes, each with a segmentation of the structure",
            fix="load or segment them first, or give a cohort table",
        )
    return studies, failures


def candidates(scene: Any, system: System) -> Iterator[tuple[Any, Any]]:
    """Yield what a system can read: a volume and its segmentation.

    A cine and a planar scan do without one.
    """
    if not reads_phases(system) and not is_planar(system):
        yield from pairs(scene)
        return
    segmented = {volume.GetID(): segmentation for volume, segmentation in pairs(scene)}
    wanted = is_anterior if is_planar(system) else has_frames
    for volume in of_class(scene, "vtkMRMLScalarVolumeNode"):
        if wanted(volume) and not volume.GetHideFromEditors():
            yield volume, segmented.get(volume.GetID())


def nodes_of(system: System, volume: Any, segmentation: Any) -> dict[str, InputNodes]:
    """Return a volume and its segmentation as the inputs of a system.

    Raises:
        CohortError: The system needs several images a study.
        InputError: The phases of a cine cannot be found.
    """
    if reads_phases(system):
        return cine_nodes(system, CineChoice(volume, ed_mask=segmentation))
    return {_only_input(system): InputNodes(volume, segmentation)}


def studies_of_clips(scene: Any, system: System) -> tuple[list[Study], list[Failure]]:
    """Return the echo clips of a scene as studies, named after the node ID of their first clip.

    Raises:
        CohortError: No examination can be used; the reasons are listed.
        MissingInputError: There is no clip whose view is known.
    """
    studies, failures = [], []
    for clips in _together(scene, system):
        nodes = clips_by_view(scene, system, clips)
        if not nodes:
            continue
        key = clips[0].volume.GetID(), ONLY_STUDY
        try:
            own = checked_study(system, nodes, *key, facts=facts_of_clips(nodes))[0]
        except CardioAIError as error:
            failures.append(Failure(*key, str(error)))
            continue
        studies.append(own)
    if failures and not studies:
        raise refusal(failures)
    if not studies:
        raise MissingInputError(
            got="no echo clip in the scene whose view is known",
            wanted=f"clips of {', '.join(system.inputs)}",
            fix="load clips, and say their views in the section Views; or give a cohort table",
        )
    return studies, failures


def _together(scene: Any, system: System) -> list[list[SeenClip]]:
    """Return the clips of each examination; each by itself, of no view, where views are asked."""
    seen = seen_clips(scene)
    if all(needed.image.view is None for needed in system.inputs.values()):
        return [[replace(one, view=None)] for one in seen]
    return list(examinations(seen).values())


def _only_input(system: System) -> str:
    if len(system.inputs) != 1:
        raise CohortError(
            got=f"{len(system.inputs)} images a study for {system.name}",
            wanted="one, since a scene does not say which volumes belong together",
            fix="give a cohort table, one row a study",
        )
    return next(iter(system.inputs))
