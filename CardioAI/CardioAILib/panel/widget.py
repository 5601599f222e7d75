"""The panel that all modules share: a module names its systems, the rest is here.

Nothing of the library is imported before the panel is opened, since Slicer imports every module's
file at its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from slicer.ScriptedLoadableModule import ScriptedLoadableModuleWidget
from slicer.util import VTKObservationMixin

if TYPE_CHECKING:
    from CardioAILib.panel.board import Board
    from CardioAILib.system import System
    from CardioAILib.worker import Launch


class PanelWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """A module's panel.

    A module derives from it and sets what is its own. Its .ui has the widgets that its board's
    sections name; its parameter node has the options that these widgets name.
    """

    modality: ClassVar[str] = "MR"
    """DICOM modality of what the module's systems read; the first of them is chosen at first."""
    requirements: ClassVar[str] = "CardioAIRequirements.txt"
    """File in Resources that lists the packages to install."""
    logic_class: ClassVar[type]
    """The module's logic, whose `getParameterNode` gives the wrapped node."""
    demonstrations: ClassVar[Mapping[str, str]] = {}
    """Folder in Resources with the model that is chosen at first, by the system's name."""
    launch: Launch | None = None
    """Starts workers; None for Slicer's own way."""

    def __init__(self, parent: Any = None) -> None:
        self.board: Board | None = None
        # Without a parent this calls `setup`, which observes: the mixin is begun there, once.
        super().__init__(parent)

    def board_class(self) -> type[Board]:
        """Return what is behind the widgets; imported here, since a panel may never be opened."""
        raise NotImplementedError

    def setup(self) -> None:
        """Build the panel when the module is opened for the first time."""
        import slicer

        from CardioAILib.systems import ALL

        super().setup()
        widget = slicer.util.loadUI(self.resourcePath(f"UI/{self.moduleName}.ui"))
        self.layout.addWidget(widget)
        widget.setMRMLScene(slicer.mrmlScene)
        self.logic = self.logic_class()
        self.board = self.board_class()(
            slicer.util.childWidgetVariables(widget),
            slicer.mrmlScene,
            self.moduleName,
            [system for system in ALL if reads(system, self.modality)],
            requirements=Path(self.resourcePath(self.requirements)),
            parameters=self.logic.getParameterNode,
            demonstrations={
                name: self.resourcePath(folder) for name, folder in self.demonstrations.items()
            },
            launch=self.launch,
        )
        self._observe(slicer.mrmlScene)
        self.board.follow(self.logic.getParameterNode())

    def enter(self) -> None:
        """Bring the panel up to date when the user comes back to it."""
        if self.board is not None:
            self.board.follow(self.logic.getParameterNode())

    def exit(self) -> None:
        """Leave the parameter node alone while another module is open."""
        if self.board is not None:
            self.board.follow(None)

    def cleanup(self) -> None:
        """End what runs and observes; the panel goes away."""
        self.removeObservers()
        if self.board is not None:
            self.board.close()

    def _observe(self, scene: Any) -> None:
        self.addObserver(scene, scene.StartCloseEvent, self._on_start_close)
        self.addObserver(scene, scene.EndCloseEvent, self._on_replaced)
        self.addObserver(scene, scene.EndImportEvent, self._on_replaced)
        self.addObserver(scene, scene.NodeRemovedEvent, self._on_node_removed)

    def _on_start_close(self, caller: Any, event: Any) -> None:
        if self.board is not None:
            self.board.scene_closes()

    def _on_replaced(self, caller: Any, event: Any) -> None:
        # A panel that is not open follows the scene once it is entered.
        if getattr(self.parent, "isEntered", True):
            self.enter()

    def _on_node_removed(self, caller: Any, event: Any) -> None:
        if self.board is not None and not caller.IsClosing():
            self.board.refresh()


def reads(system: System, modality: str) -> bool:
    """Say whether all images of a system are of a modality."""
    return all(needed.image.modality == modality for needed in system.inputs.values())
