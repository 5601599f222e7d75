"""Confusion matrices of two classes, an arm a panel, as in Martini's figure 3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from CardioAILib.decide import INDETERMINATE
from CardioAILib.report.matrixplots import Panel, draw_panels, published_panels
from CardioAILib.verbs.band import Band
from CardioAILib.verbs.evaluation import ArmEvaluation, Evaluation


def draw_confusions(evaluation: Evaluation, path: Path) -> Path:
    """Draw the confusion matrix of each arm, with the printed ones beside it."""
    return draw_panels(list(panels(evaluation)), path)


def panels(evaluation: Evaluation) -> Iterator[Panel]:
    """Yield each arm's matrix of what it decided, and the printed ones after it."""
    for arm, found in evaluation.arms.items():
        yield _panel(arm, found, tuple(evaluation.system.task.names))
        yield from published_panels(evaluation.system, arm)


def _panel(arm: str, found: ArmEvaluation, names: tuple[str, ...]) -> Panel:
    title = f"{arm}, here"
    if found.band is None:
        point = found.operating
        counts = np.array([[point.tn, point.fp], [point.fn, point.tp]])
        return Panel(title, counts, True, names, names)
    negative, positive = names
    called = (negative, INDETERMINATE, positive)
    return Panel(f"{title}\nof the decided", _counts(found.band), True, names, called)


def _counts(band: Band) -> np.ndarray:
    """Return counts (2, 3): truth by ruled out, indeterminate and called."""
    sides = (band.ruled_out, band.indeterminate, band.called)
    return np.array([[own.n - own.positives for own in sides], [own.positives for own in sides]])
