"""The probability of each class by each arm, and how far the members of the model disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.style import COLORS, figure, plain
from CardioAILib.results import ArmResult, Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
CALLED, OTHER, RANGE = COLORS[0], "#c3cbd3", "#20262d"


def draw_probabilities(result: Result, names: Sequence[str]) -> Figure:
    """Draw a bar a class, an axes an arm; lines run from the lowest to the highest member."""
    told = {arm: found for arm, found in result.arms.items() if found.probabilities}
    # The arm that the paper proposes is read first.
    arms = sorted(told, key=lambda arm: arm != result.primary)
    columns = min(COLUMNS, len(arms))
    drawn, many = figure(columns, -(-len(arms) // columns), 3.0, 0.75 + 0.3 * len(names))
    for axes, arm in zip(many, arms, strict=False):
        _draw(axes, arm, told[arm], names)
    for unused in many[len(arms) :]:
        unused.set_visible(False)
    return drawn


def span_text(values: Sequence[float]) -> str:
    """Return from which to which value members go."""
    return f"{min(values):.2f} to {max(values):.2f}" if len(values) > 1 else "one member"


def _draw(axes: Axes, arm: str, found: ArmResult, names: Sequence[str]) -> None:
    mean = np.array(found.probabilities)
    members = np.array(found.by_member) if found.by_member else mean[np.newaxis]
    colors = [CALLED if name == found.decision else OTHER for name in names]
    places = np.arange(len(names))
    axes.barh(places, mean, color=colors)
    axes.hlines(places, members.min(axis=0), members.max(axis=0), color=RANGE, linewidth=1.3)
    for place, value, top in zip(places, mean, members.max(axis=0), strict=True):
        axes.text(max(value, top) + 0.03, place, f"{value:.2f}", va="center", fontsize=8)
    axes.set_yticks(places, names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.18)
    axes.set_xticks([0, 0.5, 1])
    plain(axes, f"{arm}: {found.decision}", "", "")
    axes.title.set_fontsize(9)
    axes.tick_params(axis="x", labelsize=8)
