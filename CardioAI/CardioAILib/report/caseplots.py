"""Cases as plain plots, where Slicer's slice views cannot be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.drawing import CaseImages
from CardioAILib.report.style import HEAT, OUTLINE, figure, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOWEST_SHOWN = 0.25
"""Part of the slice's maximum below which the heatmap stays transparent."""


def draw_plots(cases: Sequence[CaseImages], titles: Sequence[tuple[str, str]], path: Path) -> Path:
    """Draw cases, a row each: slice, outline, heatmap with legend.

    Args:
        cases: The cases.
        titles: Title of the slice and of the heatmap of each case.
        path: The picture.

    Returns:
        The picture's path.
    """
    drawn, axes = figure(3, len(cases), 3.0, 3.15)
    for row, (case, (title, attention)) in enumerate(zip(cases, titles, strict=True)):
        own = axes[3 * row : 3 * row + 3]
        plot_case(own, drawn, case)
        own[0].set_title(title, loc="left", fontsize=7.5)
        own[1].set_title("myocardium as segmented", loc="left", fontsize=7.5)
        own[2].set_title(attention, loc="left", fontsize=7.5)
    return save(drawn, path)


def plot_case(axes: Sequence[Axes], drawn: Figure, case: CaseImages) -> None:
    """Draw one case into three axes."""
    image, heat = case.image.array[0, case.slice], case.heatmap.array[0, case.slice]
    outline = next(case.mask.of(structure)[0, case.slice] for structure in case.mask.labels)
    _, down, across = case.image.spacing
    black, white = case.window
    for own in axes:
        own.imshow(image, cmap="gray", vmin=black, vmax=white, aspect=down / across)
        own.set_axis_off()
        _zoom(own, outline, case.margin / down, case.margin / across)
    for own in axes[1:]:
        own.contour(outline, [0.5], colors=OUTLINE, linewidths=0.9)
    shown = np.ma.masked_less(heat, LOWEST_SHOWN)
    layer = axes[2].imshow(shown, cmap=HEAT, vmin=0, vmax=1, alpha=0.6, aspect=down / across)
    bar = drawn.colorbar(layer, ax=axes[2], fraction=0.045)
    bar.ax.tick_params(labelsize=6)
    bar.set_label("evidence for the positive class,\nshare of the slice's maximum", fontsize=6)


def _zoom(axes: Axes, outline: np.ndarray, down: float, across: float) -> None:
    rows, columns = np.nonzero(outline)
    axes.set_xlim(max(0, columns.min() - across), min(outline.shape[1] - 1, columns.max() + across))
    axes.set_ylim(min(outline.shape[0] - 1, rows.max() + down), max(0, rows.min() - down))
