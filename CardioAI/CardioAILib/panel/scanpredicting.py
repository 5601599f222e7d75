"""Check and Apply for planar scans: card, overlays on the anterior view, regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.activationmaps import show_activations
from CardioAILib.mrml.planar import is_shown, show_planar
from CardioAILib.panel import tasks
from CardioAILib.panel.planaroverlays import PlanarOverlays
from CardioAILib.panel.predicting import Predicting
from CardioAILib.study import Role
from CardioAILib.verbs.planar import POSTERIOR


class ScanPredicting(Predicting):
    """The study section of planar scintigraphy, from a chosen scan to a result."""

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self.heatmaps = PlanarOverlays(panel.scene, self.ui.heatmapSelector)

    def connect(self) -> None:
        """Connect lists and buttons."""
        super().connect()
        self.ui.overlaySlider.valueChanged.connect(lambda *_: self.attempt(self.set_opacity))

    def refresh(self) -> None:
        """Say what the button for overlays does."""
        super().refresh()
        shown = self.heatmaps.shown()
        self.ui.showHeatmapButton.text = _("Hide overlay") if shown else _("Show overlay")
        self.ui.overlaySlider.enabled = shown

    def set_opacity(self) -> None:
        """Make the overlay as opaque as the slider says."""
        self.heatmaps.opacity = self.ui.overlaySlider.value / 100
        self.heatmaps.change()

    def beside(self) -> dict[Role, Any]:
        """Return the posterior view, which ratios are measured on too."""
        return {POSTERIOR: self.panel.posterior()}

    def offer(self, made: tasks.Prediction, nodes: Mapping[str, InputNodes]) -> None:
        """Show the scan with its regions, and offer heatmap and activation maps over it."""
        scene = self.panel.scene
        (own,) = nodes.values()
        layers = show_activations(scene, made.activations, own.image)
        evidence = {_("evidence for the grade"): map_ for map_ in made.nodes.heatmaps.values()}
        titled = {layer_title(name): map_ for name, map_ in layers.items()}
        if not is_shown(scene, own.image):
            show_planar(scene, own.image, self.panel.posterior())
        offered = {**evidence, **titled}
        self.heatmaps.offer({title: (map_, own.image) for title, map_ in offered.items()})
        self.heatmaps.show()
        self.panel.regions.place_where_none()


def layer_title(name: str) -> str:
    """Return what an activation map is called: "residual, layer 1" of "residual block1_relu1"."""
    arm, _space, stage = name.partition(" ")
    block = stage.removeprefix("block").split("_")[0]
    layer = block if stage.startswith("block") else stage
    return _("{arm}: responses of layer {layer}").format(arm=arm, layer=layer)
