"""A small beating heart as a cine of the scene, and its segmentations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import helpers_scene as made
import numpy as np
from CardioAILib.mrml import CineNodes, add_cine
from CardioAILib.study import Image

SHAPE = (4, 24, 24)
RADII = (6.0, 4.5, 3.0, 4.5)
"""Cavity in each of four frames, in pixels: largest first, smallest in the third."""


def disk(radius: float) -> np.ndarray:
    rows, columns = np.ogrid[: SHAPE[1], : SHAPE[2]]
    array = np.zeros(SHAPE, bool)
    array[:] = np.hypot(rows - 12, columns - 12) < radius
    return array


def beating() -> np.ndarray:
    """Bright blood in dark muscle (T, S, H, W)."""
    return np.stack([100.0 + 400.0 * disk(radius) for radius in RADII]).astype("f4")


def add_beating(scene: Any, name: str = "cine") -> CineNodes:
    """The cine, end-diastole shown; frames at 0, 200, 400 and 600 ms."""
    return add_cine(scene, Image(beating(), made.ijk_to_ras()), (0, 200, 400, 600), name)


def segmentations(scene: Any, browser: Any, frames: Sequence[int] = (0, 1, 2, 3)) -> Any:
    """A sequence of segmentations of some frames, shown by the cine's browser."""
    import slicer

    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "masks")
    sequence.SetIndexType(sequence.NumericIndex)
    for frame in frames:
        cavity = disk(RADII[frame])
        wall = disk(RADII[frame] + 3) & ~cavity
        node = made.segmentation(scene, made.ijk_to_ras(), LV=cavity, Myocardium=wall)
        sequence.SetDataNodeAtValue(node, f"{200 * frame:g}")
        scene.RemoveNode(node)
    browser.AddSynchronizedSequenceNode(sequence)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
    return browser.GetProxyNode(sequence)
