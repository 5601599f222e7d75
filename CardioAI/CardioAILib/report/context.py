"""What a report shows beside the evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from CardioAILib.report.drawing import Drawer
from CardioAILib.study import Cohort
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.gather import Failure
from CardioAILib.verbs.mapcheck import MapCheck
from CardioAILib.verbs.origin import SIMULATED

STAND_IN = "stand-in"
"""How a `<target>_source` begins where another truth stands in for the system's own."""


@dataclass(frozen=True, eq=False)
class Context:
    """What a report shows beside the evaluation.

    Args:
        cohort: Where the images are.
        results: Folder that the results' file names are relative to.
        summary: What the model learned (see `verbs.summary`).
        failures: Studies without a result.
        notes: Sentences for the top of the page.
        drawer: Draws cases as slice views of 3D Slicer; plain plots where None.
        matrices: The same system at other matrix sizes, by the size in words, each judged on
            the same cohort; a page on several classes sets them side by side.
        map_checks: How much maps change when the network forgets what it learned, a study each.
        parts: What each subject of the cohort served for, "training", "validation" or "test",
            where it is development data that were divided once.
    """

    cohort: Cohort
    results: Path
    summary: Mapping[str, Any] = field(default_factory=dict)
    failures: Sequence[Failure] = ()
    notes: Sequence[str] = ()
    drawer: Drawer | None = None
    matrices: Mapping[str, ClassEvaluation] = field(default_factory=dict)
    map_checks: Sequence[MapCheck] = ()
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def developed(self) -> Mapping[str, Any]:
        """What the model card says of the development data; empty where that is not known."""
        return self.summary.get("development", {})


def honesty(target_source: str, developed: Mapping[str, Any]) -> dict[str, bool]:
    """Return what a page must say of its truth: planted, learned from planted, or a stand-in."""
    return {
        "simulated": SIMULATED in target_source,
        "trained_on_simulated": SIMULATED in developed.get("target source", ""),
        "stand_in": target_source.startswith(STAND_IN),
    }
