"""Selectors of one echo clip that a system reads, and of its segmentation."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError
from CardioAILib.mrml.clipreading import times_of
from CardioAILib.mrml.phases import frames_of
from CardioAILib.panel.inputrow import InputRow
from CardioAILib.panel.selectors import IMAGES

COLORED = "vtkMRMLVectorVolumeNode"
"""Class of a clip in color, as other loaders of ultrasound make it."""


class ClipRow(InputRow):
    """The selectors of one view's clip, which is read whole."""

    types = (*IMAGES, COLORED)

    def tip(self) -> str:
        """Return what the selector of the clip says, with a place for {what}."""
        return _("Loaded clip: {what}. All of its frames are read, whichever is shown.")

    def frame_title(self) -> str:
        """Return what stands before that text."""
        return _("Length:")

    def frame_text(self) -> str:
        """Return how many frames the clip has, and how fast they were recorded."""
        return clip_text(self.image.currentNode())


def clip_text(clip: Any) -> str:
    """Return the length of a clip in words, as in "40 frames, 1.6 s, 25 a second"."""
    if clip is None or clip.GetScene() is None:
        return ""
    try:
        frames = frames_of(clip, "")
    except CardioAIError as error:
        return str(error)
    count = len(frames)
    if count < 2:
        return _("no sequence of frames: load the file again as a clip")
    times = times_of(frames)
    if not times:
        return _("{count} frames, times unknown").format(count=count)
    seconds = times[-1] / 1000
    text = _("{count} frames, {seconds} s, {rate} a second")
    return text.format(count=count, seconds=f"{seconds:.2f}", rate=f"{(count - 1) / seconds:.0f}")
