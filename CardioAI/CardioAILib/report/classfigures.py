"""Figures of an evaluation of several classes: accuracy and confusion beside the printed ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from CardioAILib.report.classtables import printed_tests
from CardioAILib.report.matrixplots import Panel, draw_panels, published_panels
from CardioAILib.report.style import COLORS, figure, plain, save
from CardioAILib.verbs.classes import ClassEvaluation

PRINTED = "#4a4a4a"


def draw_confusions(evaluation: ClassEvaluation, path: Path) -> Path:
    """Draw the summed confusion matrix of each arm, the printed ones beside it."""
    return draw_panels(list(_panels(evaluation)), path)


def prints_confusion(evaluation: ClassEvaluation) -> bool:
    """Say whether the paper's confusion matrix of any arm is at hand."""
    return any(not panel.ours for panel in _panels(evaluation))


def draw_accuracies(evaluation: ClassEvaluation, path: Path) -> Path:
    """Draw accuracy with Wilson interval by arm, and the printed accuracies as open marks."""
    arms = list(evaluation.arms)[::-1]
    tests = printed_tests(evaluation.system)
    drawn, (axes,) = figure(1, 1, 8.6, 0.9 + 0.42 * len(arms))
    for row, arm in enumerate(arms):
        found = evaluation.arms[arm].accuracy
        interval = [[found.value - found.interval.low], [found.interval.high - found.value]]
        reach = np.clip(interval, 0.0, None)
        label = "here, with 95 % interval" if row == 0 else None
        axes.errorbar(found.value, row, xerr=reach, fmt="o", color=COLORS[0], label=label)
    for (test, printed), mark in zip(tests.items(), ("D", "s", "^", "v"), strict=False):
        told = [(arms.index(a), p.accuracy) for a, p in printed.items() if a in arms and p.accuracy]
        if not told:
            continue
        rows, values = [row for row, _ in told], [value for _, value in told]
        axes.plot(values, np.array(rows) - 0.2, mark, color=PRINTED, markersize=5,
                  markerfacecolor="none", linestyle="", label=f"published {test}")  # fmt: skip
    chance = max(evaluation.counts) / sum(evaluation.counts)
    axes.axvline(
        chance, color="#999999", linestyle="--", linewidth=0.9, label="most frequent class"
    )
    axes.set_yticks(range(len(arms)), arms)
    axes.set_ylim(-0.6, len(arms) - 0.4)
    axes.set_xlim(axes.get_xlim()[0] - 0.02, 1.01)
    plain(axes, "", "accuracy", "")
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return save(drawn, path)


def _panels(evaluation: ClassEvaluation) -> Iterator[Panel]:
    """Return each arm's matrix with its printed ones; arms that the paper prints go first."""
    names = tuple(evaluation.system.task.names)
    printed = {arm: list(published_panels(evaluation.system, arm)) for arm in evaluation.arms}
    for arm in sorted(evaluation.arms, key=lambda arm: not printed[arm]):
        yield Panel(f"{arm}, here", evaluation.arms[arm].confusion, True, names, names)
        yield from printed[arm]
