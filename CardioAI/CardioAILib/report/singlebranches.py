"""Pictures of one result of several classes: every input, and where its branch looked."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.report.caseplots import draw_bar, draw_outlined, plot_branch
from CardioAILib.report.cases import outlined
from CardioAILib.report.caseviews import VIEW, with_bar
from CardioAILib.report.classcases import branch_images, looks_at, mapped_inputs
from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.report.picture import Picture
from CardioAILib.report.style import figure, png_of
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import CineSets, System


def class_pictures(
    result: Result, study: Study, system: System, results: Path, drawer: Drawer | None = None
) -> list[Picture]:
    """Draw every input on the slice that the explained arm is surest of, with its heatmap.

    Args:
        result: The result.
        study: The study with its images.
        system: The declaration.
        results: Folder that the result's file names are relative to.
        drawer: Draws Slicer's slice views; plain plots where None.

    Returns:
        Pictures with heatmaps where there are any, else one of all inputs with outlines alone.
    """
    if system.explain is None or not mapped_inputs(system, result):
        return [outlines_alone(result, study, system)]
    cases = branch_images(system, result, study, results)
    if drawer is None:
        return [_plain_branches(cases, result)]
    looked, pictures = _looked(result, cases), []
    for case in cases:
        plain, mapped = drawer(case, VIEW)
        pictures.append(Picture(_where(case), plain))
        pictures.append(Picture(f"{case.input}: {looked}", with_bar(mapped)))
    return pictures


def _plain_branches(cases: list[CaseImages], result: Result) -> Picture:
    drawn, axes = figure(2, len(cases), 3.2, 3.1)
    for row, case in enumerate(cases):
        own = axes[2 * row : 2 * row + 2]
        draw_bar(drawn, plot_branch(own, case), own, "share of the slice's maximum")
        own[0].set_title(f"{case.input}, slice {case.slice}", loc="left", fontsize=9)
        own[1].set_title("Grad-CAM", loc="left", fontsize=9)
    inputs = " and ".join(case.input for case in cases)
    caption = f"{inputs}, slice {cases[0].slice}, counted from 0. {_looked(result, cases)}"
    return Picture(caption, png_of(drawn))


def outlines_alone(result: Result, study: Study, system: System) -> Picture:
    """Draw every input that was judged, as it was segmented, without a map."""
    examples = result.arms[result.primary].examples
    judged = (
        set(system.inputs)
        if isinstance(system.examples, CineSets)
        else {example.input for example in examples}
    )
    names = [name for name in system.inputs if name in judged]
    drawn, axes = figure(len(names), 1, 3.6, 3.6)
    for own, name in zip(axes, names, strict=True):
        shown = outlined(system, study, name, examples)
        draw_outlined(own, shown)
        own.set_title(f"{name}, slice {shown.slice}", loc="left", fontsize=9)
    return Picture("As it was judged; slices are counted from 0.", png_of(drawn))


def _where(case: CaseImages) -> str:
    segmented = ", as segmented" if case.outline.any() else ", without a segmentation"
    return f"{case.input}, slice {case.slice}, counted from 0{segmented}."


def _looked(result: Result, cases: list[CaseImages]) -> str:
    """Say what the maps show, and where they lie."""
    attention = result.attention
    if attention is None or attention.arm not in result.arms:
        return "Where the network saw evidence for the class that it called."
    called = result.arms[attention.arm].decision
    where = looks_at(attention, [case.input for case in cases])
    return f"Where {attention.arm} saw evidence for {called}. {where[0].upper()}{where[1:]}."
