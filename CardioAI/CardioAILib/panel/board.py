"""What is behind a panel's widgets: the system, its inputs, the sections, the running job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.mrml.threeviews import settle
from CardioAILib.panel.bindings import Bindings, ChoiceBinding, PathBinding
from CardioAILib.panel.inputs import InputRows
from CardioAILib.panel.launcher import best_launch
from CardioAILib.panel.packages import ensure_packages, lacking
from CardioAILib.panel.progressarea import ProgressArea
from CardioAILib.panel.runner import Runner
from CardioAILib.panel.section import Section
from CardioAILib.study import Fact
from CardioAILib.system import System
from CardioAILib.systems import named
from CardioAILib.worker import Launch

MODEL = "model"
"""Parameter with the chosen model folder."""


class Board:
    """The parts of an open panel, and what they ask of each other.

    A module derives from it and makes its sections.

    Args:
        ui: The widgets by name.
        scene: The scene.
        module: Name of the module, for Slicer's questions.
        systems: Systems to offer, the one to begin with first.
        requirements: File that lists the packages to install.
        parameters: Returns the scene's parameter node, wrapped.
        demonstrations: Model folder that is chosen where the user chose none, by the system's
            name; those that are not there are passed over.
        launch: Starts workers; None for Slicer's own way.
    """

    def __init__(
        self,
        ui: Any,
        scene: Any,
        module: str,
        systems: Sequence[System],
        *,
        requirements: Path,
        parameters: Callable[[], Any],
        demonstrations: Mapping[str, str] | None = None,
        launch: Launch | None = None,
    ) -> None:
        self.ui, self.scene = ui, scene
        self.system = systems[0]
        self.options: Any = None
        self.bindings = Bindings()
        self.area = ProgressArea(ui)
        self.runner = Runner(self.area, launch or best_launch(), self.refresh)
        self.inputs = InputRows(ui.inputsFrame, self.bindings, self.refresh)
        self._module, self._requirements = module, requirements
        self._parameters = parameters
        self._gui_tag: int | None = None
        self._sections: tuple[Section, ...] = ()
        self._demonstrations = dict(demonstrations or {})
        self._list_systems(systems)
        self._model = self._offer_model()
        self._connect()

    def make_sections(self) -> tuple[Section, ...]:
        """Make the sections of the panel; their choices are restored in this order."""
        raise NotImplementedError

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

    def study_facts(self) -> dict[str, Fact]:
        """Return what is known of the study, as cells of a cohort table."""
        return {name: value for one in self._sections for name, value in one.facts().items()}

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
        settle(self.scene)
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
        every = self.make_sections()
        for section in every:
            section.connect()
        self.ui.cancelButton.clicked.connect(lambda *_: self.runner.cancel())
        self._sections = every
        self._choose(self.system.name)

    def lacks_packages(self) -> bool:
        """Say whether a package is missing; nothing is installed or asked."""
        return bool(lacking(self._requirements))

    def demonstration(self, name: str) -> str:
        """Return the folder of a system's demonstration model; empty where there is none."""
        folder = self._demonstrations.get(name, "")
        return folder if folder and Path(folder).is_dir() else ""

    def _offer_model(self) -> PathBinding:
        edit, folder = self.ui.modelFolderEdit, self.demonstration(self.system.name)
        edit.currentPath = folder
        binding = PathBinding(MODEL, edit, folder)
        self.bindings.add(binding)
        return binding

    def _list_systems(self, systems: Sequence[System]) -> None:
        selector = self.ui.systemSelector
        for system in systems:
            selector.addItem(system.title, system.name)
        self.bindings.add(ChoiceBinding("system", selector))
        selector.currentIndexChanged.connect(self._on_system_chosen)

    def _on_system_chosen(self, *_: Any) -> None:
        name = self.ui.systemSelector.itemData(self.ui.systemSelector.currentIndex)
        if name is not None and name != self.system.name:
            self._choose(name)

    def _choose(self, name: str) -> None:
        """Show what a system reads and offers."""
        before, self.system = self.system, named(name)
        if before.name != name:
            self._model.change_default(self.demonstration(name))
        self.ui.systemSelector.toolTip = self.system.published.citation
        for section in self._sections:
            section.system_chosen()
        self.inputs.build(self.system)
        self.bindings.show()
        self.refresh()
