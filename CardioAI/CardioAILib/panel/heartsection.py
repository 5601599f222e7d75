"""Measurements of the heart from segmentations alone: table, values and bull's-eye."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml.phases import has_frames
from CardioAILib.panel.bindings import NodeBinding, PathBinding
from CardioAILib.panel.body import Body
from CardioAILib.panel.cardparts import band
from CardioAILib.panel.classcard import measurements_part
from CardioAILib.panel.heartmeasures import MeasuredHeart, measure_heart, pictures_of
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.pictures import Pictures
from CardioAILib.panel.section import Section
from CardioAILib.results import RESEARCH_ONLY


class HeartSection(Section):
    """The section Measurements; no model is needed, and nothing leaves this process."""

    slot = "heartSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        ui = self.ui
        self.body = Body(ui.heartHeightSpinBox, ui.heartWeightSpinBox, ui.heartSexSelector)
        self._offer = Offer(ui.heartButton)
        self._pictures = Pictures(ui.heartPictureSelector, ui.heartPictureLabel)

    def connect(self) -> None:
        """Connect selectors and buttons."""
        ui, bindings = self.ui, self.panel.bindings
        bindings.add(NodeBinding("heart.ed", ui.heartEdSelector))
        bindings.add(NodeBinding("heart.es", ui.heartEsSelector))
        bindings.add(PathBinding("heart.file", ui.heartFileEdit))
        self.body.connect(bindings)
        self._pictures.connect()
        for selector in (ui.heartEdSelector, ui.heartEsSelector):
            selector.currentNodeChanged.connect(lambda *_: self.panel.refresh())
        ui.heartButton.clicked.connect(lambda *_: self.attempt(self.apply))
        ui.heartPictureButton.clicked.connect(lambda *_: self.attempt(self.save_picture))

    def refresh(self) -> None:
        """Enable the button where a segmentation is chosen; ask for no second of a sequence."""
        ed = self.ui.heartEdSelector.currentNode()
        self.ui.heartEsSelector.enabled = not has_frames(ed)
        busy = self.panel.runner.busy and _("A job is running: wait for it, or cancel it.")
        self._offer.show(busy or ("" if ed else _("Choose a segmentation first.")))

    def apply(self) -> None:
        """Measure, and show table, values and bull's-eye.

        Raises:
            CardioAIError: Packages are missing, or a segmentation cannot be used.
            OSError: The CSV cannot be written.
        """
        import slicer.util

        self.panel.ensure_packages(torch=False)
        ui, sex = self.ui, self.body.sex()
        ed, es = ui.heartEdSelector.currentNode(), ui.heartEsSelector.currentNode()
        how = {"sex": sex, "csv": ui.heartFileEdit.currentPath or None, **self.body.size()}
        self.say(_("Measuring..."))
        with slicer.util.WaitCursor():
            es = None if has_frames(ed) else es
            self.show(measure_heart(self.panel.scene, ed, es, **how), sex)

    def show(self, heart: MeasuredHeart, sex: str | None) -> None:
        """Show a measured heart."""
        text = band(RESEARCH_ONLY, "danger") + measurements_part(heart.values, sex)
        self.ui.heartTableLabel.text = text
        self.ui.heartTableLabel.visible = True
        self._pictures.show(pictures_of(heart.values))
        self.ui.heartPictureButton.visible = bool(self._pictures.chosen())
        done = _("Done: the table {name} is in the scene. Research use only.")
        lines = [f"• {finding.message}" for finding in heart.findings]
        self.say("\n".join([done.format(name=heart.table.GetName()), *lines]), "done")

    def save_picture(self, path: str = "") -> None:
        """Save the bull's-eye as SVG; see `Pictures.save`."""
        if file := self._pictures.save(path):
            self.say(_("Saved {path}").format(path=file), "done")

    def scene_closes(self) -> None:
        """Forget the heart, whose table goes away."""
        super().scene_closes()
        self._pictures.show({})
        self.ui.heartPictureButton.visible = self.ui.heartTableLabel.visible = False
        self.ui.heartTableLabel.text = ""
