"""The section Late enhancement: extent, pattern and early darkening, without a model."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.measurements.lge import METHODS, SUGGESTION, Darkening
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.layers import show_outlines
from CardioAILib.mrml.phases import has_frames
from CardioAILib.panel.bindings import ChoiceBinding, NodeBinding, NumberBinding, PathBinding
from CardioAILib.panel.cardparts import band, paragraph, table
from CardioAILib.panel.darkening import measure_darkening, suggested
from CardioAILib.panel.enhancing import Enhanced, measure_late_enhancement, reference_of
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.pictures import Pictures
from CardioAILib.panel.section import Section
from CardioAILib.report.lgebullseye import TITLE, extent_svg
from CardioAILib.results import RESEARCH_ONLY

SHOWN = (
    ("LGE_extent_above_blood_percent", "extent, 1 SD above blood", "%"),
    ("LGE_extent_{method}_percent", "extent, {words}", "%"),
    ("LGE_extent_{method}_g", "mass, {words}", "g"),
    ("LGE_blood_myocardium_ratio", "blood to myocardium", ""),
    ("LGE_CNR_blood_myocardium", "contrast to noise, blood to myocardium", ""),
    ("LGE_contiguous_segments", "largest group of segments, subendocardial or transmural", ""),
)
"""Values that the section lists; the table in the scene has all."""


class LgeSection(Section):
    """What a reader measures on late enhancement; nothing leaves this process."""

    slot = "lgeSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        ui = self.ui
        self._offer, self._offer_series = Offer(ui.lgeButton), Offer(ui.darkeningButton)
        self._pictures = Pictures(ui.lgePictureSelector, ui.lgePictureLabel)

    def connect(self) -> None:
        """Fill the lists, and connect selectors and buttons."""
        ui, bindings = self.ui, self.panel.bindings
        for name in METHODS:
            ui.lgeMethodSelector.addItem(method_text(name), name)
        ui.lgeMethodSelector.currentIndex = METHODS.index("5sd")
        ui.lgeReferenceSelector.addItem(_("darkest 60° of each slice"), "auto")
        ui.lgeReferenceSelector.addItem(_("darkest 60° of the stack"), "stack")
        ui.lgeReferenceSelector.addItem(_("AHA segments:"), "segments")
        for name in ("Image", "Mask", "Series", "Blood"):
            selector = getattr(ui, f"lge{name}Selector")
            bindings.add(NodeBinding(f"lge.{name.lower()}", selector))
            selector.currentNodeChanged.connect(lambda *_: self.panel.refresh())
        bindings.add(ChoiceBinding("lge.method", ui.lgeMethodSelector))
        bindings.add(ChoiceBinding("lge.reference", ui.lgeReferenceSelector))
        bindings.add(NumberBinding("lge.minute", ui.lgeMinuteSpinBox))
        bindings.add(PathBinding("lge.file", ui.lgeFileEdit))
        ui.lgeReferenceSelector.currentIndexChanged.connect(lambda *_: self.panel.refresh())
        self._pictures.connect()
        ui.lgeButton.clicked.connect(lambda *_: self.attempt(self.apply))
        ui.lgePictureButton.clicked.connect(lambda *_: self.attempt(self.save_picture))
        ui.darkeningButton.clicked.connect(lambda *_: self.attempt(self.darken))

    def refresh(self) -> None:
        """Enable the buttons where their nodes are chosen."""
        ui = self.ui
        busy = self.panel.runner.busy and _("A job is running: wait for it, or cancel it.")
        chosen = ui.lgeImageSelector.currentNode() and ui.lgeMaskSelector.currentNode()
        self._offer.show(busy or ("" if chosen else _("Choose an image and its segmentation.")))
        series = has_frames(ui.lgeSeriesSelector.currentNode())
        both = series and ui.lgeBloodSelector.currentNode()
        text = _("Choose a sequence of early images, and a segmentation of the LV cavity.")
        self._offer_series.show(busy or ("" if both else text))
        ui.lgeSegmentsEdit.visible = self._reference() == "segments"

    def apply(self) -> None:
        """Measure late enhancement, and show tables, segment, bull's-eye and suggestions.

        Raises:
            CardioAIError: Packages are missing, or image, segmentation or reference is no good.
            OSError: The CSV cannot be written.
        """
        import slicer.util

        self.panel.ensure_packages(torch=False)
        ui = self.ui
        nodes = InputNodes(ui.lgeImageSelector.currentNode(), ui.lgeMaskSelector.currentNode())
        method = ui.lgeMethodSelector.itemData(ui.lgeMethodSelector.currentIndex)
        how = {"method": method, "csv": ui.lgeFileEdit.currentPath or None}
        how["reference"] = reference_of(self._reference(), ui.lgeSegmentsEdit.text)
        self.say(_("Measuring..."))
        with slicer.util.WaitCursor():
            self.show(measure_late_enhancement(self.panel.scene, nodes, **how), method)
            show_outlines(nodes.mask)

    def show(self, done: Enhanced, method: str) -> None:
        """Show what was measured, and offer what it suggests to the findings."""
        self._pictures.show({TITLE: extent_svg(done.found)} if done.found.segments else {})
        self.ui.lgePictureSelector.visible = False
        self.ui.lgePictureButton.visible = bool(done.found.segments)
        self.ui.lgeTableLabel.text = summary(done, method)
        self.ui.lgeTableLabel.visible = True
        self.panel.suggest(done.suggestions)
        text = _("Done: the tables and the enhanced region are in the scene.")
        self.say("\n".join([text, *(f"• {one.message}" for one in done.findings)]), "done")

    def darken(self) -> None:
        """Measure early darkening, say what it is, and offer it to the findings.

        Raises:
            CardioAIError: Packages are missing, or series or segmentation cannot be used.
        """
        import slicer.util

        self.panel.ensure_packages(torch=False)
        ui = self.ui
        series, blood = ui.lgeSeriesSelector.currentNode(), ui.lgeBloodSelector.currentNode()
        with slicer.util.WaitCursor():
            found = measure_darkening(series, blood, ui.lgeMinuteSpinBox.value)
        self.panel.suggest(suggested(found))
        self.say(darkening_text(found), "done")

    def save_picture(self, path: str = "") -> None:
        """Save the bull's-eye as SVG; see `Pictures.save`."""
        if file := self._pictures.save(path):
            self.say(_("Saved {path}").format(path=file), "done")

    def scene_closes(self) -> None:
        """Forget what was measured, whose nodes go away."""
        super().scene_closes()
        self._pictures.show({})
        self.ui.lgePictureButton.visible = self.ui.lgeTableLabel.visible = False
        self.ui.lgeTableLabel.text = ""

    def _reference(self) -> str:
        selector = self.ui.lgeReferenceSelector
        return selector.itemData(selector.currentIndex) or "auto"


