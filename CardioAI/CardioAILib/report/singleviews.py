"""Pictures of one result of two classes from several views, all at once."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.report.classcases import mapped_inputs
from CardioAILib.report.drawing import Drawer
from CardioAILib.report.picture import Picture
from CardioAILib.report.singlebranches import outlines_alone
from CardioAILib.report.style import png_of
from CardioAILib.report.viewcases import draw_views
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import System


def view_pictures(
    result: Result, study: Study, system: System, results: Path, drawer: Drawer | None = None
) -> list[Picture]:
    """Draw every view with its map below it, or with its outline alone where there is no map.

    Args:
        result: The result.
        study: The study with its images.
        system: The declaration.
        results: Folder that the result's file names are relative to.
        drawer: Draws Slicer's slice views; plain plots where None.
    """
    if system.explain is None or not mapped_inputs(system, result):
        return [outlines_alone(result, study, system)]
    drawn = draw_views(system, result, study, results, drawer)
    caption = (
        f"Every view, and below it where {system.explain.arm} saw evidence for "
        f"{system.task.names[1]}. Of a stack the slice is shown that it scores highest of those "
        "that show the heart, or the middle one without a segmentation; slices are counted from 0."
    )
    return [Picture(caption, png_of(drawn))]
