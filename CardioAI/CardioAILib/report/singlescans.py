"""Pictures of one planar scan: regions, heatmap, and where the layers of the networks answer."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.io import read_image
from CardioAILib.report.classcases import looks_at
from CardioAILib.report.drawing import Drawer
from CardioAILib.report.montage import draw_crop, draw_map, stage_words
from CardioAILib.report.picture import Picture
from CardioAILib.report.scans import Scan, case_of, heat_of, read_scan
from CardioAILib.report.scanviews import scan_png
from CardioAILib.report.style import figure, png_of
from CardioAILib.report.wording import told_class
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.activations import activation_name


def scan_pictures(
    result: Result, study: Study, system: System, results: Path, drawer: Drawer | None = None
) -> list[Picture]:
    """Draw a planar scan, whole and around the heart, its heatmap and its activation maps.

    Args:
        result: The result.
        study: The study with its images.
        system: The declaration.
        results: Folder that the result's file names are relative to.
        drawer: Draws Slicer's slice views; plain plots where None.
    """
    scan = read_scan(system, study)
    heat = heat_of(result, results, scan.name)
    png = scan_png(case_of(scan, system, result, heat), heat is not None, drawer)
    pictures = [Picture(_caption(system, result, scan, mapped=heat is not None), png)]
    activations = _activations(scan, system, result, results)
    return [*pictures, *([activations] if activations else [])]


def _caption(system: System, result: Result, scan: Scan, *, mapped: bool) -> str:
    shown = f"The {scan.name} view, logarithm of counts, inverted gray"
    outlined = f"; outlined: {' and '.join(scan.regions)}" if scan.regions else ""
    attention = result.attention
    arm = None if system.explain is None else result.arms.get(system.explain.arm)
    if not mapped or arm is None:
        return f"{shown}{outlined}."
    where = looks_at(attention)
    return (
        f"{shown}{outlined}. With colors: where {system.explain.arm} saw evidence for "
        f"{told_class(arm, system)} (Grad-CAM); {where}."
    )


def _activations(scan: Scan, system: System, result: Result, results: Path) -> Picture | None:
    """Draw the activation maps of every arm that has them, a row each; None where none has."""
    declared = system.activations
    stages = () if declared is None else declared.stages
    rows = [
        (arm, [result.files.get(activation_name(arm, stage)) for stage in stages])
        for arm in (() if declared is None else declared.arms)
    ]
    rows = [(arm, files) for arm, files in rows if files and all(files)]
    if not rows:
        return None
    drawn, axes = figure(1 + len(stages), len(rows), 1.8, 2.0)
    for row, (arm, files) in enumerate(rows):
        own = axes[row * (1 + len(stages)) : (row + 1) * (1 + len(stages))]
        draw_crop(own[0], scan)
        own[0].set_title(arm, loc="left", fontsize=8.5)
        for panel, stage, file in zip(own[1:], stages, files, strict=True):
            draw_map(panel, read_image(results / str(file)), scan)
            panel.set_title(stage_words(stage), loc="left", fontsize=8.5)
    caption = (
        "What the networks see, and the maximum activation maps of their layers, each scaled to "
        "its own maximum: where a layer answers at all, not what speaks for a class."
    )
    return Picture(caption, png_of(drawn))
