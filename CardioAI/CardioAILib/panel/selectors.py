"""Selectors of nodes and short lists, made by code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

IMAGES = ("vtkMRMLScalarVolumeNode",)
MASKS = ("vtkMRMLSegmentationNode", "vtkMRMLLabelMapVolumeNode")


def node_selector(types: Sequence[str], none: str, tip: str) -> Any:
    """Return a selector of nodes of the scene.

    Args:
        types: Classes of nodes.
        none: Text where nothing is chosen.
        tip: What is to be chosen.
    """
    import qt
    import slicer

    widget = slicer.qMRMLNodeComboBox()
    # Long names must not widen the panel.
    widget.sizeAdjustPolicy = qt.QComboBox.AdjustToMinimumContentsLengthWithIcon
    widget.nodeTypes = list(types)
    widget.showChildNodeTypes = False
    widget.addEnabled = False
    widget.removeEnabled = False
    widget.renameEnabled = True
    widget.noneEnabled = True
    widget.noneDisplay = none
    widget.toolTip = tip
    widget.setMRMLScene(slicer.mrmlScene)
    return widget


def frame_selector(none: str, tip: str) -> Any:
    """Return a spin box for the number of a frame, from 1; 0 shows a text of its own."""
    import qt

    widget = qt.QSpinBox()
    widget.maximum = 0
    widget.specialValueText = none
    widget.toolTip = tip
    return widget
