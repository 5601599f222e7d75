"""All studies of a scene that a system can read, for a batch without a cohort table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from CardioAILib.errors import CardioAIError, CohortError, MissingInputError
from CardioAILib.mrml import InputNodes
from CardioAILib.panel.tasks import checked_study
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.gather import Failure, refusal


def scene_studies(scene: Any, system: System) -> tuple[list[Study], list[Failure]]:
    """Read every volume of the scene that has a segmentation.

    Subject and study are named after the node IDs of volume and segmentation, since node names
    may hold a patient's name.

    Args:
        scene: The scene.
        system: The declaration; it reads one image with its segmentation.

    Returns:
        The studies that can be used, and those that cannot.

    Raises:
        CohortError: The system needs several images a study, which a scene does not pair.
            Or no study can be used; the reasons are listed.
        MissingInputError: No segmentation of the scene has a reference volume.
    """
    name = _only_input(system)
    studies, failures = [], []
    for volume, segmentation in pairs(scene):
        key = volume.GetID(), segmentation.GetID()
        try:
            nodes = {name: InputNodes(volume, segmentation)}
            studies.append(checked_study(system, nodes, *key)[0])
        except CardioAIError as error:
            failures.append(Failure(*key, str(error)))
    if failures and not studies:
        raise refusal(failures)
    if not studies:
        raise MissingInputError(
            got="a scene in which no segmentation has a reference volume",
            wanted="volumes, each with a segmentation of the structure",
            fix="load or segment them first, or give a cohort table",
        )
    return studies, failures


def pairs(scene: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each segmentation's reference volume with that segmentation."""
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode")):
        segmentation = scene.GetNthNodeByClass(index, "vtkMRMLSegmentationNode")
        role = segmentation.GetReferenceImageGeometryReferenceRole()
        volume = segmentation.GetNodeReference(role)
        if volume is not None and not segmentation.GetHideFromEditors():
            yield volume, segmentation


def _only_input(system: System) -> str:
    if len(system.inputs) != 1:
        raise CohortError(
            got=f"{len(system.inputs)} images a study for {system.name}",
            wanted="one, since a scene does not say which volumes belong together",
            fix="give a cohort table, one row a study",
        )
    return next(iter(system.inputs))
