"""The panel of cardiac MR: the shared sections, and those of hearts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.panel.batching import Batching
from CardioAILib.panel.board import Board
from CardioAILib.panel.findingssection import FindingsSection
from CardioAILib.panel.heartpredicting import HeartPredicting
from CardioAILib.panel.heartsection import HeartSection
from CardioAILib.panel.heartstudy import HeartStudy
from CardioAILib.panel.lgesection import LgeSection
from CardioAILib.panel.mapsection import MapSection
from CardioAILib.panel.measuring import Measuring
from CardioAILib.panel.radiomicsinputs import RadiomicsInputs
from CardioAILib.panel.section import Section
from CardioAILib.panel.training import Training
from CardioAILib.panel.viewcheck import ViewCheck
from CardioAILib.panel.wallsection import WallSection
from CardioAILib.study import Fact


class HeartBoard(Board):
    """What is behind the panel of the module CardioAI; see `Board`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.views: ViewCheck
        self._training: Training
        self._predicting: HeartPredicting
        self._findings: FindingsSection
        super().__init__(*arguments, **named)

    def make_sections(self) -> tuple[Section, ...]:
        """Make the sections of the panel."""
        self.views = ViewCheck(self)
        self._training, self._predicting = Training(self), HeartPredicting(self)
        self._findings = FindingsSection(self)
        measured = RadiomicsInputs(self)
        return (
            HeartStudy(self),
            self.views,
            self._predicting,
            HeartSection(self),
            measured,
            *(kind(self, measured) for kind in (Measuring, MapSection, WallSection)),
            self._training,
            Batching(self),
            self._findings,
            LgeSection(self),
        )

    def body(self) -> dict[str, Fact]:
        """Return what is known of the patient: height, weight, sex."""
        return self._predicting.body.facts()

    def fill_findings(self, facts: Mapping[str, Fact], source: str) -> None:
        """Take the findings among the cells of a cohort table for those of the study."""
        self._findings.fill(facts, source)

    def suggest(self, values: Mapping[str, float]) -> None:
        """Offer answers to the findings that are open; see `FindingsSection.suggest`."""
        self._findings.suggest(values)
