"""Ratios of planar scans by true grade, with the published limits that apply to the scans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.measurements.planar.limits import Limit, limits_for
from CardioAILib.measurements.planar.perugini import ABSENT, ALIKE
from CardioAILib.report.measured import is_known, label_of
from CardioAILib.report.style import COLORS, figure, plain, save
from CardioAILib.study import Study
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.visualrule import RANKED_BY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RATIOS = (
    "heart_to_contralateral",
    RANKED_BY,
    "heart_to_sternum",
    "heart_to_whole_body_percent",
    "heart_to_whole_body_geometric_percent",
)
IN_A_ROW = 4

Studies = Mapping[tuple[str, str], Study]


def draw_ratios(evaluation: ClassEvaluation, studies: Studies, path: Path) -> Path | None:
    """Draw each ratio by true class as box plots with all scans; None where none was measured.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
        path: The picture.
    """
    shown = [name for name in RATIOS if any(map(len, by_class(evaluation, name)))]
    if not shown:
        return None
    columns = min(IN_A_ROW, max(2, len(shown)))
    drawn, many = figure(columns, -(-len(shown) // columns), 2.5, 2.9)
    for unused in many[len(shown) :]:
        unused.set_visible(False)
    limits = applying(evaluation, studies)
    for axes, name in zip(many, shown, strict=False):
        _boxes(axes, by_class(evaluation, name), evaluation.system.task.names)
        for limit in limits:
            if limit.value == name:
                axes.axhline(limit.least, color=COLORS[1], linewidth=1, linestyle="--")
        for border in (ABSENT, *ALIKE) if name == RANKED_BY else ():
            axes.axhline(border, color="#888888", linewidth=0.9, linestyle=":")
        plain(axes, label_of(name), "", "")
    return save(drawn, path)


def limit_words(evaluation: ClassEvaluation, studies: Studies) -> list[str]:
    """Say which published limits apply, to how many scans, and of what they are the limits."""
    total = f"of {len(evaluation.results)} scans"
    return [
        f"{label_of(limit.value)} {limit.least:g}, {limit.meaning}, {limit.tracers[0]} at "
        f"{limit.minutes[0]:g} to {limit.minutes[1]:g} min ({limit.source}): {count} {total}"
        for limit, count in applying(evaluation, studies).items()
    ]


def applying(evaluation: ClassEvaluation, studies: Studies) -> Counter[Limit]:
    """Count the scans that each published limit applies to, by the tracer and time they state."""
    keys = [(result.subject, result.study) for result in evaluation.results]
    return Counter(limit for k in keys if k in studies for limit in limits_for(studies[k].facts))


def by_class(evaluation: ClassEvaluation, name: str) -> list[np.ndarray]:
    """Return the values of a measurement by true class, those that are not known left out."""
    found: list[list[float]] = [[] for _ in evaluation.system.task.names]
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        value = result.measurements.get(name)
        if is_known(value):
            found[int(label)].append(float(value))
    return [np.array(own) for own in found]


def _boxes(axes: Axes, groups: list[np.ndarray], names: tuple[str, ...]) -> None:
    random = np.random.default_rng(0)
    places = range(len(groups))
    ink = {"color": COLORS[0]}
    axes.boxplot(groups, positions=places, widths=0.6, showfliers=False, boxprops=ink,
                 whiskerprops=ink, capprops=ink, medianprops={"color": COLORS[1]})  # fmt: skip
    for place, own in zip(places, groups, strict=True):
        at = place + random.uniform(-0.15, 0.15, len(own))
        axes.plot(at, own, "o", color=COLORS[0], alpha=0.5, markersize=3)
    axes.set_xticks(list(places), names, fontsize=7)
