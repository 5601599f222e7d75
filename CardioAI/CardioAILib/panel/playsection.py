"""The section Play: clips side by side, with contours and heatmaps, at their own speed."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml.clipreading import times_of
from CardioAILib.mrml.clipviews import (
    browsers_of,
    go_to,
    is_playing,
    play,
    show_clips,
    show_frames_now,
)
from CardioAILib.mrml.phases import frames_of
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.section import Section

SPEEDS = (0.1, 0.25, 0.5, 1.0)
"""Speeds that can be chosen; 1 is that of the recording."""
STEPS = 1000
"""Steps of the slider from the first frame to the last."""


class PlaySection(Section):
    """Plays the chosen clips, and shows a frame of all of them."""

    slot = "playSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._offers = [Offer(self.ui.playButton), Offer(self.ui.showClipsButton)]

    def connect(self) -> None:
        """List the speeds and connect the widgets."""
        ui = self.ui
        for speed in SPEEDS:
            ui.speedSelector.addItem(_("{speed} x").format(speed=f"{speed:g}"), speed)
        ui.speedSelector.currentIndex = SPEEDS.index(1.0)
        ui.playButton.clicked.connect(lambda *_: self.attempt(self.toggle))
        ui.showClipsButton.clicked.connect(lambda *_: self.attempt(self.show))
        ui.speedSelector.currentIndexChanged.connect(lambda *_: self.attempt(self.set_speed))
        ui.frameSlider.maximum = STEPS
        ui.frameSlider.valueChanged.connect(lambda *_: self.attempt(self.go_to))

    def refresh(self) -> None:
        """Say what the button does now."""
        clips = self.panel.clips()
        for offer in self._offers:
            offer.show("" if clips else _("Choose a clip first."))
        self.ui.speedSelector.enabled = self.ui.frameSlider.enabled = bool(clips)
        playing = is_playing(clips.values())
        self.ui.playButton.text = _("Stop") if playing else _("Play")

    def show(self) -> None:
        """Show the chosen clips side by side, without heatmaps.

        Raises:
            MissingInputError: A clip was deleted.
        """
        show_clips(self.panel.scene, self.panel.clips(), masks=self.panel.segmentations())
        self.panel.refresh()

    def toggle(self) -> None:
        """Play the clips, or stop."""
        clips = self.panel.clips().values()
        active = not is_playing(clips)
        if active:
            self.set_speed()
        play(clips, active=active)
        self.panel.refresh()

    def set_speed(self) -> None:
        """Play as fast as chosen, times the speed of each clip's recording."""
        speed = float(self.ui.speedSelector.itemData(self.ui.speedSelector.currentIndex))
        for clip in self.panel.clips().values():
            rate = recorded_rate(clip)
            for browser in browsers_of([clip]) if rate else ():
                browser.SetPlaybackRateFps(speed * rate)

    def go_to(self) -> None:
        """Show the frames at the slider's share of each clip."""
        clips = self.panel.clips().values()
        go_to(clips, self.ui.frameSlider.value / STEPS)
        show_frames_now(browsers_of(clips))

    def scene_closes(self) -> None:
        """Stop what plays; the scene goes away."""
        super().scene_closes()
        play(self.panel.clips().values(), active=False)


def recorded_rate(clip: Any) -> float | None:
    """Return the frames a second of a clip's recording; None where its times are unknown."""
    times = times_of(frames_of(clip, "the clip"))
    return 1000.0 * (len(times) - 1) / times[-1] if times else None
