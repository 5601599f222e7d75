"""Pictures of one result: its most suspicious slice, and the scores of all slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.learning import Tabular
from CardioAILib.report.caseplots import draw_outlined, plot_case
from CardioAILib.report.cases import case_images, outlined
from CardioAILib.report.caseviews import VIEW, with_bar
from CardioAILib.report.clippictures import clip_pictures
from CardioAILib.report.drawing import Drawer
from CardioAILib.report.picture import Picture
from CardioAILib.report.singlebranches import class_pictures
from CardioAILib.report.singlescans import scan_pictures
from CardioAILib.report.singleviews import view_pictures
from CardioAILib.report.style import COLORS, figure, plain, png_of
from CardioAILib.report.wording import joins_views, near_heart
from CardioAILib.results import ArmResult, Result
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.band import rule_out_of
from CardioAILib.verbs.batch import HEATMAP
from CardioAILib.verbs.clips import shows_clips
from CardioAILib.verbs.planar import is_planar

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
        classes or views for every input; of planar scans the whole scan and the chest; of echo
        clips each of them playing, and their frames in rows.
    """
    if is_planar(system):
        return scan_pictures(result, study, system, results, drawer)
    if shows_clips(system):
        return clip_pictures(result, study, system, results)
    if system.task.several:
        return class_pictures(result, study, system, results, drawer)
    if len(system.inputs) > 1:
        return view_pictures(result, study, system, results, drawer)
    if not any(name.startswith(HEATMAP) for name in result.files):
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
    """Draw the score of each slice, a line an arm, and of views of one image beside them.

    The primary arm's threshold and rule-out point are drawn too. Arms that judge a study as a
    whole have no such scores; None where no arm is left.
    """
    arms = {name: arm for name, arm in result.arms.items() if _judges_slices(system, name)}
    if not arms:
        return None
    names = list(dict.fromkeys(e.input for a in arms.values() for e in a.examples))
    images = [name for name in names if name in system.inputs and not system.inputs[name].stack]
    stacks = [name for name in names if name not in images]
    panels = [own for own in (images, stacks) if own]
    drawn, many = figure(len(panels), 1, 7.6 / len(panels), 2.9)
    many[0].get_gridspec().set_width_ratios([1, 3][-len(panels) :])
    if images:
        _draw_images(many[0], arms, images, _seen_at_once(system))
    if stacks:
        _draw_stacks(many[-1], arms, stacks, result.primary)
    marks = _marks(result, system) if result.primary in arms else {}
    for axes in many:
        for (words, value), dashes in zip(marks.items(), ("--", ":"), strict=False):
            axes.axhline(value, color="#888888", linewidth=1, linestyle=dashes, label=words)
        if system.task.measures:
            axes.set_ylabel(f"{system.task.label_text} ({system.task.unit})")
            axes.ticklabel_format(axis="y", useOffset=False)
        else:
            axes.set_ylim(-0.03, 1.03)
    many[-1].legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.02, 1.0))
    seen = [*([_seen_at_once(system)] if images else []), *(["slice"] if stacks else [])]
    return Picture(_scores_caption(result.primary, list(arms), seen), png_of(drawn))


def _seen_at_once(system: System) -> str:
    """Return what a view's own score speaks of, where it has no slices."""
    return "clip of a view" if shows_clips(system) else "view of one image"


def _draw_images(
    axes: Axes, arms: Mapping[str, ArmResult], names: Sequence[str], across: str
) -> None:
    """Draw the score of views that are one image or clip each, a point an arm."""
    for (arm, found), color in zip(arms.items(), COLORS, strict=False):
        own = [e for e in found.examples if e.input in names]
        places = [names.index(e.input) for e in own]
        axes.plot(places, [e.score for e in own], "s", markersize=6, color=color, label=arm)
    plain(axes, "", across, "score")
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.6, len(names) - 0.4)


def _draw_stacks(
    axes: Axes, arms: Mapping[str, ArmResult], names: Sequence[str], primary: str
) -> None:
    """Draw the score of each slice of stacks, a line an arm and stack."""
    for (arm, found), color in zip(arms.items(), COLORS, strict=False):
        for name, dashes, mark in zip(names, ("-", "--", ":"), ("o", "s", "^"), strict=False):
            own = [e for e in found.examples if e.input == name]
            label = arm if len(names) == 1 else f"{arm}, {name}"
            slices, scores = [e.slice for e in own], [e.score for e in own]
            wide = 2.2 if arm == primary else 1.1
            axes.plot(slices, scores, dashes, marker=mark, markersize=4, color=color,
                      linewidth=wide, label=label)  # fmt: skip
    of = f" of {names[0]}" if len(names) == 1 else ""
    plain(axes, "", f"slice{of}, counted from 0", "score")
    axes.xaxis.get_major_locator().set_params(integer=True)


def _marks(result: Result, system: System) -> dict[str, float]:
    """Return the primary arm's threshold and rule-out point, as far as there are any."""
    points = {
        "threshold": result.arms[result.primary].threshold,
        "rule-out point": rule_out_of(system, result.primary),
    }
    return {f"{name} {at:.2f}": at for name, at in points.items() if at is not None}


def _scores_caption(primary: str, arms: Sequence[str], seen: Sequence[str]) -> str:
    words = f"Score of each {' and '.join(seen)}, mean over the members"
    if "slice" in seen and len(arms) > 1 and primary in arms:
        return f"{words}; the thick line is {primary}."
    return f"{words} of {arms[0]}." if len(arms) == 1 else f"{words}."


def _judges_slices(system: System, arm: str) -> bool:
    declared = system.arms.get(arm)
    as_one = isinstance(declared, Tabular) and declared.unit == "study"
    return not as_one and not joins_views(system, arm)


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
        f"{attention.inside:.0%} of {lies} {near_heart(system, attention)}."
    )
