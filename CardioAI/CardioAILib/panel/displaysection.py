"""How the counts are shown: linear or logarithmic, inverted gray, intensity, both views."""

from __future__ import annotations

from slicer.i18n import tr as _

from CardioAILib.mrml.counts import CountDisplay, show_counts
from CardioAILib.mrml.planar import show_planar
from CardioAILib.panel.bindings import ChoiceBinding
from CardioAILib.panel.section import Section

OCTAVE = 10
"""Steps of the slider for twice the intensity."""


class DisplaySection(Section):
    """The section Display; the counts themselves are never changed."""

    slot = "displaySlot"

    def connect(self) -> None:
        """List the scales and connect the widgets."""
        ui = self.ui
        ui.scaleSelector.addItem(_("logarithm"), "log")
        ui.scaleSelector.addItem(_("linear"), "linear")
        self.panel.bindings.add(ChoiceBinding("display.scale", ui.scaleSelector))
        ui.scaleSelector.currentIndexChanged.connect(lambda *_: self.attempt(self.show_counts))
        ui.invertedCheckBox.stateChanged.connect(lambda *_: self.attempt(self.show_counts))
        ui.intensitySlider.valueChanged.connect(lambda *_: self.attempt(self.show_counts))
        ui.showScanButton.clicked.connect(lambda *_: self.attempt(self.show_scan))

    def refresh(self) -> None:
        """Enable what needs a scan."""
        there = self.panel.anterior() is not None
        for name in ("scaleSelector", "invertedCheckBox", "intensitySlider", "showScanButton"):
            getattr(self.ui, name).enabled = there

    def chosen(self) -> CountDisplay:
        """Return how counts are to be shown."""
        ui = self.ui
        scale = ui.scaleSelector.itemData(ui.scaleSelector.currentIndex) or "log"
        return CountDisplay(
            scale, ui.invertedCheckBox.checked, 2 ** (ui.intensitySlider.value / OCTAVE)
        )

    def show_counts(self) -> None:
        """Show the counts of both views as chosen."""
        for node in (self.panel.anterior(), self.panel.posterior()):
            if node is not None:
                show_counts(node, self.chosen())

    def show_scan(self) -> None:
        """Show both views side by side, the posterior from behind.

        Raises:
            MissingInputError: A view was deleted.
        """
        self.show_counts()
        show_planar(self.panel.scene, self.panel.anterior(), self.panel.posterior())
        self.panel.refresh()
