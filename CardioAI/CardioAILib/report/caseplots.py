"""Cases as plain plots, where Slicer's slice views cannot be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.drawing import CaseImages, Outlined
from CardioAILib.report.style import HEAT, OUTLINE, figure, save, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

LOWEST_SHOWN = 0.25
"""Part of the slice's maximum below which the heatmap stays transparent."""

CHARACTERS = 36
"""Letters that a line above a plot of a row has place for."""


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


def draw_rows(
    rows: Sequence[Sequence[CaseImages]],
    titles: Sequence[Sequence[tuple[str, str]]],
    path: Path,
) -> Path:
    """Draw rows of cases, each as slice with outline and the same with heatmap.

    Args:
        rows: The cases of each row.
        titles: Title of the slice and of the heatmap of each case, row by row.
        path: The picture.

    Returns:
        The picture's path.
    """
    columns = 2 * max(len(row) for row in rows)
    drawn, axes = figure(columns, len(rows), 2.9, 3.4)
    for unused in axes:
        unused.set_axis_off()
    for row, (cases, pairs) in enumerate(zip(rows, titles, strict=True)):
        for column, (case, pair) in enumerate(zip(cases, pairs, strict=True)):
            first = columns * row + 2 * column
            layer = plot_branch(axes[first : first + 2], case)
            for each, title in zip(axes[first : first + 2], pair, strict=True):
                each.set_title(wrapped(title, CHARACTERS), loc="left", fontsize=10)
        own = axes[columns * row : columns * (row + 1)]
        draw_bar(drawn, layer, own, "share of the slice's maximum")
    return save(drawn, path)


def plot_columns(cases: Sequence[CaseImages], titles: Sequence[tuple[str, str]]) -> Figure:
    """Return cases, a column each: slice with outline, and below it the same with heatmap.

    Args:
        cases: The cases.
        titles: Title of the slice and of the heatmap of each case.
    """
    drawn, axes = figure(len(cases), 2, 3.1, 3.4)
    for column, (case, pair) in enumerate(zip(cases, titles, strict=True)):
        own = axes[column :: len(cases)]
        layer = plot_branch(own, case)
        for each, title in zip(own, pair, strict=True):
            each.set_title(wrapped(title, CHARACTERS), loc="left", fontsize=10)
    draw_bar(drawn, layer, axes[len(cases) :], "share of the slice's maximum")
    return drawn


def plot_branch(axes: Sequence[Axes], case: CaseImages) -> AxesImage:
    """Draw one input into two axes: the slice with its outline, and with the heatmap."""
    for own in axes:
        draw_slice(own, case)
        draw_outline(own, case.outline)
    return draw_heat(axes[-1], case)


def plot_case(axes: Sequence[Axes], drawn: Figure, case: CaseImages) -> None:
    """Draw one case into three axes."""
    for own in axes:
        draw_slice(own, case)
    for own in axes[1:]:
        draw_outline(own, case.outline)
    legend = "evidence for the positive class,\nshare of the slice's maximum"
    draw_bar(drawn, draw_heat(axes[2], case), axes[2:3], legend)


def draw_slice(axes: Axes, case: CaseImages) -> None:
    """Draw the slice of a case, as far as its margin around the structure."""
    _, down, across = case.image.spacing
    black, white = case.window
    image = case.image.array[0, case.slice]
    axes.imshow(image, cmap="gray", vmin=black, vmax=white, aspect=down / across)
    axes.set_axis_off()
    _zoom(axes, case.outline, case.margin / down, case.margin / across)


def draw_heat(axes: Axes, case: CaseImages) -> AxesImage:
    """Draw the heatmap of a case over its slice."""
    _, down, across = case.image.spacing
    shown = np.ma.masked_less(case.heatmap.array[0, case.slice], LOWEST_SHOWN)
    return axes.imshow(shown, cmap=HEAT, vmin=0, vmax=1, alpha=0.6, aspect=down / across)


def draw_bar(drawn: Figure, layer: AxesImage, axes: Sequence[Axes], legend: str) -> None:
    """Draw the color bar of a heatmap beside axes."""
    bar = drawn.colorbar(layer, ax=list(axes), fraction=0.045 / len(axes))
    bar.ax.tick_params(labelsize=8)
    bar.set_label(legend, fontsize=8)


def draw_outline(axes: Axes, outline: np.ndarray) -> None:
    """Draw where a structure (H, W) ends; nothing where it has no pixel."""
    if outline.any():
        axes.contour(outline, [0.5], colors=OUTLINE, linewidths=0.9)


def draw_outlined(axes: Axes, shown: Outlined) -> None:
    """Draw a whole slice with its outline."""
    axes.imshow(shown.pixels, cmap="gray", aspect=shown.aspect)
    draw_outline(axes, shown.outline)
    axes.set_axis_off()


def _zoom(axes: Axes, outline: np.ndarray, down: float, across: float) -> None:
    if not outline.any():
        return
    rows, columns = np.nonzero(outline)
    axes.set_xlim(max(0, columns.min() - across), min(outline.shape[1] - 1, columns.max() + across))
    axes.set_ylim(min(outline.shape[0] - 1, rows.max() + down), max(0, rows.min() - down))
