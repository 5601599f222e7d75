"""Pictures of cases: the slice, the outline, the heatmap and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.io import read_image
from CardioAILib.report.style import HEAT, OUTLINE, figure, save
from CardioAILib.results import Result
from CardioAILib.study import Cohort, Mask, Study
from CardioAILib.system import System
from CardioAILib.verbs.evaluate import Evaluation, scores_of
from CardioAILib.verbs.prepared import load

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WINDOW = (1.0, 99.5)
"""Percentiles of the slice that the grey window spans."""
MARGIN_MM = 45.0
"""Tissue shown around the heart."""
LOWEST_SHOWN = 0.25
"""Part of the slice's maximum below which the heatmap stays transparent."""


@dataclass(frozen=True)
class Case:
    """One study worth a picture, and why."""

    result: Result
    label: int
    why: str


def choose_cases(evaluation: Evaluation, each: int = 2) -> list[Case]:
    """Choose the clearest hits, the worst misses and the worst false alarms with heatmaps."""
    scores = scores_of(evaluation.results, evaluation.results[0].primary)
    order = np.argsort(scores)
    positive = [i for i in order if evaluation.labels[i] == 1 and evaluation.results[i].files]
    negative = [i for i in order if evaluation.labels[i] == 0 and evaluation.results[i].files]
    chosen = [(i, "highest score with") for i in positive[::-1][:each]]
    chosen += [(i, "lowest score with") for i in positive[:each] if i not in positive[::-1][:each]]
    chosen += [(i, "highest score without") for i in negative[::-1][:each]]
    return [Case(evaluation.results[i], int(evaluation.labels[i]), why) for i, why in chosen]


def draw_cases(evaluation: Evaluation, cohort: Cohort, results: Path, path: Path) -> Path | None:
    """Draw chosen cases, a row each: slice, outline, heatmap with legend.

    Args:
        evaluation: The evaluation.
        cohort: Where the images are.
        results: Folder that the results' file names are relative to.
        path: The picture.

    Returns:
        The picture's path, or None where no result has a heatmap.
    """
    studies = {study.key: study for study in cohort}
    cases = choose_cases(evaluation)
    if not cases:
        return None
    drawn, axes = figure(3, len(cases), 3.0, 3.15)
    for row, case in enumerate(cases):
        own = axes[3 * row : 3 * row + 3]
        study = studies[(case.result.subject, case.result.study)]
        draw_case(own, drawn, case, study, results, evaluation.system)
        own[0].set_title(_title(evaluation, case), loc="left", fontsize=7.5)
        own[1].set_title("myocardium as segmented", loc="left", fontsize=7.5)
        own[2].set_title(_attention(case.result), loc="left", fontsize=7.5)
    return save(drawn, path)


def draw_case(
    axes: Sequence[Axes],
    drawn: Figure,
    case: Case,
    study: Study,
    results: Path,
    system: System,
) -> None:
    """Draw the slice that the explained arm finds most suspicious into three axes."""
    arm = case.result.arms[system.explain.arm]
    top = max(arm.examples, key=lambda example: example.score)
    heatmap = read_image(results / case.result.files[f"heatmap {top.input}"])
    image, outline = slice_and_outline(system, study, top.input, top.slice)
    heat = heatmap.array[0, top.slice]
    heat = heat / max(float(heat.max()), np.finfo(np.float32).tiny)
    window = np.percentile(image, WINDOW)
    aspect = heatmap.spacing[1] / heatmap.spacing[2]
    for own in axes:
        own.imshow(image, cmap="gray", vmin=window[0], vmax=window[1], aspect=aspect)
        own.set_axis_off()
        _zoom(own, outline, heatmap.spacing)
    for own in axes[1:]:
        own.contour(outline, [0.5], colors=OUTLINE, linewidths=0.9)
    shown = np.ma.masked_less(heat, LOWEST_SHOWN)
    layer = axes[2].imshow(shown, cmap=HEAT, vmin=0, vmax=1, alpha=0.6, aspect=aspect)
    bar = drawn.colorbar(layer, ax=axes[2], fraction=0.045)
    bar.ax.tick_params(labelsize=6)
    bar.set_label("evidence for the positive class,\nshare of the slice's maximum", fontsize=6)


def slice_and_outline(
    system: System, study: Study, name: str, index: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return a slice (H, W) of a named input and its structure on it."""
    needed = system.inputs[name]
    loaded, _ = load(system, study, resample_masks=True)
    mask = loaded.images[needed.mask]
    assert isinstance(mask, Mask)
    return loaded.images[needed.image].array[0, index], mask.of(needed.structure)[0, index]


def _zoom(axes: Axes, outline: np.ndarray, spacing: tuple[float, float, float]) -> None:
    rows, columns = np.nonzero(outline)
    down, across = MARGIN_MM / spacing[1], MARGIN_MM / spacing[2]
    axes.set_xlim(max(0, columns.min() - across), min(outline.shape[1] - 1, columns.max() + across))
    axes.set_ylim(min(outline.shape[0] - 1, rows.max() + down), max(0, rows.min() - down))


def _title(evaluation: Evaluation, case: Case) -> str:
    names = evaluation.system.task.names
    arm = case.result.arms[case.result.primary]
    called = arm.decision or "no threshold"
    return (
        f"{case.result.subject}: {case.why} {names[1]}\n"
        f"score {arm.score:.2f} -> {called}; truth: {names[case.label]}"
    )


def _attention(result: Result) -> str:
    attention = result.attention
    if attention is None or attention.inside is None:
        return "Grad-CAM: no evidence anywhere"
    flag = ", FLAGGED" if attention.flagged else ""
    return f"Grad-CAM: {attention.inside:.0%} on the heart{flag}"
