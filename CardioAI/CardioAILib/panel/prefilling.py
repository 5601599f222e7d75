"""Findings that measurements of the cine's segmentations tell. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from CardioAILib.learning import Item
from CardioAILib.mrml.phases import has_frames
from CardioAILib.panel.findings import PREFILLED, Answer, read_answers
from CardioAILib.panel.heartmeasures import read_heart
from CardioAILib.results import Finding
from CardioAILib.study import Fact
from CardioAILib.systems.martini2020_findings import prefilled

SIZE = ("height_cm", "weight_kg")


def prefilled_answers(
    items: Sequence[Item], ed: Any, es: Any, body: Mapping[str, Fact]
) -> tuple[dict[str, Answer], tuple[Finding, ...]]:
    """Measure the heart on segmentations of the scene, and answer what that tells.

    Args:
        items: The findings.
        ed: Segmentation at end-diastole, or a sequence of these for both phases.
        es: Segmentation at end-systole, or None.
        body: What is known of the patient: `height_cm`, `weight_kg`, `sex`.

    Returns:
        The answers, marked as prefilled, and what a reader should know of them.

    Raises:
        CardioAIError: A segmentation cannot be used.
    """
    size = {name: float(body[name]) for name in SIZE if name in body}
    heart = read_heart(ed, None if has_frames(ed) else es, **size)
    cells = prefilled(heart.measured.values, body)
    answers, refused = read_answers({c: (cell, PREFILLED) for c, cell in cells.items()}, items)
    return answers, (*heart.told, *heart.measured.findings, *refused)
