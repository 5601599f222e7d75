"""The cases of a report, drawn by Slicer's own slice views."""

from __future__ import annotations

import logging
import math
from typing import Any

import numpy as np

from CardioAILib import embedded, mrml
from CardioAILib.errors import CardioAIError
from CardioAILib.mrml.layers import OPACITY, set_legend_visible
from CardioAILib.report.drawing import CaseImages, Drawer
from CardioAILib.results import RESEARCH_ONLY

logger = logging.getLogger(__name__)

RESEARCH_NOTE = RESEARCH_ONLY.split(".")[0]
OUTLINE = (0.18, 0.88, 0.78)
INVERTED = "vtkMRMLColorTableNodeInvertedGrey"


def case_drawer() -> Drawer | None:
    """Return what draws a report's cases, or None, with a line in the log, where nothing can."""
    problem = embedded.rendering_problem()
    if problem is None:
        try:
            return SliceViews(embedded.start())
        except CardioAIError as error:
            problem = str(error)
    logger.warning("cases are drawn as plain plots: %s", problem)
    return None


class SliceViews:
    """Draws cases as a Slicer user sees them, and leaves nothing in the scene.

    Args:
        scene: The embedded scene.
    """

    def __init__(self, scene: Any) -> None:
        self.scene = scene

    def __call__(self, case: CaseImages, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Draw the slice with the outline, and the same with heatmap and ruler."""
        volume = embedded.add_image(case.image, case.input, window=case.window)
        if case.inverted:
            volume.GetDisplayNode().SetAndObserveColorNodeID(INVERTED)
        outlines = embedded.add_outlines(case.mask, volume, case.input, OUTLINE)
        nodes = {case.input: mrml.InputNodes(volume, outlines)}
        heatmaps = {case.input: case.heatmap}
        shown = mrml.show_result(self.scene, case.result, case.system, heatmaps, nodes)
        try:
            return self._pictures(case, size, volume, shown.heatmaps[case.input])
        finally:
            mrml.remove_result(self.scene, shown)
            for node in (outlines, volume):
                self.scene.RemoveNode(node)

    def _pictures(
        self, case: CaseImages, size: tuple[int, int], volume: Any, heatmap: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        with embedded.SliceView(self.scene, size=size) as view:
            view.align(volume, case.slice)
            if math.isfinite(case.margin):
                view.zoom(*region(case))
            if not case.inverted:
                view.text(f"{case.input}, {case.where}\n{RESEARCH_NOTE}", "lower left")
            view.show(volume)
            plain = view.picture()
            # The report draws the colors' bar beside the picture: here it would hide the heart.
            set_legend_visible(heatmap, False)
            view.show(volume, heatmap, OPACITY)
            view.ruler(not case.inverted)
            overlaid = view.picture()
            view.ruler(False)
        return plain, overlaid


def region(case: CaseImages) -> tuple[np.ndarray, float]:
    """Return the middle of the structure on the slice, in RAS mm, and the width to show.

    Without a structure the whole slice is shown.
    """
    outline = case.outline if case.outline.any() else np.ones_like(case.outline)
    rows, columns = np.nonzero(outline)
    middle = (np.ptp(columns) / 2 + columns.min(), np.ptp(rows) / 2 + rows.min(), case.slice, 1.0)
    _, down, across = case.mask.spacing
    margin = case.margin if case.outline.any() else 0.0
    width = max(np.ptp(rows) * down, np.ptp(columns) * across) + 2 * margin
    return (case.mask.ijk_to_ras @ middle)[:3], float(width)
