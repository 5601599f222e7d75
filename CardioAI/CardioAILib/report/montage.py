"""Montage of maximum activation maps: a row a class, a column a layer (Halme 2022, figs 4, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.io import read_image
from CardioAILib.report.scancases import shown_arm, sureness
from CardioAILib.report.scans import Scan, chest_window, cut, logarithmic, read_scan
from CardioAILib.report.style import HEAT, figure, save
from CardioAILib.results import Result
from CardioAILib.study import Image, Study
from CardioAILib.verbs.activations import activation_name
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

Studies = Mapping[tuple[str, str], Study]


def draw_montages(
    evaluation: Evaluation | ClassEvaluation, studies: Studies, results: Path, folder: Path
) -> dict[str, Path]:
    """Draw the montage of each declared arm that has maps, by `activations_<arm>`."""
    declared = evaluation.system.activations
    if declared is None:
        return {}
    drawn = {}
    for arm in declared.arms:
        path = folder / f"activations_{arm}.png"
        found = draw_montage(evaluation, studies, results, arm, path)
        if found is not None:
            drawn[f"activations_{arm}"] = found
    return drawn


def draw_montage(
    evaluation: Evaluation | ClassEvaluation,
    studies: Studies,
    results: Path,
    arm: str,
    path: Path,
) -> Path | None:
    """Draw what the network sees of the median case of each class, and its activation maps.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
        results: Folder that the results' file names are relative to.
        arm: The arm whose maps are shown.
        path: The picture.

    Returns:
        The picture's path, or None where no result has maps of this arm.
    """
    system, said = evaluation.system, shown_arm(evaluation)
    stages = system.activations.stages
    files = frozenset(activation_name(arm, stage) for stage in stages)
    rows = [
        (name, found)
        for label, name in enumerate(system.task.names)
        if (found := median_case(evaluation, label, said, files)) is not None
    ]
    if not rows:
        return None
    drawn, axes = figure(1 + len(stages), len(rows), 1.9, 2.05)
    for row, (name, result) in enumerate(rows):
        scan = read_scan(system, studies[result.subject, result.study])
        own = axes[row * (1 + len(stages)) : (row + 1) * (1 + len(stages))]
        draw_crop(own[0], scan)
        own[0].set_title(f"{name}, {result.subject}", loc="left", fontsize=8.5)
        for panel, stage in zip(own[1:], stages, strict=True):
            file = results / result.files[activation_name(arm, stage)]
            layer = draw_map(panel, read_image(file), scan)
            if row == 0:
                panel.set_title(stage_words(stage), loc="left", fontsize=8.5)
    bar = drawn.colorbar(layer, ax=axes, fraction=0.02)
    bar.set_label("activation, share of the map's maximum", fontsize=8)
    bar.ax.tick_params(labelsize=8)
    return save(drawn, path)


def draw_map(axes: Axes, found: Image, scan: Scan) -> AxesImage:
    """Draw the part of a map, 0 to 1 on the whole scan, that the network sees."""
    axes.set_axis_off()
    return axes.imshow(cut(found.array[0, 0], scan), cmap=HEAT, vmin=0, vmax=1)


def median_case(
    evaluation: Evaluation | ClassEvaluation,
    label: int,
    arm: str,
    files: frozenset[str] = frozenset(),
) -> Result | None:
    """Return the result of a class of which the arm is middling sure, of those with these files."""
    name = evaluation.system.task.names[label]
    own = [
        result
        for result, truth in zip(evaluation.results, evaluation.labels, strict=True)
        if truth == label and arm in result.arms and files <= set(result.files)
    ]
    ranked = sorted(own, key=lambda result: _of_truth(evaluation, result, arm, name))
    return ranked[len(ranked) // 2] if ranked else None


def stage_words(stage: str) -> str:
    """Say which layer a stage is, as in `block 1, first layer`."""
    block, _, layer = stage.partition("_relu")
    if not layer:
        return stage
    return f"{block.replace('block', 'block ')}, layer {layer}"


def draw_crop(axes: Axes, scan: Scan) -> None:
    """Draw the part of a scan that the network sees, as reading rooms show it."""
    shown, _ = logarithmic(cut(scan.counts, scan))
    white, black = chest_window(shown)
    axes.imshow(shown, cmap="gray_r", vmin=white, vmax=black)
    axes.set_axis_off()


def _of_truth(
    evaluation: Evaluation | ClassEvaluation, result: Result, arm: str, name: str
) -> float:
    """Return the probability that an arm gives the true class."""
    found, task = result.arms[arm], evaluation.system.task
    if task.several:
        return found.probabilities[task.names.index(name)]
    sure = sureness(evaluation.system, result, arm)
    return sure if found.decision == name else 1.0 - sure
