"""Which plane of the heart a volume of the scene shows."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.dicomroles import view_of
from CardioAILib.mrml.geometry import to_world, volume_to_local
from CardioAILib.mrml.inputs import Node

LPS = (-1.0, -1.0, 1.0)
"""Signs that turn a direction from RAS to LPS."""


def view_of_node(volume: Node) -> str | None:
    """Return the view plane of a volume where it is sure: by its place, else by its name.

    Args:
        volume: A scalar volume; None comes back for one without image data, or under a transform
            that is not linear.
    """
    image = volume.GetImageData()
    if image is None:
        return None
    try:
        axes = (to_world(volume, "the image") @ volume_to_local(volume))[:3]
    except InputError:
        return None
    across = np.cross(axes[:, 0], axes[:, 1]) * LPS
    return view_of(across, volume.GetName() or "", image.GetDimensions()[2]).name
