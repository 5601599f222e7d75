"""Pictures of one result: its most suspicious slice, and the scores of all slices."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.learning import Tabular
from CardioAILib.report.caseplots import draw_outlined, plot_case
from CardioAILib.report.cases import case_images, outlined
from CardioAILib.report.caseviews import VIEW, with_bar
from CardioAILib.report.drawing import Drawer
from CardioAILib.report.picture import Picture
from CardioAILib.report.singlebranches import class_pictures
from CardioAILib.report.singleviews import view_pictures
from CardioAILib.report.style import COLORS, figure, plain, png_of
from CardioAILib.report.wording import near_heart
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import System


def result_pictures(
    result: Result, study: Study, system: System, results: Path, drawer: Drawer | None = None
) -> list[Picture]:
    """Draw the heart's slice that the explained arm finds most suspicious, and its heatmap.

    Args:
        result: The result.
        study: The study with its images.
        system: The declaration.
        results: Folder that the result's file names are relative to.
        drawer: Draws Slicer's slice views; plain plots where None.

    Returns:
        Pictures with the heatmap where there is one, else one with the outline alone; of several
        classes or views for every input.
    """
    if system.task.several:
        return class_pictures(result, study, system, results, drawer)
    if len(system.inputs) > 1:
        return view_pictures(result, study, system, results, drawer)
    if not any(name.startswith("heatmap ") for name in result.files):
        return [_outline_alone(result, study, system)]
    case = case_images(system, result, study, results)
    where = f"Slice {case.slice}, counted from 0"
    outlined = f"{where}, and {_structure(system)} as segmented."
    mapped = _heatmap_caption(system, result)
    if drawer is not None:
        plain_view, mapped_view = drawer(case, VIEW)
        return [Picture(outlined, plain_view), Picture(mapped, with_bar(mapped_view))]
    drawn, axes = figure(3, 1, 3.4, 3.2)
    plot_case(axes, drawn, case)
    titles = where, f"{_structure(system)} as segmented", "Grad-CAM"
    for own, title in zip(axes, titles, strict=True):
        own.set_title(title, loc="left", fontsize=9)
    return [Picture(mapped, png_of(drawn))]


def draw_slice_scores(result: Result, system: System) -> Picture | None:
    """Draw the score of each slice, a line an arm, with the primary arm's threshold.

    Arms that judge a study as a whole have none; None where no arm is left.
    """
    arms = {name: arm for name, arm in result.arms.items() if _judges_slices(system, name)}
    if not arms:
        return None
    drawn, (axes,) = figure(1, 1, 7.6, 2.9)
    names = list(dict.fromkeys(e.input for a in arms.values() for e in a.examples))
    for (arm, found), color in zip(arms.items(), COLORS, strict=False):
        for name, dashes, mark in zip(names, ("-", "--", ":"), ("o", "s", "^"), strict=False):
            own = [e for e in found.examples if e.input == name]
            label = arm if len(names) == 1 else f"{arm}, {name}"
            slices, scores = [e.slice for e in own], [e.score for e in own]
            wide = 2.2 if arm == result.primary else 1.1
            axes.plot(slices, scores, dashes, marker=mark, markersize=4, color=color,
                      linewidth=wide, label=label)  # fmt: skip
    threshold = arms[result.primary].threshold if result.primary in arms else None
    if threshold is not None:
        axes.axhline(threshold, color="#888888", linewidth=0.9, linestyle="--")
        axes.text(1.0, threshold, " threshold", transform=axes.get_yaxis_transform(), fontsize=8,
                  color="#666666", va="center")  # fmt: skip
    plain(axes, "", "slice, counted from 0", "score")
    axes.set_ylim(-0.03, 1.03)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.1, 1.0))
    return Picture("Score of each slice, mean over the members.", png_of(drawn))


def _judges_slices(system: System, arm: str) -> bool:
    declared = system.arms.get(arm)
    return not (isinstance(declared, Tabular) and declared.unit == "study")


def _outline_alone(result: Result, study: Study, system: System) -> Picture:
    name = next(iter(system.inputs))
    shown = outlined(system, study, name, result.arms[result.primary].examples)
    drawn, (axes,) = figure(1, 1, 3.8, 3.8)
    draw_outlined(axes, shown)
    caption = f"Slice {shown.slice}, counted from 0, and {_structure(system)} as segmented."
    return Picture(caption, png_of(drawn))


def _structure(system: System) -> str:
    return next(iter(system.inputs.values())).structure.replace("_", " ")


def _heatmap_caption(system: System, result: Result) -> str:
    attention = result.attention
    chosen = "the slice that it scores highest of those that show the heart"
    if attention is None or attention.inside is None:
        return f"The explained network saw nothing. Shown is {chosen}."
    lies = "the heatmap lies" if len(attention.slices) < 2 else "all slices' heatmaps lies"
    return (
        f"Where {attention.arm} saw evidence, on {chosen}. "
        f"{attention.inside:.0%} of {lies} {near_heart(system)}."
    )
