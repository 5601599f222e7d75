"""Which plane of the heart a volume of the scene shows."""

from __future__ import annotations

from CardioAILib.mrml.inputs import Node

FEWEST_OF_A_STACK = 4
"""Parallel slices from which on a cine is a stack; long-axis planes come in one to three."""


def view_of_node(volume: Node) -> str | None:
    """Return the view plane of a volume where it is sure, else None.

    Args:
        volume: A scalar volume with image data.
    """
    image = volume.GetImageData()
    if image is None:
        return None
    return "SAX" if image.GetDimensions()[2] >= FEWEST_OF_A_STACK else None
