"""The upper part of the panel: which system and model, which nodes, and where to get them."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.panel.inputrow import InputRow
from CardioAILib.panel.modelnote import NOTE_COLORS, describe_model
from CardioAILib.panel.section import Section
from CardioAILib.panel.segmenting import open_segment_editor, start_segmentation


class StudyInputs(Section):
    """What stands above Check and Apply, but for the selectors themselves.

    A module derives from it and loads its own sample data.
    """

    slot = "predictSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._described: tuple[str, str] | None = None

    def connect(self) -> None:
        """Connect the widgets."""
        ui = self.ui
        ui.modelFolderEdit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.segmentButton.clicked.connect(lambda *_: self.attempt(self.segment))
        ui.sampleButton.clicked.connect(lambda *_: self.attempt(self.load_sample))

    def refresh(self) -> None:
        """Say what the model is, and what is missing."""
        self._show_model()
        row = self.panel.inputs.without_mask()
        self.ui.hintFrame.visible = row is not None
        if row is not None:
            self.ui.hintLabel.text = hint_text(row)
            text = _("Segment {structure}...").format(structure=row.needed.structure)
            self.ui.segmentButton.text = text
        self.ui.sampleButton.enabled = not self.panel.runner.busy

    def segment(self) -> None:
        """Make a segmentation of the chosen image and open Segment Editor on it."""
        row = self.panel.inputs.without_mask()
        if row is None:
            return
        image = row.image.currentNode()
        node = start_segmentation(self.panel.scene, image, row.needed.structure)
        row.mask.setCurrentNode(node)
        open_segment_editor(node, image)

    def load_sample(self) -> None:
        """Load simulated images, and choose them."""

    def _show_model(self) -> None:
        asked = (self.panel.model_folder(), self.panel.system.name)
        if asked == self._described:
            return
        self._described = asked
        note = describe_model(self.panel.model_folder(), self.panel.system)
        self.ui.modelLabel.text, self.ui.modelLabel.toolTip = note.text, note.detail
        self.ui.modelLabel.styleSheet = NOTE_COLORS[note.kind]
        self.ui.modelLabel.visible = True


def hint_text(row: InputRow) -> str:
    """Return what to do about a missing segmentation."""
    text = _("No segmentation is chosen: the {structure} of this image is needed.")
    return text.format(structure=row.needed.structure)
