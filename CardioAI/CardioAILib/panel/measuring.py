"""Radiomics of one image and its segmentation; no model is needed."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.panel import featurejobs
from CardioAILib.panel.bindings import NodeBinding, PathBinding
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section, require_there
from CardioAILib.panel.segmentchooser import SegmentChooser


class Measuring(Section):
    """The section Radiomics."""

    slot = "radiomicsSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        structure = next(iter(panel.system.inputs.values())).structure
        self._segment = SegmentChooser(
            "radiomics.segment", structure, panel.bindings, panel.refresh
        )

    def connect(self) -> None:
        """Connect selectors and button."""
        ui, bindings = self.ui, self.panel.bindings
        bindings.add(NodeBinding("radiomics.image", ui.radiomicsImageSelector))
        bindings.add(NodeBinding("radiomics.mask", ui.radiomicsMaskSelector))
        bindings.add(PathBinding("radiomics.file", ui.radiomicsFileEdit))
        self._segment.join(ui.radiomicsSegmentLabel, ui.radiomicsSegmentSelector)
        for selector in (ui.radiomicsImageSelector, ui.radiomicsMaskSelector):
            selector.currentNodeChanged.connect(lambda *_: self.panel.refresh())
        ui.radiomicsButton.clicked.connect(lambda *_: self.attempt(self.apply))

    def refresh(self) -> None:
        """Enable the button where everything is chosen."""
        self._segment.look_at(self.ui.radiomicsMaskSelector.currentNode())
        nodes = self.nodes()
        complete = nodes.image is not None and nodes.mask is not None
        ready = complete and not self._segment.undecided()
        self.ui.radiomicsButton.enabled = ready and not self.panel.runner.busy

    def nodes(self) -> InputNodes:
        """Return the chosen nodes."""
        ui = self.ui
        image, mask = (
            ui.radiomicsImageSelector.currentNode(),
            ui.radiomicsMaskSelector.currentNode(),
        )
        return InputNodes(image, mask, self._segment.chosen())

    def apply(self) -> None:
        """Start to compute the features.

        Raises:
            CardioAIError: Packages are missing, or the inputs cannot be used.
            OSError: The job cannot be written.
        """
        if self.panel.runner.busy:
            return
        self.panel.ensure_packages(torch=False)
        system = self.panel.system
        nodes = {next(iter(system.inputs)): self.nodes()}
        file = self.ui.radiomicsFileEdit.currentPath or None
        with self.new_folder() as folder:
            featurejobs.radiomics_job(
                system, nodes, folder, preset=self.panel.options.radiomics_preset
            )

        def collect(done: Any) -> str:
            require_there(nodes)
            table = featurejobs.collect_radiomics(self.panel.scene, done, nodes, file)
            return _("Done: the table {name} is in the scene.").format(name=table.GetName())

        slot = self.ui.radiomicsSlot
        self.start(Task(_("Computing features"), folder, slot, collect, temporary=True))
