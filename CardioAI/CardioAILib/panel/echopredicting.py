"""Check and Apply for echo clips: the card by view, heatmaps that play."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.clipheatmaps import go_to_evidence
from CardioAILib.mrml.clipstudies import each_clip
from CardioAILib.mrml.clipviews import browsers_of, show_frames_now
from CardioAILib.panel import tasks
from CardioAILib.panel.clipoverlays import ClipOverlays
from CardioAILib.panel.predicting import Predicting
from CardioAILib.panel.viewscard import chance_notes


class EchoPredicting(Predicting):
    """The study section of echo, from chosen clips to a result."""

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self.heatmaps = ClipOverlays(panel.scene, self.ui.heatmapSelector)

    def connect(self) -> None:
        """Connect lists and buttons."""
        super().connect()
        self.ui.overlaySlider.valueChanged.connect(lambda *_: self.attempt(self.set_opacity))

    def refresh(self) -> None:
        """Enable what can be pressed, and warn of what the source found near chance."""
        super().refresh()
        self.ui.overlaySlider.enabled = self.heatmaps.shown()
        notes = chance_notes(self.panel.system)
        self.ui.chanceLabel.visible = bool(notes)
        self.ui.chanceLabel.text = "".join(notes)

    def set_opacity(self) -> None:
        """Make the heatmaps as opaque as the slider says."""
        self.heatmaps.opacity = self.ui.overlaySlider.value / 100
        self.heatmaps.change()

    def offer(self, made: tasks.Prediction, nodes: Mapping[str, InputNodes]) -> None:
        """Offer the heatmaps of a result, each over its clip, and show them where they are most."""
        clips = each_clip(nodes)
        shown = {name: (own, clips[name].image) for name, own in made.nodes.heatmaps.items()}
        self.heatmaps.offer(shown, {name: own.mask for name, own in clips.items()})
        self.heatmaps.show()
        volumes = list(made.nodes.heatmaps.values())
        for volume in volumes:
            go_to_evidence(volume)
        show_frames_now(browsers_of(volumes))

    def _apply_tip(self, complete: bool, busy: bool) -> str:
        if complete and not busy:
            return _("Judge the clips in the background; results and heatmaps appear in the scene.")
        return super()._apply_tip(complete, busy)
