"""Cases as slice views of 3D Slicer, set side by side without touching a pixel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.report.style import DOTS_PER_INCH, HEAT, save, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VIEW = (480, 480)
"""Width and height of a slice view, in pixels."""
GAP, BAR = 10, 120
"""Pixels between pictures, and beside those with a heatmap for the bar of its colors."""
PAGE = 1032
"""Width of a report's page in pixels; wider pictures are shown smaller than they are."""
LETTER = 13.0
"""Height of the letters of titles and of the bar, in pixels of the page."""
LEGEND = "evidence, share of the slice's maximum"


def draw_views(
    drawer: Drawer, cases: Sequence[CaseImages], titles: Sequence[tuple[str, str]], path: Path
) -> Path:
    """Draw cases, a row each: slice with outline, the same with heatmap and ruler, a bar of colors.

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
    pictures = [[picture for case in row for picture in drawer(case, VIEW)] for row in rows]
    texts = [[text for pair in row for text in pair] for row in titles]
    return save(laid_out(pictures, texts, [True] * len(rows)), path)


def view_columns(
    drawer: Drawer, cases: Sequence[CaseImages], titles: Sequence[tuple[str, str]]
) -> Figure:
    """Return cases, a column each: slice with outline, and below it the same with heatmap.

    Args:
        drawer: Draws the slice views.
        cases: The cases.
        titles: Title of the slice and of the heatmap of each case.
    """
    pairs = [drawer(case, VIEW) for case in cases]
    rows = [list(row) for row in zip(*pairs, strict=True)]
    return laid_out(rows, [list(row) for row in zip(*titles, strict=True)], [False, True])


def laid_out(
    rows: Sequence[list[np.ndarray]], titles: Sequence[Sequence[str]], barred: Sequence[bool]
) -> Figure:
    """Return rows of pictures with a title each, a bar of colors at the end of some rows.

    Args:
        rows: Pictures (H, W, 3) of each row, uint8, as large as `VIEW`.
        titles: Their titles.
        barred: Whether a row ends with the bar of a heatmap's colors.
    """
    width = max(map(len, rows)) * (VIEW[0] + GAP) + GAP + BAR
    letter = LETTER * max(1.0, width / PAGE)
    # A letter is about half as wide as it is high.
    texts = [[wrapped(text, int(1.85 * VIEW[0] / letter)) for text in row] for row in titles]
    title = int(1.3 * letter * max(1 + text.count("\n") for row in texts for text in row)) + GAP
    height = len(rows) * (VIEW[1] + title + GAP)
    drawn = canvas(width, height)
    for row, (pictures, bar) in enumerate(zip(rows, barred, strict=True)):
        bottom = height - (row + 1) * (VIEW[1] + title + GAP) + GAP
        last = [with_bar(pictures[-1], letter)] if bar else pictures[-1:]
        for column, picture in enumerate([*pictures[:-1], *last]):
            left = GAP + column * (VIEW[0] + GAP)
            drawn.figimage(np.ascontiguousarray(picture), left, bottom, origin="upper")
            place = left / width, (bottom + VIEW[1] + 6) / height
            drawn.text(*place, texts[row][column], fontsize=points(letter), va="bottom")
    return drawn


def with_bar(picture: np.ndarray, letter: float = LETTER, legend: str = LEGEND) -> np.ndarray:
    """Set the bar of a heatmap's colors beside a picture (H, W, 3), uint8; letters in pixels."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    drawn = canvas(BAR, len(picture))
    bar = drawn.colorbar(
        ScalarMappable(Normalize(0.0, 1.0), HEAT), cax=drawn.add_axes((0.08, 0.1, 0.14, 0.8))
    )
    bar.ax.tick_params(labelsize=points(0.85 * letter))
    bar.set_label(legend, fontsize=points(0.85 * letter))
    drawn.canvas.draw()
    strip = np.asarray(drawn.canvas.buffer_rgba())[..., :3]
    return np.hstack([picture, strip])


def canvas(width: int, height: int) -> Figure:
    """Return an empty figure of so many pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(width / DOTS_PER_INCH, height / DOTS_PER_INCH), dpi=DOTS_PER_INCH)
    FigureCanvasAgg(drawn)
    return drawn


def points(pixels: float) -> float:
    """Return pixels as points, the unit of letters."""
    return 72 * pixels / DOTS_PER_INCH
