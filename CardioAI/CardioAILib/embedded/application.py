"""What `slicer.app` is outside the application."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NoReturn

from CardioAILib.embedded.iomanager import IOManager


class Application:
    """The part of `slicer.app` that makes sense without windows.

    Args:
        logic: The vtkSlicerApplicationLogic.
        scene: The vtkMRMLScene.
        home: Folder of color tables and temporary files; removed with this object.
        remote: Logics that reading an .mrb needs alive.
    """

    applicationName = "CardioAI"
    mainApplicationName = "CardioAI"

    def __init__(self, logic: Any, scene: Any, home: TemporaryDirectory, remote: Any) -> None:
        self._logic, self._scene, self._home, self._remote = logic, scene, home, remote
        self._manager = IOManager(logic, scene)
        self._connected: dict[str, list[Callable[..., None]]] = {}

    def connect(self, signal: str, receiver: Callable[..., None]) -> bool:
        """Keep a receiver of a signal, as in `connect("startupCompleted()", f)`."""
        self._connected.setdefault(signal, []).append(receiver)
        return True

    def emit(self, signal: str, *arguments: Any) -> None:
        """Call the receivers of a signal; the application does so by itself."""
        for receiver in self._connected.get(signal, []):
            receiver(*arguments)

    @property
    def slicerHome(self) -> str:
        """The home folder."""
        return self._home.name

    @property
    def temporaryPath(self) -> str:
        """The folder for temporary files."""
        return str(Path(self._home.name) / "temporary")

    def applicationLogic(self) -> Any:
        """Return the vtkSlicerApplicationLogic."""
        return self._logic

    def mrmlScene(self) -> Any:
        """Return the scene."""
        return self._scene

    def coreIOManager(self) -> IOManager:
        """Return what reads and writes files."""
        return self._manager

    def layoutManager(self) -> None:
        """Return nothing: there is no layout."""

    def topLevelWidgets(self) -> list[Any]:
        """Return nothing: there are no widgets."""
        return []

    def testingEnabled(self) -> bool:
        """Say that nobody can answer a message box."""
        return True

    def commandOptions(self) -> SimpleNamespace:
        """Return options that nobody reads, as `slicer.util.exit` writes one."""
        return SimpleNamespace()

    def exit(self, status: int = 0) -> NoReturn:
        """End Python, as `slicer.util.exit` ends the application."""
        sys.exit(status)

    def processEvents(self) -> None:
        """Do nothing: there are no events."""

    def pauseRender(self) -> None:
        """Stop the views from drawing."""
        self._logic.PauseRender()

    def resumeRender(self) -> None:
        """Let the views draw again."""
        self._logic.ResumeRender()

    def restoreOverrideCursor(self) -> None:
        """Do nothing: there is no cursor."""
