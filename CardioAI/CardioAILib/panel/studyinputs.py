"""The upper part of the panel: which system and model, which nodes, and where to get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.panel.inputrow import InputRow
from CardioAILib.panel.modelnote import NOTE_COLORS, describe_model
from CardioAILib.panel.section import Section
from CardioAILib.panel.segmenting import open_segment_editor, start_segmentation
from CardioAILib.panel.viewfinding import find_views, reads_views
from CardioAILib.study import Fact
from CardioAILib.system import System

SAMPLE = "scar"
"""Sample that the button loads; Sample Data has the others."""


class StudyInputs(Section):
    """What stands above Check and Apply, but for the selectors themselves."""

    slot = "predictSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._described: tuple[str, str] | None = None

    def connect(self) -> None:
        """Connect the widgets."""
        ui = self.ui
        ui.modelFolderEdit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.segmentButton.clicked.connect(lambda *_: self.attempt(self.segment))
        ui.findViewsButton.clicked.connect(lambda *_: self.attempt(self.find_views))
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
        self.ui.findViewsButton.visible = reads_views(self.panel.system)
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

    def find_views(self) -> None:
        """Choose the images of the scene that are the system's views; say what was found."""
        found = find_views(self.panel.scene, self.panel.system)
        for row in self.panel.inputs.rows:
            row.choose(found)
        self.say(found_text(found, self.panel.system))

    def load_sample(self) -> None:
        """Load simulated images with their segmentation, and choose them."""
        from CardioAILib.panel.lgesample import SOURCE, load_enhancement, reads_enhancement
        from CardioAILib.panel.samples import load_sample

        facts: Mapping[str, Fact] = {}
        if reads_enhancement(self.panel.system):
            sample = load_enhancement(self.panel.scene, self.panel.system.task.names[-1])
            chosen, facts = sample.nodes, sample.facts
        else:
            chosen = load_sample(self.panel.scene, self.panel.system, SAMPLE)
        for row in self.panel.inputs.rows:
            row.choose(chosen)
        self.panel.fill_findings(facts, SOURCE)

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


def found_text(found: Mapping[str, InputNodes], system: System) -> str:
    """Return which views were found, and which are left to be chosen."""
    lost = [name for name in system.inputs if name not in found]
    lines = [_("Found: {names}.").format(names=", ".join(found) or _("no view"))]
    if lost:
        text = _("Not found, or more than one image could be: {names}. Choose by hand.")
        lines.append(text.format(names=", ".join(lost)))
    return " ".join(lines)
