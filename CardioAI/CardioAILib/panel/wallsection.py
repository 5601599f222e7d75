"""The wall of the left ventricle by segment and layer: table, labels and bull's-eye."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.atomic import whole_file
from CardioAILib.mrml.layers import show_outlines
from CardioAILib.mrml.wall import show_wall_layers
from CardioAILib.panel.bindings import ChoiceBinding
from CardioAILib.panel.dialogs import ask_where, with_ending
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.pictures import PICTURE, picture_of
from CardioAILib.panel.radiomicsinputs import RadiomicsInputs
from CardioAILib.panel.section import Section
from CardioAILib.panel.walling import Walled, bullseye_of, measure_wall
from CardioAILib.verbs.features.wall import FEATURES
from CardioAILib.verbs.features.walltable import THICKNESS

LAYERS = "layers"


class WallSection(Section):
    """The part of the section Radiomics that measures the wall.

    Args:
        panel: The panel.
        inputs: What is measured.
    """

    slot = "wallSlot"

    def __init__(self, panel: Any, inputs: RadiomicsInputs) -> None:
        super().__init__(panel)
        self._inputs = inputs
        self._offer = Offer(self.ui.wallButton)
        self._walled: Walled | None = None
        self._svg = ""

    def connect(self) -> None:
        """List features and regions, and connect the widgets."""
        ui, bindings = self.ui, self.panel.bindings
        ui.wallFeatureSelector.addItem(_("wall thickness (mm)"), THICKNESS)
        for name in FEATURES:
            ui.wallFeatureSelector.addItem(name.removeprefix("original_").replace("_", ": "), name)
        ui.wallBySelector.addItem(_("17 segments (AHA)"), "aha")
        ui.wallBySelector.addItem(_("3 layers: endo, mid, epi"), LAYERS)
        ui.wallBySelector.addItem(_("3 layers of each segment"), "aha-layers")
        bindings.add(ChoiceBinding("wall.feature", ui.wallFeatureSelector))
        bindings.add(ChoiceBinding("wall.by", ui.wallBySelector))
        ui.wallFeatureSelector.currentIndexChanged.connect(lambda *_: self.attempt(self.draw))
        ui.wallButton.clicked.connect(lambda *_: self.attempt(self.apply))
        ui.bullseyeButton.clicked.connect(lambda *_: self.attempt(self.save_picture))

    def refresh(self) -> None:
        """Enable the button where the myocardium is clear."""
        missing = self._inputs.missing()
        if not missing and self._inputs.wall_segment() is None:
            missing = _("Check the segment that is the myocardium, and no other.")
        self._offer.show(missing)

    def apply(self) -> None:
        """Measure the wall, and show table, labels and bull's-eye.

        Raises:
            CardioAIError: Packages are missing, or image, segmentation or settings cannot be
                used.
        """
        import slicer.util

        self.panel.ensure_packages(torch=False)
        selector = self.ui.wallBySelector
        by = selector.itemData(selector.currentIndex)
        nodes = self._inputs.nodes(self._inputs.wall_segment())
        self.say(_("Measuring the wall; the first time, compiling takes up to a minute..."))
        with slicer.util.WaitCursor():
            scene, preset = self.panel.scene, self._inputs.preset()
            self._walled = measure_wall(scene, nodes, FEATURES, preset, by)
            show_wall_layers(scene, nodes.image, self._walled.nodes.labels)
            show_outlines(nodes.mask)
        self.draw()
        self._tell(self._walled)
        # The labels take the place of a map that was shown.
        self.panel.refresh()

    def draw(self) -> None:
        """Show the bull's-eye of the chosen feature; layers that go all around have none.

        Raises:
            OSError: The picture cannot be written.
        """
        self._svg = ""
        if self._walled is not None and by_segment(self._walled):
            selector = self.ui.wallFeatureSelector
            feature = selector.itemData(selector.currentIndex)
            self._svg = bullseye_of(self._walled.measured, feature)
            self.ui.bullseyeLabel.pixmap = picture_of(self._svg)
        self.ui.bullseyeLabel.visible = self.ui.bullseyeButton.visible = bool(self._svg)

    def save_picture(self, path: str = "") -> None:
        """Save the bull's-eye as SVG.

        Args:
            path: The file; asked for where it is empty.

        Raises:
            OSError: It cannot be written.
        """
        path = path or ask_where(_("Save picture"), PICTURE, _("Vector graphic (*.svg)"))
        if not path:
            return
        file = with_ending(path, ".svg")
        with whole_file(file, ".svg") as draft:
            draft.write_text(self._svg, encoding="utf-8")
        self.say(_("Saved {path}").format(path=file), "done")

    def scene_closes(self) -> None:
        """Forget the wall, whose nodes go away."""
        super().scene_closes()
        self._walled = None
        self.draw()

    def _tell(self, walled: Walled) -> None:
        text = _("Done: the table {name} is in the scene. Research use only.")
        lines = [text.format(name=walled.nodes.table.GetName())]
        lines += [f"• {finding.message}" for finding in walled.findings]
        self.say("\n".join(lines), "done")


def by_segment(walled: Walled) -> bool:
    """Say whether regions have a place in a bull's-eye."""
    return all(region.segment is not None for region in walled.measured.regions.regions)
