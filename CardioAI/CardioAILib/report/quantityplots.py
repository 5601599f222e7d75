"""Pictures of a measured quantity: told against true, and the Bland-Altman plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.evaluate import QuantityFigures
from CardioAILib.report.style import COLORS, figure, plain, save
from CardioAILib.verbs.byview import views_arm
from CardioAILib.verbs.quantities import QuantityEvaluation
from CardioAILib.verbs.viewlabels import view_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from CardioAILib.study import Study

LINE = "#888888"
ROOM = 0.04
"""Share of the values' range that is left free around them."""


def draw_scatter(evaluation: QuantityEvaluation, studies: Sequence[Study], path: Path) -> Path:
    """Draw what was told against the truth: of each view alone, and of the primary arm.

    Args:
        evaluation: The evaluation.
        studies: Study of each result.
        path: The picture.
    """
    shown = [*_views(evaluation, studies), _primary(evaluation)]
    columns = min(len(shown), 4)
    drawn, many = figure(columns, -(-len(shown) // columns), 2.5, 2.7)
    task = evaluation.system.task
    every = np.concatenate([np.concatenate(pair) for _, _, *pair in shown])
    free = ROOM * float(np.ptp(every))
    ends = float(every.min()) - free, float(every.max()) + free
    for axes, (title, figures, told, truth) in zip(many, shown, strict=False):
        axes.plot(ends, ends, color=LINE, linewidth=1, linestyle="--")
        axes.axhline(float(np.mean(truth)), color=LINE, linewidth=0.8, linestyle=":")
        axes.plot(truth, told, "o", color=COLORS[0], alpha=0.5, markersize=3.5)
        plain(axes, _titled(title, figures), f"true ({task.unit})", f"told ({task.unit})")
        axes.title.set_fontsize(8.5)
        axes.set_xlim(*ends)
        axes.set_ylim(*ends)
        axes.set_aspect("equal")
    for unused in many[len(shown) :]:
        unused.set_visible(False)
    return save(drawn, path)


def draw_bland_altman(evaluation: QuantityEvaluation, path: Path) -> Path:
    """Draw the difference of the primary arm and the truth against their mean, with limits."""
    drawn, (axes,) = figure(1, 1, 6.4, 3.8)
    own, unit = evaluation.arms[evaluation.primary], evaluation.system.task.unit
    axes.plot((own.told + own.truth) / 2, own.told - own.truth, "o", color=COLORS[0], alpha=0.5,
              markersize=4)  # fmt: skip
    axes.axhline(0.0, color="#cccccc", linewidth=0.8)
    found = own.figures
    words = ("bias", "limit of agreement", "limit of agreement")
    for estimate, word, dashes in zip(
        (found.bias, found.lower, found.upper), words, ("-", "--", "--"), strict=True
    ):
        _line(axes, estimate.value, word, dashes)
        axes.axhspan(estimate.interval.low, estimate.interval.high, color=COLORS[1], alpha=0.10,
                     linewidth=0)  # fmt: skip
    plain(
        axes,
        f"Bland-Altman, {evaluation.primary} (bands: 95 % intervals)",
        f"mean of told and true ({unit})",
        f"told - true ({unit})",
    )
    return save(drawn, path)


def _line(axes: Axes, value: float, word: str, dashes: str) -> None:
    axes.axhline(value, color=COLORS[1], linewidth=1.2, linestyle=dashes)
    axes.annotate(
        f"{word} {value:+.3g}",
        (1.0, value),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        fontsize=7.5,
        va="center",
        color=COLORS[1],
        annotation_clip=False,
    )


Shown = tuple[str, QuantityFigures | None, np.ndarray, np.ndarray]


def _views(evaluation: QuantityEvaluation, studies: Sequence[Study]) -> list[Shown]:
    arm, found = views_arm(evaluation.results), []
    for view, own in evaluation.views.items():
        pairs = []
        for result, study in zip(evaluation.results, studies, strict=True):
            told = result.arms[arm].by_input.get(view) if arm in result.arms else None
            truth = view_label(evaluation.system.task, study, view)
            if told is not None and truth is not None:
                pairs.append((told, truth))
        told, truth = np.array(pairs, float).T
        found.append((view, own.figures, told, truth))
    return found


def _primary(evaluation: QuantityEvaluation) -> Shown:
    own = evaluation.arms[evaluation.primary]
    return evaluation.primary, own.figures, own.told, own.truth


def _titled(title: str, figures: QuantityFigures | None) -> str:
    if figures is None:
        return title
    return f"{title}, n = {figures.n}\nR2 {figures.r2.value:.2f}"
