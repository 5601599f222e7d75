"""The bull's-eye as pixels, for places that show no SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from CardioAILib.measurements import SEGMENTS
from CardioAILib.report.bullseye import (
    INSERTIONS,
    NO_MARKS,
    RADII,
    WALLS,
    color_limits,
    place,
    require_keys,
    share_of,
)
from CardioAILib.report.bullseyeparts import EMPTY, FAINT, color, ink_on, number, point
from CardioAILib.report.style import DOTS_PER_INCH
from CardioAILib.results import RESEARCH_ONLY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (5.2, 4.7)
"""Width and height of the picture, in inches."""
HATCHED = "#bdbdbd"
STEPS = 64
"""Colors of the bar."""


def bullseye_png(
    values: Mapping[int, float],
    title: str,
    unit: str = "",
    limits: tuple[float, float] | None = None,
    *,
    marks: Mapping[int, str] = NO_MARKS,
    note: str = "",
) -> bytes:
    """Draw values by segment as a PNG of about 680 x 610 pixels.

    Args:
        values: Value of each segment (1 to 17); one that is missing or nan is hatched.
        title: What the values are.
        unit: Their unit, shown at the color bar.
        limits: Values of the first and the last color; the lowest and the highest if None.
        marks: A letter for some segments, beside their numbers.
        note: What else a reader should know, a line or two below the title.

    Raises:
        InputError: A key is no segment, or limits are not two different numbers in order.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    known = dict(values)
    require_keys(known)
    limits = color_limits(known, limits)
    drawn = Figure(figsize=SIZE, dpi=DOTS_PER_INCH)
    FigureCanvasAgg(drawn)
    axes = drawn.add_axes((0.13, 0.13, 0.64, 0.72))
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-RADII[-1] - 6, RADII[-1] + 6)
    axes.set_ylim(-RADII[-1] - 6, RADII[-1] + 6)
    for segment in range(1, len(SEGMENTS) + 1):
        label = f"{segment} {marks.get(segment, '')}".rstrip()
        _draw_segment(axes, segment, known.get(segment, math.nan), limits, label)
    _draw_words(axes)
    if limits is not None:
        _draw_bar(drawn.add_axes((0.85, 0.24, 0.032, 0.5)), unit, limits)
    drawn.text(0.5, 0.965, title, ha="center", va="center", fontsize=11, fontweight="bold")
    legend = "small: number of the segment; hatched: no value"
    if note:
        drawn.text(0.5, 0.912, note, ha="center", va="center", fontsize=7, color=FAINT)
    drawn.text(0.5, 0.058, legend, ha="center", va="center", fontsize=7, color=FAINT)
    drawn.text(0.5, 0.022, RESEARCH_ONLY, ha="center", va="center", fontsize=7, color=FAINT)
    buffer = BytesIO()
    drawn.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return buffer.getvalue()


def _draw_segment(
    axes: Axes, segment: int, value: float, limits: tuple[float, float] | None, label: str
) -> None:
    from matplotlib.patches import Wedge

    inner, outer, start, width = place(segment)
    share = share_of(value, limits)
    face = EMPTY if share is None else color(share)
    wedge = Wedge((0, 0), outer, start, start + width, width=outer - inner, facecolor=face)
    wedge.set_edgecolor("white" if share is not None else HATCHED)
    wedge.set_hatch("////" if share is None else "")
    axes.add_patch(wedge)
    if share is None:
        return
    middle = (inner + outer) / 2 if width < 360 else 0.0
    x, y = point((0.0, 0.0), middle, start + width / 2)
    ink = ink_on(share)
    axes.text(x, -y + 6, number(value), ha="center", va="center", fontsize=9.5, color=ink)
    axes.text(x, -y - 16, label, ha="center", va="center", fontsize=6, color=ink)


def _draw_words(axes: Axes) -> None:
    rim = RADII[-1]
    sides = {90: ("center", "bottom"), 180: ("right", "center"), 270: ("center", "top")}
    for wall, degrees in WALLS:
        across, down = sides.get(degrees, ("left", "center"))
        x, y = point((0.0, 0.0), rim + 10, degrees)
        axes.text(x, -y, wall, ha=across, va=down, fontsize=8.5, color=FAINT)
    for degrees in INSERTIONS:
        ends = [point((0.0, 0.0), radius, degrees) for radius in (rim + 2, rim + 14)]
        xs, ys = [x for x, _ in ends], [-y for _, y in ends]
        axes.plot(xs, ys, color=FAINT, linewidth=1.4, clip_on=False)
        x, y = point((0.0, 0.0), rim + 20, degrees)
        axes.text(x, -y, "RV insertion", ha="right", va="center", fontsize=7, color=FAINT)


def _draw_bar(axes: Axes, unit: str, limits: tuple[float, float]) -> None:
    colors = [[tuple(bytes.fromhex(color((k + 0.5) / STEPS)[1:]))] for k in range(STEPS)]
    axes.imshow(colors, origin="lower", aspect="auto", extent=(0, 1, 0, 1))
    axes.set_xticks([])
    low, high = limits
    ticks = [tick / 4 for tick in range(5)]
    axes.set_yticks(ticks, [number(low + (high - low) * tick) for tick in ticks], fontsize=8)
    axes.yaxis.tick_right()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(unit, fontsize=8.5)