def method_text(name: str) -> str:
    """Return a method as people call it."""
    words = {"fwhm": _("full width at half maximum"), "midpoint": _("midway to the maximum")}
    return words.get(name) or _("{count} SD above remote").format(count=name.removesuffix("sd"))


def summary(done: Enhanced, method: str) -> str:
    """Return the main values, the reference and the suggested pattern as rich text."""
    values = done.found.values
    rows = [
        [
            label.format(words=method_text(method)),
            f"{values[name.format(method=method)]:.3g} {unit}".strip(),
        ]
        for name, label, unit in SHOWN
        if math.isfinite(values[name.format(method=method)])
    ]
    told = _("Reference: {reference}. By segment: pixels from {above}.")
    said = told.format(reference=done.found.reference.told(), above=done.found.above)
    parts = [band(RESEARCH_ONLY, "danger"), table([[_("late enhancement"), _("value")], *rows])]
    parts.append(paragraph(escape(said)))
    if done.found.suggestion:
        parts.append(paragraph(f"<b>{escape(_('Pattern:'))}</b> {escape(done.found.suggestion)}"))
    return "".join(parts)


def darkening_text(found: Darkening) -> str:
    """Return the decay of the blood pool's signal, and what it suggests."""
    text = _("Early darkening {finding}: {reason} ({suggestion}). Research use only.")
    return text.format(finding=found.finding, reason=found.reason, suggestion=SUGGESTION)
