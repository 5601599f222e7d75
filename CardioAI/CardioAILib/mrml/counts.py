"""How counts are shown: a color table over the volume, linear or logarithmic; no copy of the data.

Reading rooms show bone scans in inverted gray: no counts are white, many are black.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from CardioAILib.mrml.geometry import pixels
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import PREFIX
from CardioAILib.verbs.worklistpictures import lifted

Scale = Literal["log", "linear"]
SCALE = PREFIX + "Scale"
"""Attribute of a volume with the scale in which its counts are shown."""
STEPS = 1024
"""Grays of a table: fine enough that a logarithm does not show its steps at low counts."""
BRIGHTEST = {"log": 99.8, "linear": 99.0}
"""Percentile of the pixels with counts that is black at intensity 1: bladder and injection site
outshine the rest."""


@dataclass(frozen=True)
class CountDisplay:
    """How counts are shown.

    Args:
        scale: "log" or "linear".
        inverted: Whether many counts are dark, as reading rooms show them.
        intensity: 1 for the scan's own range; 2 makes half as many counts black.
    """

    scale: Scale = "log"
    inverted: bool = True
    intensity: float = 1.0


def show_counts(volume: Node, how: CountDisplay) -> None:
    """Show a volume of counts in gray; called again, change what is shown.

    Args:
        volume: The volume; its pixels are not touched.
        how: Scale, direction and intensity.
    """
    top = black_at(pixels(volume.GetImageData()), how)
    volume.CreateDefaultDisplayNodes()
    display = volume.GetDisplayNode()
    table = _table(volume.GetScene(), how)
    display.SetAndObserveColorNodeID(table.GetID())
    display.SetAutoWindowLevel(False)
    display.SetWindowLevelMinMax(0.0, top)
    display.SetInterpolate(False)
    volume.SetAttribute(SCALE, how.scale)


def black_at(counts: np.ndarray, how: CountDisplay) -> float:
    """Return the counts that are shown at the end of the scale, 1 at least.

    Args:
        counts: Counts of any shape.
        how: Scale and intensity.
    """
    there = counts[counts > 0]
    if not there.size:
        return 1.0
    return max(float(np.percentile(there, BRIGHTEST[how.scale])) / how.intensity, 1.0)


def grays(how: CountDisplay) -> np.ndarray:
    """Return the gray of each step of the table, from no counts to black; values 0 to 1."""
    share = np.linspace(0.0, 1.0, STEPS)
    if how.scale == "log":
        share = lifted(share)
    return 1.0 - share if how.inverted else share


def _table(scene: Node, how: CountDisplay) -> Node:
    """Return the color table of a display, made once for all volumes of a scene."""
    name = f"CardioAI counts {how.scale} {'inverted' if how.inverted else 'plain'}"
    table = scene.GetFirstNodeByName(name)
    if table is not None and table.IsA("vtkMRMLColorTableNode"):
        return table
    table = scene.AddNewNodeByClass("vtkMRMLColorTableNode", name)
    table.SetTypeToUser()
    table.SetHideFromEditors(True)
    table.SetNumberOfColors(STEPS)
    for index, gray in enumerate(grays(how)):
        table.SetColor(index, f"{index}", gray, gray, gray, 1.0)
    return table
