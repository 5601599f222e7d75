"""What `slicer.ScriptedLoadableModule` is outside the application, but for its widgets."""

from __future__ import annotations

import importlib
import logging
import unittest
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


class ScriptedLoadableModule:
    """A module's entry in the list of modules.

    Args:
        parent: What the texts are written to; has a `path`.
    """

    def __init__(self, parent: Any) -> None:
        import slicer

        super().__init__()
        self.parent = parent
        self.moduleName = type(self).__name__
        for name in ("title", "helpText", "acknowledgementText"):
            setattr(parent, name, "")
        for name in ("categories", "dependencies", "contributors"):
            setattr(parent, name, [])
        if not hasattr(slicer, "selfTests"):
            slicer.selfTests = {}
        slicer.selfTests[self.moduleName] = self.runTest

    def resourcePath(self, filename: str) -> str:
        """Return the path of a file below the module's `Resources`."""
        return str(Path(self.parent.path).parent / "Resources" / filename)

    def getDefaultModuleDocumentationLink(self, docPage: str | None = None) -> str:
        """Return nothing: there is no documentation of the application to link to."""
        return ""

    def runTest(self, msec: int = 100, **kwargs: Any) -> None:
        """Run the class `<name>Test` of the module's file."""
        module = importlib.import_module(type(self).__module__)
        case = getattr(module, f"{self.moduleName}Test")()
        case.messageDelay = msec
        case.runTest(**kwargs)


class ScriptedLoadableModuleWidget:
    """A module's panel: the parent widget is given, since there is no window to make one in."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__()
        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.developerMode = False
        self.parent = parent
        self.layout = None if parent is None else parent.layout()

    def resourcePath(self, filename: str) -> str:
        """Return the path of a file below the module's `Resources`."""
        import slicer

        return str(Path(slicer.util.modulePath(self.moduleName)).parent / "Resources" / filename)

    def setup(self) -> None:
        """Add nothing: the application adds its section for developers here."""

    def cleanup(self) -> None:
        """Do nothing unless a panel has something to end."""


class ScriptedLoadableModuleLogic:
    """A module's logic with its parameter node."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__()
        self.moduleName = type(self).__name__.removesuffix("Logic")
        self.isSingletonParameterNode = True

    def getParameterNode(self) -> Any:
        """Return the module's parameter node, made where there is none."""
        import slicer

        scene = slicer.mrmlScene
        if not self.isSingletonParameterNode:
            found = next(iter(self.getAllParameterNodes()), None)
        else:
            found = scene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
        if found is None:
            return scene.AddNode(self.createParameterNode())
        # Closing the scene empties the attributes of a singleton and leaves the node.
        found.SetAttribute("ModuleName", self.moduleName)
        return found

    def getAllParameterNodes(self) -> list[Any]:
        """Return all parameter nodes of this module."""
        import slicer

        nodes = slicer.util.getNodesByClass("vtkMRMLScriptedModuleNode")
        return [node for node in nodes if node.GetAttribute("ModuleName") == self.moduleName]

    def createParameterNode(self) -> Any:
        """Return a new parameter node that is not in the scene yet."""
        import slicer

        node = slicer.vtkMRMLScriptedModuleNode()
        if self.isSingletonParameterNode:
            node.SetSingletonTag(self.moduleName)
        node.SetAttribute("ModuleName", self.moduleName)
        node.SetName(slicer.mrmlScene.GenerateUniqueName(self.moduleName))
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    """A module's self-test: a unittest case whose messages are logged."""

    messageDelay = 0

    def delayDisplay(
        self, message: str, requestedDelay: int | None = None, msec: int | None = None
    ) -> None:
        """Log a message; nobody is there to read it, so there is no delay."""
        logger.info("%s", message)

    def runTest(self) -> None:
        """Say that there is no test."""
        logger.warning("no test is defined in %s", type(self).__name__)
