"""A picture of how stable radiomic features are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.radiomics.stability import STABLE, Stability
from CardioAILib.report.style import COLORS, figure, plain, save
from CardioAILib.results import RESEARCH_ONLY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHADES = "viridis"
ALL = "all"

Groups = Mapping[str, np.ndarray]
"""Which features (F,) belong to a group, by its name; the last holds all."""


def draw_stability(stability: Stability, path: Path, title: str = "", icc: float = STABLE) -> Path:
    """Draw the ICC of all features, and the share of stable ones by class, cause and image.

    Args:
        stability: What was measured.
        path: The PNG.
        title: What was measured, in words.
        icc: Least ICC of a feature that counts as stable.
    """
    drawn, (spread, ranked, causes, images) = figure(2, 2, 6.6, 3.7)
    classes, types = classes_of(stability.names), image_types_of(stability.names)
    enough = stability.icc >= icc
    _draw_spread(spread, stability, classes, icc)
    _draw_ranked(ranked, stability, icc)
    by_cause = {"repeated reading": enough}
    by_cause |= {kind: values >= icc for kind, values in stability.by_kind.items()}
    table = {
        name: [_share(kept, own) for kept in by_cause.values()] for name, own in classes.items()
    }
    _draw_table(causes, table, list(by_cause))
    causes.set_title(f"Share with ICC of {icc:g} or more, by what differs", loc="left", fontsize=10)
    table = {
        name: [_share(enough, own & other) for other in types.values()]
        for name, own in classes.items()
        if name != "shape"
    }
    _draw_table(images, table, list(types))
    images.set_title("The same for repeated readings, by image", loc="left", fontsize=10)
    counts = f"{stability.subjects} units, {stability.slices} slices, {stability.readings} readings"
    drawn.suptitle(", ".join(filter(None, [title, counts])), x=0.01, ha="left", fontsize=12)
    drawn.supxlabel(RESEARCH_ONLY, x=0.01, ha="left", fontsize=7, color="#666666")
    return save(drawn, path)


def classes_of(names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return the features of each class by their names, `image_class_feature`."""
    return _grouped([name.split("_")[1] for name in names])


def image_types_of(names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return the features of each image type; shape, which sees no image, is left out."""
    groups = _grouped([name.split("_")[0] for name in names])
    seen = np.array(["_shape_" not in name for name in names])
    return {name: own & seen for name, own in groups.items()}


def _grouped(words: list[str]) -> dict[str, np.ndarray]:
    found = {word: np.array([other == word for other in words]) for word in dict.fromkeys(words)}
    return {**found, ALL: np.ones(len(words), bool)}


def _share(kept: np.ndarray, group: np.ndarray) -> float:
    return float(kept[group].mean()) if group.any() else np.nan


def _draw_spread(axes: Axes, stability: Stability, classes: Groups, icc: float) -> None:
    values = [stability.icc[own & np.isfinite(stability.icc)] for own in classes.values()]
    axes.boxplot(
        values,
        widths=0.6,
        showfliers=False,
        whis=(5, 95),
        medianprops={"color": COLORS[1]},
    )
    axes.set_xticks(range(1, len(classes) + 1), list(classes), fontsize=8)
    axes.axhline(icc, color="#888888", linestyle="--", linewidth=1)
    axes.set_ylim(min(0.0, axes.get_ylim()[0]), 1.01)
    plain(axes, "ICC(2,1) of repeated readings: quartiles, 5 to 95 %", "", "ICC")


def _draw_ranked(axes: Axes, stability: Stability, icc: float) -> None:
    order = np.argsort(-stability.icc)[: np.isfinite(stability.icc).sum()]
    place = np.arange(1, len(order) + 1)
    axes.fill_between(
        place, stability.lower[order], stability.upper[order], color=COLORS[0], alpha=0.25, lw=0
    )
    axes.plot(place, stability.icc[order], color=COLORS[0])
    axes.axhline(icc, color="#888888", linestyle="--", linewidth=1)
    count = int((stability.icc >= icc).sum())
    share = count / len(stability.icc)
    heading = f"{count} of {len(stability.icc)} features ({share:.0%}) reach {icc:g}"
    plain(axes, heading, "features by ICC, with intervals of 95 %", "ICC")
    axes.set_ylim(0, 1.01)


def _draw_table(axes: Axes, table: Mapping[str, list[float]], columns: list[str]) -> None:
    shares = np.array(list(table.values()))
    axes.imshow(shares, cmap=SHADES, vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(shares):
        text = "" if np.isnan(share) else f"{share:.0%}"
        color = "black" if share > 0.6 else "white"
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=color)
    axes.set_xticks(range(len(columns)), columns, rotation=30, ha="right", fontsize=8)
    axes.set_yticks(range(len(table)), list(table), fontsize=8)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
