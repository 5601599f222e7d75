"""The panel of planar scintigraphy: the shared sections, and those of scans."""

from __future__ import annotations

from typing import Any

from CardioAILib.panel.batching import Batching
from CardioAILib.panel.board import Board
from CardioAILib.panel.displaysection import DisplaySection
from CardioAILib.panel.regionssection import RegionsSection
from CardioAILib.panel.scanpredicting import ScanPredicting
from CardioAILib.panel.scanstudy import ScanStudy
from CardioAILib.panel.section import Section
from CardioAILib.panel.training import AS_PUBLISHED, Training
from CardioAILib.panel.worklistsection import WorklistSection


class ScanTraining(Training):
    """The section Train: copies of training images are made once, before training."""

    kept = (*Training.kept, "train_copies")

    def settings(self) -> dict[str, Any]:
        """Return what differs from the declaration."""
        copies = self.panel.options.train_copies
        return super().settings() | ({} if copies == AS_PUBLISHED else {"copies": copies})


class ScanBoard(Board):
    """What is behind the panel of the module CardioAIScintigraphy; see `Board`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.display: DisplaySection
        self.regions: RegionsSection
        super().__init__(*arguments, **named)

    def make_sections(self) -> tuple[Section, ...]:
        """Make the sections of the panel."""
        self.display, self.regions = DisplaySection(self), RegionsSection(self)
        return (
            ScanStudy(self),
            ScanPredicting(self),
            self.display,
            self.regions,
            WorklistSection(self),
            ScanTraining(self),
            Batching(self),
        )

    def anterior(self) -> Any:
        """Return the chosen volume of the anterior view, or None."""
        (row,) = self.inputs.rows
        return row.image.currentNode()

    def heart_segmentation(self) -> Any:
        """Return the chosen segmentation of the heart, or None."""
        (row,) = self.inputs.rows
        return None if row.mask is None else row.mask.currentNode()

    def posterior(self) -> Any:
        """Return the chosen volume of the posterior view, or None."""
        return self.ui.posteriorSelector.currentNode()
