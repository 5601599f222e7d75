"""The study section of planar scintigraphy: both views of a scan, simulated scans."""

from __future__ import annotations

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel.bindings import ChoiceBinding, NodeBinding
from CardioAILib.panel.scintigraphysamples import SAMPLES, load_sample
from CardioAILib.panel.studyinputs import StudyInputs
from CardioAILib.study import Fact

FIRST = "grade 2"
"""Sample that is chosen at first."""


class ScanStudy(StudyInputs):
    """What stands above Check and Apply for planar scans."""

    def connect(self) -> None:
        """List the samples and connect the widgets."""
        super().connect()
        ui = self.ui
        for name in SAMPLES:
            ui.sampleSelector.addItem(name, name)
        ui.sampleSelector.currentIndex = ui.sampleSelector.findData(FIRST)
        self.panel.bindings.add(ChoiceBinding("sample", ui.sampleSelector))
        self.panel.bindings.add(NodeBinding("posterior.image", ui.posteriorSelector))
        ui.posteriorSelector.currentNodeChanged.connect(lambda *_: self.panel.refresh())

    def refresh(self) -> None:
        """Say what the model is, and what is missing."""
        super().refresh()
        self.ui.sampleSelector.enabled = not self.panel.runner.busy

    def facts(self) -> dict[str, Fact]:
        """Return what the anterior view's file told beside the counts."""
        scan = self.panel.anterior()
        return {} if scan is None else facts_of(scan)

    def load_sample(self) -> None:
        """Load a simulated scan, show it, and choose it."""
        selector = self.ui.sampleSelector
        nodes = load_sample(self.panel.scene, selector.itemData(selector.currentIndex))
        for row in self.panel.inputs.rows:
            row.choose({row.name: InputNodes(nodes.anterior)})
        self.ui.posteriorSelector.setCurrentNode(nodes.posterior)
