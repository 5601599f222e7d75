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

Scale = Literal["log", "linear"]
SCALE = PREFIX + "Scale"
"""Attribute of a volume with the scale in which its counts are shown."""
STEPS = 1024
"""Grays of a table: fine enough that a logarithm does not show its steps at low counts."""
BRIGHTEST = 99.9
"""Percentile of the pixels with counts that is black at full intensity, on a linear scale."""


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
    counts = pixels(volume.GetImageData())
    top = black_at(counts, how)
    volume.CreateDefaultDisplayNodes()
    display = volume.GetDisplayNode()
    table = _table(volume.GetScene(), how, top)
    display.SetAndObserveColorNodeID(table.GetID())
    display.SetAutoWindowLevel(False)
    display.SetWindowLevelMinMax(0.0, top)
    display.SetInterpolate(False)
    volume.SetAttribute(SCALE, how.scale)


def black_at(counts: np.ndarray, how: CountDisplay) -> float:
    """Return the counts that are shown at the end of the scale.

    Args:
        counts: Counts of any shape.
        how: The logarithm ends at the scan's maximum, the linear scale at a high percentile, since
            bladder and injection site outshine the rest.
    """
    there = counts[counts > 0]
    if not there.size:
        return 1.0
    top = float(there.max() if how.scale == "log" else np.percentile(there, BRIGHTEST))
    return max(top / how.intensity, 1.0)


def grays(how: CountDisplay, top: float) -> np.ndarray:
    """Return the gray of each step of the table, from 0 counts to `top`; values 0 to 1."""
    share = np.linspace(0.0, 1.0, STEPS)
    if how.scale == "log":
        share = np.log1p(share * top) / np.log1p(top)
    return 1.0 - share if how.inverted else share


def _table(scene: Node, how: CountDisplay, top: float) -> Node:
    """Return the color table of a display, made once for all volumes that look alike."""
    name = f"CardioAI counts {how.scale} {'inverted' if how.inverted else 'plain'}"
    if how.scale == "log":
        name = f"{name} to {top:.0f}"
    table = scene.GetFirstNodeByName(name)
    if table is not None and table.IsA("vtkMRMLColorTableNode"):
        return table
    table = scene.AddNewNodeByClass("vtkMRMLColorTableNode", name)
    table.SetTypeToUser()
    table.SetHideFromEditors(True)
    table.SetNumberOfColors(STEPS)
    for index, gray in enumerate(grays(how, top)):
        table.SetColor(index, f"{index}", gray, gray, gray, 1.0)
    return table
