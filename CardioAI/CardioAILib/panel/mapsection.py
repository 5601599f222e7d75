"""A feature as a map over the slices, which follows the choice of feature at once."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import hide_heatmap_layers
from CardioAILib.mrml.layers import overlaid
from CardioAILib.panel.bindings import ChoiceBinding
from CardioAILib.panel.mapping import compute_map
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.overlays import is_there
from CardioAILib.panel.radiomicsinputs import RadiomicsInputs
from CardioAILib.panel.section import Section
from CardioAILib.radiomics.maps import map_features
from CardioAILib.radiomics.settings import IMAGE_TYPES

FIRST = "glcm_Contrast"
ORIGINAL = "original_"


class MapSection(Section):
    """The part of the section Radiomics that shows maps.

    Maps are made in this process: they take a fraction of a second. Only the first of a class
    ever takes longer, since its code is compiled; the panel says so and waits.

    Args:
        panel: The panel.
        inputs: What is mapped.
    """

    slot = "mapSlot"

    def __init__(self, panel: Any, inputs: RadiomicsInputs) -> None:
        super().__init__(panel)
        self._inputs = inputs
        self._offer = Offer(self.ui.mapButton)
        self._map: Any = None
        self._computing = False

    def connect(self) -> None:
        """List the features and connect the widgets."""
        ui, bindings = self.ui, self.panel.bindings
        for name in IMAGE_TYPES:
            ui.mapImageTypeSelector.addItem(name, name)
        for name in feature_names():
            ui.mapFeatureSelector.addItem(name.replace("_", ": "), name)
        ui.mapFeatureSelector.currentIndex = ui.mapFeatureSelector.findData(FIRST)
        for key, selector in (
            ("map.image_type", ui.mapImageTypeSelector),
            ("map.feature", ui.mapFeatureSelector),
        ):
            bindings.add(ChoiceBinding(key, selector))
            selector.currentIndexChanged.connect(lambda *_: self.follow())
        for signal in (
            ui.mapRadiusSpinBox.valueChanged,
            ui.radiomicsPresetSelector.currentIndexChanged,
            ui.radiomicsSegmentsList.itemChanged,
        ):
            signal.connect(lambda *_: self.follow())
        ui.mapButton.clicked.connect(lambda *_: self.attempt(self.toggle))

    def refresh(self) -> None:
        """Enable the button where there is one segment to map, or a map to hide."""
        shown = self.shown()
        self.ui.mapButton.text = _("Hide map") if shown else _("Show map")
        self._offer.show("" if shown else self._missing())

    def shown(self) -> bool:
        """Say whether the slice views show the map."""
        return is_there(self._map) and overlaid(self.panel.scene, self._map)

    def feature(self) -> str:
        """Return the name of the chosen feature."""
        ui = self.ui
        image_type = ui.mapImageTypeSelector.itemData(ui.mapImageTypeSelector.currentIndex)
        name = ui.mapFeatureSelector.itemData(ui.mapFeatureSelector.currentIndex)
        return f"{image_type}_{name}"

    def toggle(self) -> None:
        """Show the map, or take it off the slices.

        Raises:
            CardioAIError: Packages are missing, or see `compute`.
        """
        if self.shown():
            hide_heatmap_layers(self.panel.scene, self._map)
            self.say(_("The map is hidden; it stays in the scene."))
        else:
            self.panel.ensure_packages(torch=False)
            self.compute()
        self.refresh()

    def follow(self) -> None:
        """Bring a map that is shown to what is chosen now."""
        if self.shown() and not self._missing():
            self.attempt(self.compute)

    def compute(self) -> None:
        """Map the chosen feature and lay it over the slices.

        Raises:
            CardioAIError: Segment, settings or radius cannot be used.
        """
        import slicer.util

        if self._computing:
            return
        self._computing = True
        try:
            feature = self.feature()
            text = _("Mapping {feature}; the first map of a class takes up to half a minute...")
            self.say(text.format(feature=feature))
            with slicer.util.WaitCursor():
                self._map = self._mapped(feature)
        finally:
            self._computing = False
        told = self._map.GetAttribute("CardioAI.Findings") or ""
        text = _("{feature} is shown. Research use only.").format(feature=feature)
        self.say("\n".join(filter(None, (text, told))), "done")

    def scene_closes(self) -> None:
        """Forget the map, which goes away."""
        super().scene_closes()
        self._map = None

    def _mapped(self, feature: str) -> Any:
        (segment,) = self._inputs.segments()
        nodes, preset = self._inputs.nodes(segment), self._inputs.preset()
        # The parameter node hears of a new radius after this section does.
        radius = self.ui.mapRadiusSpinBox.value
        return compute_map(self.panel.scene, nodes, feature, preset, radius)

    def _missing(self) -> str:
        missing = self._inputs.missing()
        if not missing and len(self._inputs.segments()) != 1:
            return _("Check one segment: a map covers one at a time.")
        return missing


def feature_names() -> tuple[str, ...]:
    """Return class and name of every feature that has a map, as `glcm_Contrast`."""
    return tuple(
        name.removeprefix(ORIGINAL) for name in map_features() if name.startswith(ORIGINAL)
    )
