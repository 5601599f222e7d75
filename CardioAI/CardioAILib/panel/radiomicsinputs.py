"""What all radiomics of the panel is taken from: image, segmentation, segments, settings."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.frames import sequence_of
from CardioAILib.panel.bindings import NodeBinding
from CardioAILib.panel.presetchooser import PresetChooser
from CardioAILib.panel.section import Section
from CardioAILib.panel.segmentlist import SegmentList
from CardioAILib.systems import FAHMY_2022

PRESET = "radiomics_preset"
READ_AS = FAHMY_2022
"""Whatever system is chosen above: the one whose inputs and preparation radiomics goes by."""


class RadiomicsInputs(Section):
    """The upper part of the section Radiomics."""

    slot = "radiomicsInputsSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        structure = next(iter(READ_AS.inputs.values())).structure
        self._presets = PresetChooser(PRESET, self.ui.radiomicsPresetSelector)
        self._segments = SegmentList("radiomics.segments", structure, self.ui.radiomicsSegmentsList)

    def connect(self) -> None:
        """Connect selectors and buttons."""
        ui, bindings = self.ui, self.panel.bindings
        bindings.add(NodeBinding("radiomics.image", ui.radiomicsImageSelector))
        bindings.add(NodeBinding("radiomics.mask", ui.radiomicsMaskSelector))
        bindings.add(self._segments)
        self._presets.connect(bindings)
        for selector in (ui.radiomicsImageSelector, ui.radiomicsMaskSelector):
            selector.currentNodeChanged.connect(lambda *_: self.panel.refresh())
        ui.radiomicsSegmentsList.itemChanged.connect(lambda *_: self.panel.refresh())
        ui.radiomicsLoadButton.clicked.connect(lambda *_: self.attempt(self.load_preset))
        ui.radiomicsSaveButton.clicked.connect(lambda *_: self.attempt(self.save_preset))

    def refresh(self) -> None:
        """List the segments of the chosen segmentation."""
        if self._segments.look_at(self.ui.radiomicsMaskSelector.currentNode()):
            self.panel.bindings.show()

    def load_preset(self, path: str = "") -> None:
        """Add settings from a file; see `PresetChooser.load`."""
        if done := self._presets.load(path):
            self.say(done, "done")

    def save_preset(self, path: str = "") -> None:
        """Save the chosen settings; see `PresetChooser.store`."""
        if done := self._presets.store(path):
            self.say(done, "done")

    # What the sections below ask

    def preset(self) -> str:
        """Return the name of the chosen preset, or the path of its file."""
        return self._presets.chosen()

    def segments(self) -> tuple[str, ...]:
        """Return the IDs of the checked segments."""
        return self._segments.chosen()

    def complete(self) -> bool:
        """Say whether image and segmentation are chosen."""
        ui = self.ui
        selectors = ui.radiomicsImageSelector, ui.radiomicsMaskSelector
        return all(selector.currentNode() is not None for selector in selectors)

    def nodes(self, segment: str | None = None) -> InputNodes:
        """Return the chosen nodes, with a segment of theirs."""
        ui = self.ui
        image, mask = ui.radiomicsImageSelector, ui.radiomicsMaskSelector
        return InputNodes(image.currentNode(), mask.currentNode(), segment)

    def wall_segment(self) -> str | None:
        """Return the segment of the structure; None where it is not clear which."""
        found = self._segments.of_structure()
        return found[0] if len(found) == 1 else None

    def have_frames(self) -> bool:
        """Say whether image and segmentation both belong to a sequence."""
        nodes = self.nodes()
        return self.complete() and all(sequence_of(n)[0] for n in (nodes.image, nodes.mask))

    def missing(self) -> str:
        """Say what is to be done before anything is measured; empty where all is there."""
        if self.panel.runner.busy:
            return _("A job is running: wait for it, or cancel it.")
        if not self.complete():
            return _("Choose an image and its segmentation first.")
        return ""
