"""Figures of an evaluation of several classes: accuracy and confusion beside the printed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.classtables import printed_tests
from CardioAILib.report.style import COLORS, figure, plain, save
from CardioAILib.verbs.classes import ClassEvaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 4
SHADES = "Blues"
DARK = 0.55
"""Share of a row from which on its text is white."""
PRINTED = "#4a4a4a"


@dataclass(frozen=True, eq=False)
class Panel:
    """One confusion matrix of the picture.

    Args:
        title: Which arm, and whose counts.
        counts: Counts (K, K), a row a true class, a column a called one.
        ours: Whether it was measured here.
    """

    title: str
    counts: np.ndarray
    ours: bool


def draw_confusions(evaluation: ClassEvaluation, path: Path) -> Path:
    """Draw the summed confusion matrix of each arm, the printed ones beside it."""
    panels = list(_panels(evaluation))
    names = evaluation.system.task.names
    columns = min(COLUMNS, len(panels))
    size = 2.75 if len(names) < 5 else 3.1
    drawn, many = figure(columns, -(-len(panels) // columns), size, size + 0.15)
    for axes, panel in zip(many, panels, strict=False):
        _draw_confusion(axes, panel, names)
    for unused in many[len(panels) :]:
        unused.set_visible(False)
    return save(drawn, path)


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
    printed = {arm: list(_printed(evaluation, arm)) for arm in evaluation.arms}
    for arm in sorted(evaluation.arms, key=lambda arm: not printed[arm]):
        yield Panel(f"{arm}, here", evaluation.arms[arm].confusion, True)
        yield from printed[arm]


def _printed(evaluation: ClassEvaluation, arm: str) -> Iterator[Panel]:
    classes = len(evaluation.system.task.names)
    for test, arms in evaluation.system.published.tests.items():
        counts = np.array(arms[arm].confusion if arm in arms else ())
        if counts.shape == (classes, classes):
            yield Panel(f"{arm}, published\n{test}", counts, False)


def _draw_confusion(axes: Axes, panel: Panel, names: Sequence[str]) -> None:
    totals = panel.counts.sum(axis=1, keepdims=True)
    shares = panel.counts / np.maximum(totals, 1)
    # Black is left out: gray stays lighter than what was measured here.
    cmap, top = (SHADES, 1.0) if panel.ours else ("Greys", 1.3)
    axes.imshow(shares, cmap=cmap, vmin=0, vmax=top)
    for (row, column), share in np.ndenumerate(shares):
        text = f"{panel.counts[row, column]}\n{share:.0%}" if totals[row] else "0"
        color = "white" if share > DARK else "#20262d"
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=color)
    axes.set_xticks(range(len(names)), names, fontsize=8, rotation=30, ha="right")
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.tick_params(length=0)
    right = np.trace(panel.counts) / max(int(panel.counts.sum()), 1)
    plain(axes, f"{panel.title}: {right:.1%}", "called", "truth")
    axes.title.set_fontsize(9)
    axes.spines[:].set_visible(False)
