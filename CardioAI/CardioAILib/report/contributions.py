"""Which features of a case spoke for a class, and which against it, as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from CardioAILib.report.measured import label_of, shown
from CardioAILib.report.style import COLORS, figure, plain
from CardioAILib.results import Contribution, Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 10
"""Features that have a bar, the strongest."""
FOR, AGAINST = COLORS[0], "#d1722a"
"""Blue and orange are told apart by everyone."""


@dataclass(frozen=True)
class Told:
    """The contributions of one case.

    Args:
        title: What stands above them.
        contributions: What each feature adds.
        speaks_for: The class whose evidence they are.
        words: What a bar says of its feature and its value; others are named as measurements.
    """

    title: str
    contributions: tuple[Contribution, ...]
    speaks_for: str = "the class called"
    words: Mapping[str, str] = field(default_factory=dict)


def arm_that_tells(result: Result) -> str | None:
    """Return the arm whose contributions are shown: the primary one, else the first that tells."""
    arms = [result.primary, *result.arms]
    return next((a for a in arms if a in result.arms and result.arms[a].contributions), None)


def draw_contributions(told: Sequence[Told]) -> Figure:
    """Draw the strongest features of each case, two cases a row."""
    columns = min(2, len(told))
    most = max(len(_bars(one)) for one in told)
    drawn, many = figure(columns, -(-len(told) // columns), 5.6, 1.0 + 0.22 * max(most, 1))
    drawn.get_layout_engine().set(h_pad=0.12)
    for axes, one in zip(many, told, strict=False):
        _draw(axes, one)
    for unused in many[len(told) :]:
        unused.set_visible(False)
    return drawn


def _draw(axes: Axes, told: Told) -> None:
    bars = _bars(told)
    colors = [FOR if evidence > 0 else AGAINST for _, evidence in bars]
    places = range(len(bars))
    axes.barh(places, [evidence for _, evidence in bars], color=colors)
    axes.set_yticks(places, [words for words, _ in bars], fontsize=7.5)
    axes.invert_yaxis()
    axes.axvline(0, color="#888888", linewidth=0.8)
    label = (
        f"evidence for {told.speaks_for} (logit)\n"
        "against  \N{LEFTWARDS ARROW}   \N{RIGHTWARDS ARROW}  for"
    )
    plain(axes, told.title, label, "")
    axes.title.set_fontsize(9)
    axes.xaxis.label.set_fontsize(8)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _bars(told: Told) -> list[tuple[str, float]]:
    """Return the words and the evidence of the features that have a bar, strongest first."""
    ranked = sorted(filter(_speaks, told.contributions), key=lambda part: -abs(part.evidence))
    return [
        (told.words.get(part.feature) or _words(part), part.evidence) for part in ranked[:SHOWN]
    ]


def _speaks(part: Contribution) -> bool:
    """Say whether a feature adds anything: trees leave most of them out."""
    return part.evidence != 0.0


def _words(part: Contribution) -> str:
    value = "not measured" if part.value is None else shown(part.value)
    return f"{label_of(part.feature)}: {value}"
