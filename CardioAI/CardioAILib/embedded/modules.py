"""The module logics, made and joined as the Slicer application does."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from CardioAILib.embedded.quiet import quiet_vtk

LOGICS = {
    "Colors": "vtkSlicerColorLogic",
    "SubjectHierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "Units": "vtkSlicerUnitsLogic",
    "Terminologies": "vtkSlicerTerminologiesModuleLogic",
    "Transforms": "vtkSlicerTransformLogic",
    "Volumes": "vtkSlicerVolumesLogic",
    "Segmentations": "vtkSlicerSegmentationsModuleLogic",
    "Sequences": "vtkSlicerSequencesLogic",
    "Markups": "vtkSlicerMarkupsLogic",
    "Models": "vtkSlicerModelsLogic",
    "Tables": "vtkSlicerTablesLogic",
    "Texts": "vtkSlicerTextsLogic",
    "Plots": "vtkSlicerPlotsLogic",
}
"""Module name and class of its logic, a logic before those that ask for it."""

WITHOUT_FILES = {"Terminologies"}
"""Logics that complain that the wheel lacks their files; ours are loaded when needed."""


class Module:
    """What `slicer.modules.<name>` is outside the application: a name and a logic."""

    def __init__(self, name: str, logic: Any) -> None:
        self.name = name
        self._logic = logic

    def logic(self) -> Any:
        """Return the module's logic."""
        return self._logic


def add_modules(application_logic: Any, scene: Any) -> SimpleNamespace:
    """Make every logic, which registers its nodes with the scene.

    Args:
        application_logic: The vtkSlicerApplicationLogic.
        scene: The vtkMRMLScene.

    Returns:
        What becomes `slicer.modules`: a `Module` under each name in lower case.
    """
    import slicer

    found = SimpleNamespace()
    for name, class_name in LOGICS.items():
        logic = getattr(slicer, class_name)()
        logic.SetMRMLApplicationLogic(application_logic)
        with quiet_vtk() if name in WITHOUT_FILES else nullcontext():
            logic.SetMRMLScene(scene)
        application_logic.SetModuleLogic(name, logic)
        setattr(found, name.lower(), Module(name, logic))
    return found
