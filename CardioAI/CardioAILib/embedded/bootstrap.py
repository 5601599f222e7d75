"""Slicer's scene outside the application, brought up in the application's order."""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from CardioAILib.embedded.application import Application
from CardioAILib.embedded.colortables import write_color_tables
from CardioAILib.embedded.modules import add_modules
from CardioAILib.errors import DependencyError, InputError

logger = logging.getLogger(__name__)


def start() -> Any:
    """Bring slicer-core up as the Slicer application would.

    Afterwards `slicer.mrmlScene`, `slicer.modules`, `slicer.app` and the functions of
    `slicer.util` work, but for those that need windows. Later calls change nothing.

    Returns:
        The vtkMRMLScene, the same one at every call.

    Raises:
        InputError: The Slicer application itself is running.
        DependencyError: slicer-core is not installed.
    """
    slicer = imported_slicer()
    running = getattr(slicer, "app", None)
    if isinstance(running, Application):
        return slicer.mrmlScene
    if running is not None:
        raise InputError(
            got="a Slicer application that is running",
            wanted="a Python outside of it",
            fix="use slicer.mrmlScene, which is there already",
        )
    home = TemporaryDirectory(prefix="cardioai-slicer-", ignore_cleanup_errors=True)
    write_color_tables(Path(home.name))
    scene = slicer.vtkMRMLScene()
    logic = application_logic(scene, Path(home.name))
    slicer.mrmlScene = scene
    slicer.modules = add_modules(logic, scene)
    slicer.app = Application(logic, scene, home, remote_files(logic, scene))
    return scene


def imported_slicer() -> Any:
    """Return the package `slicer`.

    Raises:
        DependencyError: It is not installed, or is another package of that name.
    """
    try:
        import slicer
    except ImportError as error:
        raise lacking(f"no Slicer in this Python ({error})") from error
    if not hasattr(slicer, "vtkMRMLScene"):
        raise lacking("another package with the name of Slicer's")
    return slicer


def lacking(got: str) -> DependencyError:
    """Return the error of a Python without slicer-core."""
    return DependencyError(got=got, wanted="the package slicer-core", fix="pip install slicer-core")


def application_logic(scene: Any, home: Path) -> Any:
    """Return the application's logic with the nodes that it expects in a scene."""
    import slicer
    import vtk

    logic = slicer.vtkSlicerApplicationLogic()
    logic.SetHomeDirectory(str(home))
    logic.SetShareDirectory("share")
    (home / "temporary").mkdir()
    logic.SetTemporaryPath(str(home / "temporary"))
    add_singletons(scene)
    logic.SetMRMLScene(scene)
    logic.SetSliceLogics(vtk.vtkCollection())
    logic.SetViewLogics(vtk.vtkCollection())
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)
    return logic


def add_singletons(scene: Any) -> None:
    """Add the crosshair, the selection and the interaction node."""
    import slicer

    crosshair = slicer.vtkMRMLCrosshairNode()
    crosshair.SetCrosshairName("default")
    for node in (crosshair, slicer.vtkMRMLSelectionNode(), slicer.vtkMRMLInteractionNode()):
        scene.AddNode(node)


def remote_files(logic: Any, scene: Any) -> tuple[Any, Any]:
    """Give the scene the cache through which an .mrb is read; return what has to stay alive."""
    import slicer

    remote, manager = slicer.vtkMRMLRemoteIOLogic(), slicer.vtkDataIOManagerLogic()
    remote.GetCacheManager().SetRemoteCacheDirectory(logic.GetTemporaryPath())
    remote.GetDataIOManager().SetCacheManager(remote.GetCacheManager())
    manager.SetMRMLApplicationLogic(logic)
    manager.SetAndObserveDataIOManager(remote.GetDataIOManager())
    logic.SetMRMLSceneDataIO(scene, remote, manager)
    return remote, manager
