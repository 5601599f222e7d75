"""Clips on paper: some frames of each in a row, without and with the heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.caseplots import draw_outline
from CardioAILib.report.shownclips import ShownClip, colored
from CardioAILib.report.style import HEAT, figure, wrapped
from CardioAILib.results import RESEARCH_ONLY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FRAMES = 6
WIDTH = 1.75
"""Inches of a frame."""
CHARACTERS = 32
LEGEND = "evidence, share of the clip's largest"


def draw_strips(clips: Sequence[ShownClip], titles: Sequence[str], frames: int = FRAMES) -> Figure:
    """Draw clips one below the other: a row of frames, and below it the same with the heatmap.

    Frames lie evenly over what the network passes over, but for one that has most evidence.

    Args:
        clips: The clips, at least one.
        titles: What stands above each.
        frames: Frames of a clip.
    """
    rows = [(clip, heat) for clip in clips for heat in _layers(clip)]
    drawn, axes = _figure(frames, len(rows), WIDTH, WIDTH * _tallest(clips) + 0.12)
    above = iter(titles)
    for row, (clip, heat) in enumerate(rows):
        own = axes[row * frames : (row + 1) * frames]
        title = "" if heat and clip.heat is not None else next(above)
        _draw_row(own, clip, title, heat=heat)
    mapped = [own for own, (_, heat) in enumerate(rows) if heat]
    if mapped:
        beside = [axis for row in mapped for axis in axes[row * frames : (row + 1) * frames]]
        _draw_legend(drawn, beside)
    _sign(drawn)
    return drawn


def draw_montage(
    rows: Sequence[Sequence[ShownClip]], titles: Sequence[Sequence[str]], columns: int
) -> Figure:
    """Draw cases, a row each: every clip at the frame with most evidence, with its heatmap.

    Args:
        rows: The clips of each case.
        titles: What stands above each clip, case by case.
        columns: Clips of the case that has most.
    """
    tall = _tallest([clip for row in rows for clip in row])
    drawn, axes = _figure(columns, len(rows), 2.4, 2.4 * tall + 0.4)
    for row, (clips, above) in enumerate(zip(rows, titles, strict=True)):
        for column, (clip, title) in enumerate(zip(clips, above, strict=True)):
            own = axes[row * columns + column]
            _draw_frame(own, clip, clip.strongest, heat=True)
            where = f"{title}\n{clip.told(clip.strongest)}"
            own.set_title(wrapped(where, CHARACTERS), loc="left", fontsize=8)
    _draw_legend(drawn, axes)
    _sign(drawn)
    return drawn


def frames_shown(clip: ShownClip, count: int) -> list[int]:
    """Return frames, evenly spread; the one with most evidence stands in for its nearest."""
    chosen = np.linspace(0, len(clip.frames) - 1, min(count, len(clip.frames))).round().astype(int)
    if clip.heat is not None:
        chosen[np.abs(chosen - clip.strongest).argmin()] = clip.strongest
    return chosen.tolist()


def _figure(columns: int, rows: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure of frames that lie close together, without boxes."""
    drawn, axes = figure(columns, rows, width, height)
    drawn.set_layout_engine("compressed", w_pad=0.02, h_pad=0.02, wspace=0.01, hspace=0.01)
    for own in axes:
        own.set_axis_off()
    return drawn, axes


def _layers(clip: ShownClip) -> tuple[bool, ...]:
    return (False,) if clip.heat is None else (False, True)


def _tallest(clips: Sequence[ShownClip]) -> float:
    return max(clip.frames.shape[1] / clip.frames.shape[2] for clip in clips)


def _draw_row(axes: Sequence[Axes], clip: ShownClip, title: str, *, heat: bool) -> None:
    for own, frame in zip(axes, frames_shown(clip, len(axes)), strict=False):
        _draw_frame(own, clip, frame, heat=heat)
        if title:
            own.set_title(clip.told(frame), loc="left", fontsize=7)
    if title:
        # A title as long as the row would else make its first column as wide.
        axes[0].set_title(f"\n\n{clip.told(0)}", loc="left", fontsize=7)
        above = {"xycoords": "axes fraction", "textcoords": "offset points", "fontsize": 8}
        axes[0].annotate(title, (0, 1), (0, 17), **above).set_in_layout(False)


def _draw_frame(axes: Axes, clip: ShownClip, frame: int, *, heat: bool) -> None:
    axes.imshow(colored(clip, frame, heat=heat), interpolation="bilinear")
    draw_outline(axes, clip.outline[frame])


def _draw_legend(drawn: Figure, axes: Sequence[Axes]) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    layer = ScalarMappable(Normalize(0, 1), HEAT)
    bar = drawn.colorbar(layer, ax=list(axes), fraction=0.02, aspect=28, shrink=0.8)
    bar.ax.tick_params(labelsize=8)
    bar.set_label(LEGEND, fontsize=8)


def _sign(drawn: Figure) -> None:
    drawn.supxlabel(RESEARCH_ONLY, fontsize=7, color="#666666", x=0.0, ha="left")
