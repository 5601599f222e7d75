"""Which model of view planes checks the images, and what is said of it."""

from __future__ import annotations

from typing import Any

from CardioAILib.panel.bindings import PathBinding
from CardioAILib.panel.modelnote import NOTE_COLORS, ModelNote, describe_model
from CardioAILib.panel.section import Section
from CardioAILib.systems import named
from CardioAILib.verbs.units import PLANE

PLANES = "germain2021_plane"
"""Name of the system whose models tell view planes apart."""


class ViewCheck(Section):
    """The part of the study section that chooses the model of view planes."""

    slot = "predictSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._described: tuple[str, ModelNote] | None = None

    def connect(self) -> None:
        """Keep the choice; none at first, since a model of simulated images errs on real ones."""
        edit = self.ui.planeModelEdit
        self.panel.bindings.add(PathBinding("plane_model", edit, ""))
        edit.currentPathChanged.connect(lambda *_: self.panel.refresh())

    def refresh(self) -> None:
        """Say what the model is; it knows cines, and a system that tells planes needs no check."""
        wanted, folder = self._wanted(), self.ui.planeModelEdit.currentPath
        self.ui.planeFrame.visible = wanted
        self.ui.planeModelLabel.visible = wanted and bool(folder)
        if wanted and folder:
            note = self._note(folder)
            label = self.ui.planeModelLabel
            label.text, label.toolTip = note.text, note.detail
            label.styleSheet = NOTE_COLORS[note.kind]

    def model(self) -> str | None:
        """Return the folder of a model to ask; None where there is none that could answer."""
        folder = self.ui.planeModelEdit.currentPath
        return folder if self._wanted() and folder and self._note(folder).usable else None

    def _wanted(self) -> bool:
        system = self.panel.system
        cine = all(needed.image.kind == "cine" for needed in system.inputs.values())
        return cine and system.task.target != PLANE

    def _note(self, folder: str) -> ModelNote:
        if self._described is None or self._described[0] != folder:
            self._described = folder, describe_model(folder, named(PLANES))
        return self._described[1]
