"""The study section of planar scintigraphy: both views of a scan, simulated scans."""

from __future__ import annotations

from collections.abc import Iterable

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.panel.bindings import NodeBinding
from CardioAILib.panel.samplechooser import SampledInputs
from CardioAILib.panel.scintigraphysamples import SAMPLES, load_sample
from CardioAILib.study import Fact


class ScanStudy(SampledInputs):
    """What stands above Check and Apply for planar scans."""

    first = "grade 2"

    def samples(self) -> Iterable[str]:
        """Return the names of the simulated scans."""
        return SAMPLES

    def connect(self) -> None:
        """List the samples and connect the widgets."""
        super().connect()
        selector = self.ui.posteriorSelector
        self.panel.bindings.add(NodeBinding("posterior.image", selector))
        selector.currentNodeChanged.connect(lambda *_: self.panel.refresh())

    def facts(self) -> dict[str, Fact]:
        """Return what the anterior view's file told beside the counts."""
        scan = self.panel.anterior()
        return {} if scan is None else facts_of(scan)

    def load_sample(self) -> None:
        """Load a simulated scan, show it, and choose it."""
        nodes = load_sample(self.panel.scene, self.sample())
        for row in self.panel.inputs.rows:
            row.choose({row.name: InputNodes(nodes.anterior)})
        self.ui.posteriorSelector.setCurrentNode(nodes.posterior)
