"""The study section of a module that has several simulated samples to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from CardioAILib.panel.bindings import ChoiceBinding
from CardioAILib.panel.studyinputs import StudyInputs


class SampledInputs(StudyInputs):
    """A study section with a list of samples beside the button that loads one."""

    first: ClassVar[str]
    """Sample that is chosen at first."""

    def samples(self) -> Iterable[str]:
        """Return the names of the samples, which are shown as they are."""
        raise NotImplementedError

    def connect(self) -> None:
        """List the samples and connect the widgets."""
        super().connect()
        selector = self.ui.sampleSelector
        for name in self.samples():
            selector.addItem(name, name)
        selector.currentIndex = selector.findData(self.first)
        self.panel.bindings.add(ChoiceBinding("sample", selector))

    def refresh(self) -> None:
        """Say what the model is, and what is missing."""
        super().refresh()
        self.ui.sampleSelector.enabled = not self.panel.runner.busy

    def sample(self) -> str:
        """Return the name of the chosen sample."""
        selector = self.ui.sampleSelector
        return str(selector.itemData(selector.currentIndex))
