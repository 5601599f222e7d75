"""Confusion matrices side by side: as measured here in blue, as published in gray."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.style import figure, plain, save, wrapped
from CardioAILib.system import System

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 4
NAME = 16
"""Letters of a class's name in one line."""
SHADES, PRINTED_SHADES = "Blues", "Greys"
DARK = 0.55
"""Share of a row from which on its text is white."""


@dataclass(frozen=True, eq=False)
class Panel:
    """One confusion matrix of the picture.

    Args:
        title: Which arm, and whose counts.
        counts: Counts (K, C), a row a true class, a column what it was called.
        ours: Whether it was measured here.
        truths: Names of the K true classes.
        called: Names of the C answers: the classes, and what is no answer where there is any.
        across: What the columns are.
        down: What the rows are.
    """

    title: str
    counts: np.ndarray
    ours: bool
    truths: tuple[str, ...]
    called: tuple[str, ...]
    across: str = "called"
    down: str = "truth"

    @property
    def right(self) -> float:
        """Share called as they are, of those that were called one of the classes."""
        places = [self.called.index(name) for name in self.truths]
        decided = self.counts[:, places]
        return float(np.trace(decided) / max(int(decided.sum()), 1))


def published_panels(system: System, arm: str) -> Iterator[Panel]:
    """Yield the matrices that the source prints of an arm, one a test set."""
    names = tuple(system.task.names)
    for test, arms in system.published.tests.items():
        counts = np.array(arms[arm].confusion if arm in arms else ())
        if counts.shape == (len(names), len(names)):
            yield Panel(f"{arm}, published\n{test}", counts, False, names, names)


def draw_panels(panels: Sequence[Panel], path: Path) -> Path:
    """Draw matrices, up to four in a row, each with the share that is right above it."""
    return save(panels_figure(panels), path)


def panels_figure(panels: Sequence[Panel]) -> Figure:
    """Return the picture of matrices, all with cells of one size."""
    columns = min(COLUMNS, len(panels))
    classes = len(panels[0].truths)
    size = 2.75 if classes < 5 else 3.1
    widest = [max(len(own.called) for own in panels[at::columns]) for at in range(columns)]
    width = size * sum(widest) / (classes * columns)
    drawn, many = figure(columns, -(-len(panels) // columns), width, size + 0.15)
    # All cells are as large where a matrix has a column more than its neighbors.
    many[0].get_gridspec().set_width_ratios(widest)
    for axes, panel in zip(many, panels, strict=False):
        _draw_panel(axes, panel)
    for unused in many[len(panels) :]:
        unused.set_visible(False)
    return drawn


def _draw_panel(axes: Axes, panel: Panel) -> None:
    totals = panel.counts.sum(axis=1, keepdims=True)
    shares = panel.counts / np.maximum(totals, 1)
    # Black is left out: gray stays lighter than what was measured here.
    cmap, top = (SHADES, 1.0) if panel.ours else (PRINTED_SHADES, 1.3)
    axes.imshow(shares, cmap=cmap, vmin=0, vmax=top)
    for (row, column), share in np.ndenumerate(shares):
        text = f"{panel.counts[row, column]}\n{share:.0%}" if totals[row, 0] else "0"
        color = "white" if share > DARK else "#20262d"
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=color)
    called, truths = ([wrapped(n, NAME) for n in names] for names in (panel.called, panel.truths))
    axes.set_xticks(range(len(called)), called, fontsize=8, rotation=30, ha="right")
    axes.set_yticks(range(len(truths)), truths, fontsize=8)
    axes.tick_params(length=0)
    plain(axes, f"{panel.title}: {panel.right:.1%}", panel.across, panel.down)
    axes.title.set_fontsize(9)
    axes.spines[:].set_visible(False)
