"""Echo clips of files become nodes: DICOM, video, time series, or a folder of them. No Qt here."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError, CohortError
from CardioAILib.io.usvideo import VIDEOS
from CardioAILib.mrml.clips import ClipNodes, add_clip
from CardioAILib.mrml.clipviews import show_clips
from CardioAILib.mrml.making import hierarchy_of
from CardioAILib.panel.wording import counted
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Mask, Study
from CardioAILib.verbs.clips import is_clip_role, numbered
from CardioAILib.verbs.echoviews import mask_of
from CardioAILib.verbs.prepared import noted

logger = logging.getLogger(__name__)

UNKNOWN_VIEW = "clip"
"""Name of a clip whose view nobody said."""


@dataclass(frozen=True, eq=False)
class LoadedClips:
    """The clips of an examination in the scene.

    Args:
        nodes: The nodes of each clip, by its name: `A4C`, `A4C_2`, `clip`, `clip_2`, ...
        findings: What is doubtful of the files, which could not be read, and whether there are
            other examinations.
    """

    nodes: Mapping[str, ClipNodes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def load_clips(scene: Any, path: Path) -> LoadedClips:
    """Load the clips of the first examination that has any, and show them.

    Clips that cannot be read are passed over, with the reason among the findings. All is logged as
    warnings too.

    Args:
        scene: The scene.
        path: A DICOM file, a video, a time series, a cohort table, or a folder.

    Raises:
        CardioAIError: There is no clip that can be read.
    """
    from CardioAILib.verbs.intake import cohort_of

    studies = cohort_of(path).studies
    loaded, refused = _first_usable(scene, studies)
    told = (*loaded.findings, *refused, *_others(len(studies)))
    for one in told:
        logger.warning("%s", one.message)
    show_clips(scene, {name: own.volume for name, own in loaded.nodes.items()})
    return LoadedClips(loaded.nodes, told)


def has_videos(path: Path) -> bool:
    """Say whether a file, or one in a folder, is an AVI, MP4 or alike."""
    files = path.rglob("*") if path.is_dir() else (path,)
    return any(one.suffix.lower() in VIDEOS for one in files)


def add_study(scene: Any, study: Study) -> LoadedClips:
    """Put all clips of a study into a scene, without showing them.

    Args:
        scene: The scene.
        study: The study; its files are read here.

    Returns:
        The nodes, and a finding for each clip that cannot be read.
    """
    hierarchy = hierarchy_of(scene)
    nodes: dict[str, ClipNodes] = {}
    findings = [*noted(study)]
    parent = 0
    for role in filter(is_clip_role, study.images):
        name = numbered(role.view or UNKNOWN_VIEW, role)
        try:
            image = study.images[role]
            mask = study.images.get(mask_of(role))
        except CardioAIError as error:
            findings.append(Finding("unreadable", f"{name}: {error}"))
            continue
        parent = parent or hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), study.subject)
        nodes[name] = add_clip(
            scene,
            image,
            name=f"{study.subject}: {name}",
            view=role.view,
            facts=known_facts(study.facts),
            mask=mask if isinstance(mask, Mask) else None,
            parent=parent,
        )
    return LoadedClips(nodes, tuple(findings))


def known_facts(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts that have a value."""
    return {name: value for name, value in facts.items() if value == value and value != ""}


def loaded_text(loaded: LoadedClips) -> str:
    """Return what was loaded, in words."""
    text = counted(len(loaded.nodes), _("Loaded 1 clip."), _("Loaded {count} clips."))
    return "\n".join([text, *(f"• {one.message}" for one in loaded.findings)])


def _first_usable(scene: Any, studies: Sequence[Study]) -> tuple[LoadedClips, list[Finding]]:
    refused: list[Finding] = []
    for study in studies:
        loaded = add_study(scene, study)
        if loaded.nodes:
            return loaded, refused
        refused += loaded.findings
    reasons = "; ".join(one.message for one in refused[:3])
    raise CohortError(
        got=f"no echo clip that can be read ({reasons})" if reasons else "no echo clip",
        wanted="a DICOM file of ultrasound with several frames, a video, or a folder of these",
        fix="check the path; stills, 3-D volumes and reports are passed over",
    )


def _others(count: int) -> list[Finding]:
    if count < 2:
        return []
    message = (
        f"{count} examinations are there, and the first with clips was loaded; name the folder of "
        "another to load that"
    )
    return [Finding("others", message)]
