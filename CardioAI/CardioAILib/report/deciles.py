"""Studies by tenth of the probability and by diagnosis, as stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from CardioAILib.report.style import figure, plain, save
from CardioAILib.verbs.band import Band
from CardioAILib.verbs.deciles import Deciles

NEGATIVE, POSITIVE = "Blues", "OrRd"
"""Blue and orange are told apart by everyone; a shade a diagnosis."""
SHADES = (0.45, 0.9)
"""Lightest and darkest shade, as a share of the scale."""


def draw_deciles(found: Deciles, path: Path, threshold: float | None, band: Band | None) -> Path:
    """Draw a bar a tenth of the probability, a shade a diagnosis.

    Args:
        found: The counts.
        path: The picture.
        threshold: Score from which on a study is positive, where all share one.
        band: What lies between the rule-out point and the threshold, or None.
    """
    drawn, (axes,) = figure(1, 1, 7.4, 3.2)
    tenths = len(found.counts[0])
    lefts = [index / tenths for index in range(tenths)]
    bottom = [0] * tenths
    for name, counts, color in zip(found.names, found.counts, _colors(found), strict=True):
        label = f"{name} (n = {sum(counts)})"
        axes.bar(lefts, counts, 1 / tenths, bottom, align="edge", color=color, edgecolor="white",
                 linewidth=0.6, label=label)  # fmt: skip
        bottom = [below + own for below, own in zip(bottom, counts, strict=True)]
    if threshold is not None:
        axes.axvline(threshold, color="#555555", linewidth=1.0, linestyle="--", label="threshold")
    if band is not None:
        axes.axvline(band.rule_out, color="#555555", linewidth=1.0, linestyle=":",
                     label="rule-out point")  # fmt: skip
    plain(axes, "", "probability", "studies")
    axes.set_xlim(0, 1)
    axes.set_xticks([*lefts, 1.0])
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return save(drawn, path)


def _colors(found: Deciles) -> list[tuple[float, ...]]:
    """Return a shade a diagnosis: of blue without the disease, of orange with it."""
    negative = _shades(NEGATIVE, found.positive.count(False))
    positive = _shades(POSITIVE, found.positive.count(True))
    return [positive.pop(0) if own else negative.pop(0) for own in found.positive]


def _shades(name: str, count: int) -> list[tuple[float, ...]]:
    from matplotlib import colormaps

    light, dark = SHADES
    places: Sequence[float] = [
        dark - (dark - light) * index / max(count - 1, 1) for index in range(count)
    ]
    return [colormaps[name](place) for place in places]
