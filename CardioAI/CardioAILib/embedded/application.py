"""What `slicer.app` is outside the application."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from CardioAILib.embedded.iomanager import IOManager


class Application:
    """The part of `slicer.app` that makes sense without windows.

    Args:
        logic: The vtkSlicerApplicationLogic.
        scene: The vtkMRMLScene.
        home: Folder of color tables and temporary files; removed with this object.
        remote: Logics that reading an .mrb needs alive.
    """

    applicationName = "CardioAI"  # noqa: N815
    mainApplicationName = "CardioAI"  # noqa: N815

    def __init__(self, logic: Any, scene: Any, home: TemporaryDirectory, remote: Any) -> None:
        self._logic, self._scene, self._home, self._remote = logic, scene, home, remote
        self._manager = IOManager(logic, scene)

    @property
    def slicerHome(self) -> str:  # noqa: N802
        """The home folder."""
        return self._home.name

    @property
    def temporaryPath(self) -> str:  # noqa: N802
        """The folder for temporary files."""
        return str(Path(self._home.name) / "temporary")

    def applicationLogic(self) -> Any:  # noqa: N802
        """Return the vtkSlicerApplicationLogic."""
        return self._logic

    def mrmlScene(self) -> Any:  # noqa: N802
        """Return the scene."""
        return self._scene

    def coreIOManager(self) -> IOManager:  # noqa: N802
        """Return what reads and writes files."""
        return self._manager

    def layoutManager(self) -> None:  # noqa: N802
        """Return nothing: there is no layout."""

    def topLevelWidgets(self) -> list[Any]:  # noqa: N802
        """Return nothing: there are no widgets."""
        return []

    def testingEnabled(self) -> bool:  # noqa: N802
        """Say that nobody can answer a message box."""
        return True

    def processEvents(self) -> None:  # noqa: N802
        """Do nothing: there are no events."""

    def pauseRender(self) -> None:  # noqa: N802
        """Stop the views from drawing."""
        self._logic.PauseRender()

    def resumeRender(self) -> None:  # noqa: N802
        """Let the views draw again."""
        self._logic.ResumeRender()

    def restoreOverrideCursor(self) -> None:  # noqa: N802
        """Do nothing: there is no cursor."""
