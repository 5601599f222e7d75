"""What is behind a panel's widgets: the system, its inputs, the sections, the running job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.panel.batching import Batching
from CardioAILib.panel.bindings import Bindings, ChoiceBinding, PathBinding
from CardioAILib.panel.inputs import InputRows
from CardioAILib.panel.launcher import best_launch
from CardioAILib.panel.mapsection import MapSection
from CardioAILib.panel.measuring import Measuring
from CardioAILib.panel.packages import ensure_packages
from CardioAILib.panel.predicting import Predicting
from CardioAILib.panel.progressarea import ProgressArea
from CardioAILib.panel.radiomicsinputs import RadiomicsInputs
from CardioAILib.panel.runner import Runner
from CardioAILib.panel.section import Section
from CardioAILib.panel.studyinputs import StudyInputs
from CardioAILib.panel.training import Training
from CardioAILib.panel.wallsection import WallSection
from CardioAILib.systems import named
from CardioAILib.worker import Launch

MODEL = "model"
"""Parameter with the chosen model folder."""


class Board:
    """The parts of an open panel, and what they ask of each other.

    Args:
        ui: The widgets by name.
        scene: The scene.
        module: Name of the module, for Slicer's questions.
        system_names: Systems to offer, the one to begin with first.
        requirements: File that lists the packages to install.
        parameters: Returns the scene's parameter node, wrapped.
        demonstration: Model folder that is chosen where the user chose none.
        launch: Starts workers; None for Slicer's own way.
    """

    def __init__(
        self,
        ui: Any,
        scene: Any,
        module: str,
        system_names: Sequence[str],
        *,
        requirements: Path,
        parameters: Callable[[], Any],
        demonstration: str = "",
        launch: Launch | None = None,
    ) -> None:
        self.ui, self.scene = ui, scene
        self.system = named(system_names[0])
        self.options: Any = None
        self.bindings = Bindings()
        self.area = ProgressArea(ui)
        self.runner = Runner(self.area, launch or best_launch(), self.refresh)
        self.inputs = InputRows(ui.inputsFrame, self.bindings, self.refresh)
        self._module, self._requirements = module, requirements
        self._parameters = parameters
        self._gui_tag: int | None = None
        self._training, self._predicting = Training(self), Predicting(self)
        self._sections: tuple[Section, ...] = ()
        self._list_systems(system_names)
        self._offer_model(demonstration)
        self._connect()

    # What the sections ask

    def refresh(self) -> None:
        """Enable, and say, what fits the choices of now."""
        for section in self._sections:
            section.refresh()

    def model_folder(self) -> str:
        """Return the chosen model folder."""
        return self.ui.modelFolderEdit.currentPath

    def choose_model(self, folder: str) -> None:
        """Choose a model folder, also while another module is open and nothing is followed."""
        self._parameters().parameterNode.SetParameter(MODEL, folder)
        self.ui.modelFolderEdit.currentPath = folder

    def ensure_packages(self, *, torch: bool) -> None:
        """Have the needed packages installed, with consent.

        Raises:
            DependencyError: Some are missing in the end.
        """
        ensure_packages(self._requirements, self._module, torch=torch)

    # What the module's widget asks

    def follow(self, options: Any) -> None:
        """Show another parameter node, wrapped, and keep it up to date; None for no one."""
        self.bindings.follow(None)
        if self._gui_tag is not None:
            self.options.disconnectGui(self._gui_tag)
            self._gui_tag = None
        if options is None:
            return
        self.options = options
        for section in self._sections:
            section.remind(options.parameterNode)
        self._gui_tag = options.connectGui(self.ui)
        self.bindings.follow(options.parameterNode)
        self.inputs.refresh()
        self.refresh()

    def scene_closes(self) -> None:
        """Stop what would write to the scene, and forget its nodes."""
        self.follow(None)
        self.runner.scene_closes()
        self._predicting.forget()
        for section in self._sections:
            section.scene_closes()

    def close(self) -> None:
        """End everything; the widgets go away."""
        self.follow(None)
        self.inputs.close()
        self.runner.close()
        for section in self._sections:
            section.close()

    # Setting up

    def _connect(self) -> None:
        measured = RadiomicsInputs(self)
        radiomics = (
            measured,
            *(kind(self, measured) for kind in (Measuring, MapSection, WallSection)),
        )
        judging = StudyInputs(self), self._predicting
        every = (*judging, *radiomics, self._training, Batching(self))
        for section in every:
            section.connect()
        self.ui.cancelButton.clicked.connect(lambda *_: self.runner.cancel())
        self._sections = every
        self._choose(self.system.name)

    def _offer_model(self, demonstration: str) -> None:
        edit = self.ui.modelFolderEdit
        edit.currentPath = demonstration
        self.bindings.add(PathBinding(MODEL, edit, demonstration))

    def _list_systems(self, names: Sequence[str]) -> None:
        selector = self.ui.systemSelector
        for name in names:
            selector.addItem(named(name).title, name)
        self.bindings.add(ChoiceBinding("system", selector))
        selector.currentIndexChanged.connect(self._on_system_chosen)

    def _on_system_chosen(self, *_: Any) -> None:
        name = self.ui.systemSelector.itemData(self.ui.systemSelector.currentIndex)
        if name is not None and name != self.system.name:
            self._choose(name)

    def _choose(self, name: str) -> None:
        """Show what a system reads and offers."""
        self.system = named(name)
        self.ui.systemSelector.toolTip = self.system.published.citation
        self._training.list_arms()
        self.inputs.build(self.system)
        self.bindings.show()
        self.refresh()
