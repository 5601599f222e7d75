"""Cases as slice views of 3D Slicer, set side by side without touching a pixel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.report.style import DOTS_PER_INCH, save

VIEW = (480, 480)
"""Width and height of a slice view, in pixels."""
GAP, TITLE = 10, 44
"""Pixels between pictures, and above each for its title of two lines."""


def draw_views(
    drawer: Drawer, cases: Sequence[CaseImages], titles: Sequence[tuple[str, str]], path: Path
) -> Path:
    """Draw cases, a row each: slice with outline, and the same with heatmap, legend and ruler.

    Args:
        drawer: Draws the slice views.
        cases: The cases.
        titles: Title of the slice and of the heatmap of each case.
        path: The picture.

    Returns:
        The picture's path.
    """
    return draw_view_rows(drawer, [[case] for case in cases], [[pair] for pair in titles], path)


def draw_view_rows(
    drawer: Drawer,
    rows: Sequence[Sequence[CaseImages]],
    titles: Sequence[Sequence[tuple[str, str]]],
    path: Path,
) -> Path:
    """Draw rows of cases, each as slice with outline and the same with heatmap.

    Args:
        drawer: Draws the slice views.
        rows: The cases of each row.
        titles: Title of the slice and of the heatmap of each case, row by row.
        path: The picture.

    Returns:
        The picture's path.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = 2 * max(len(row) for row in rows)
    width, height = columns * (VIEW[0] + GAP) + GAP, len(rows) * (VIEW[1] + TITLE + GAP)
    drawn = Figure(figsize=(width / DOTS_PER_INCH, height / DOTS_PER_INCH), dpi=DOTS_PER_INCH)
    FigureCanvasAgg(drawn)
    for row, (cases, pairs) in enumerate(zip(rows, titles, strict=True)):
        bottom = height - (row + 1) * (VIEW[1] + TITLE + GAP) + GAP
        pictures = [picture for case in cases for picture in drawer(case, VIEW)]
        texts = [text for pair in pairs for text in pair]
        for column, (picture, text) in enumerate(zip(pictures, texts, strict=True)):
            left = GAP + column * (VIEW[0] + GAP)
            drawn.figimage(np.ascontiguousarray(picture), left, bottom, origin="upper")
            place = left / width, (bottom + VIEW[1] + 6) / height
            drawn.text(*place, text, fontsize=8, verticalalignment="bottom")
    return save(drawn, path)
