"""The panel of echo: the shared sections, and those of clips."""

from __future__ import annotations

from typing import Any

from CardioAILib.panel.batching import Batching
from CardioAILib.panel.board import Board
from CardioAILib.panel.echopredicting import EchoPredicting
from CardioAILib.panel.echostudy import EchoStudy
from CardioAILib.panel.echoviewssection import EchoViewsSection
from CardioAILib.panel.motionsection import MotionSection
from CardioAILib.panel.packages import ensure_packages
from CardioAILib.panel.playsection import PlaySection
from CardioAILib.panel.section import Section
from CardioAILib.panel.training import Training

VIDEO = "CardioAIEchoVideoRequirements.txt"
"""File, beside the module's own, that lists what decodes videos."""


class EchoBoard(Board):
    """What is behind the panel of the module CardioAIEcho; see `Board`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.views: EchoViewsSection
        self.motion: MotionSection
        super().__init__(*arguments, **named)

    def make_sections(self) -> tuple[Section, ...]:
        """Make the sections of the panel."""
        self.views, self.motion = EchoViewsSection(self), MotionSection(self)
        return (
            EchoStudy(self),
            self.views,
            EchoPredicting(self),
            PlaySection(self),
            self.motion,
            Training(self),
            Batching(self),
        )

    def ensure_video(self) -> None:
        """Have the decoder of AVI and MP4 installed, with consent; nothing else needs it.

        Raises:
            DependencyError: It is missing in the end.
        """
        ensure_packages(self._requirements.with_name(VIDEO), self._module, torch=False)

    def clips(self) -> dict[str, Any]:
        """Return the volume of each chosen clip, by the name of its input."""
        chosen = {row.name: row.image.currentNode() for row in self.inputs.rows}
        return {name: clip for name, clip in chosen.items() if clip is not None}

    def segmentations(self) -> dict[str, Any]:
        """Return the chosen segmentation of each chosen clip that has one."""
        rows = (row for row in self.inputs.rows if row.name in self.clips() and row.mask)
        chosen = {row.name: row.mask.currentNode() for row in rows}
        return {name: mask for name, mask in chosen.items() if mask is not None}
