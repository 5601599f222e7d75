"""Wall-motion curves: cavity, excursion and thickening along a clip, a view a row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.measurements import SEGMENTS
from CardioAILib.measurements.echo import EchoMeasured, Phases, ViewCurves
from CardioAILib.report.style import COLORS, figure, plain, png_of, save
from CardioAILib.results import RESEARCH_ONLY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MS_PER_S = 1000.0
FAINT = "#8a8a8a"


def draw_motion(found: EchoMeasured, path: Path, title: str = "Wall motion") -> Path:
    """Draw the curves of every view.

    Args:
        found: What was measured.
        path: The picture.
        title: Line on top.
    """
    return save(_drawn(found, title), path)


def motion_curves_png(found: EchoMeasured, title: str = "Wall motion") -> bytes:
    """Return the curves of every view as the bytes of a PNG."""
    return png_of(_drawn(found, title))


def _drawn(found: EchoMeasured, title: str) -> Figure:
    drawn, axes = figure(3, len(found.curves), 3.9, 2.7)
    for row, (view, curves) in enumerate(found.curves.items()):
        own, phases = axes[3 * row : 3 * row + 3], found.phases.get(view)
        across, moments = _moments(curves)
        own[0].plot(moments, curves.area, color=COLORS[0])
        plain(own[0], f"{view}: LV cavity", across, curves.area_unit)
        own[0].set_ylim(bottom=0)
        _draw_segments(own[1], curves, curves.excursion)
        plain(own[1], f"{view}: excursion since ED", across, "% of ED radius")
        _draw_segments(own[2], curves, curves.thickening)
        plain(own[2], f"{view}: thickening since ED", across, "%")
        for one in own:
            _mark_phases(one, moments, phases)
        if curves.excursion:
            own[2].legend(fontsize=6, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    drawn.suptitle(f"{title}\n{RESEARCH_ONLY}", fontsize=9)
    return drawn


def _moments(curves: ViewCurves) -> tuple[str, np.ndarray]:
    """Return the name of the time axis, and the time of each frame: its number if unknown."""
    if np.isfinite(curves.times_ms).all():
        return "s", curves.times_ms / MS_PER_S
    return "frame", np.arange(len(curves.area))


def _draw_segments(axes: Axes, curves: ViewCurves, values: Mapping[int, np.ndarray]) -> None:
    _, moments = _moments(curves)
    for index, (segment, own) in enumerate(values.items()):
        if not np.isfinite(curves.excursion[segment]).any():
            continue
        name = f"{segment} {SEGMENTS[segment - 1]}"
        axes.plot(moments, own, color=COLORS[index % len(COLORS)], linewidth=1.2, label=name)
    axes.axhline(0, color=FAINT, linewidth=0.6)


def _mark_phases(axes: Axes, moments: np.ndarray, phases: Phases | None) -> None:
    if phases is None:
        return
    for name, frame in (("ED", phases.ed), ("ES", phases.es)):
        axes.axvline(moments[frame], color=FAINT, linewidth=0.8, linestyle=":")
        # Above the lower edge, where neither title nor curves are.
        axes.annotate(
            name,
            (moments[frame], 0.02),
            xycoords=("data", "axes fraction"),
            xytext=(2, 0),
            textcoords="offset points",
            fontsize=7,
            color=FAINT,
        )
