"""The study section of cardiac MR: views found in the scene, simulated hearts."""

from __future__ import annotations

from collections.abc import Mapping

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.panel.studyinputs import StudyInputs
from CardioAILib.panel.viewfinding import find_views, reads_views
from CardioAILib.study import Fact
from CardioAILib.system import System

SAMPLE = "scar"
"""Sample that the button loads; Sample Data has the others."""


class HeartStudy(StudyInputs):
    """What stands above Check and Apply for images of the heart."""

    def connect(self) -> None:
        """Connect the widgets."""
        super().connect()
        button = self.ui.findViewsButton
        button.clicked.connect(lambda *_: self.attempt(self.find_views))

    def refresh(self) -> None:
        """Offer to find the views of a system that reads several."""
        super().refresh()
        self.ui.findViewsButton.visible = reads_views(self.panel.system)

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


def found_text(found: Mapping[str, InputNodes], system: System) -> str:
    """Return which views were found, and which are left to be chosen."""
    lost = [name for name in system.inputs if name not in found]
    lines = [_("Found: {names}.").format(names=", ".join(found) or _("no view"))]
    if lost:
        text = _("Not found, or more than one image could be: {names}. Choose by hand.")
        lines.append(text.format(names=", ".join(lost)))
    return " ".join(lines)
