"""Which plane of the heart an image of the scene shows."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import CardioAIError
from CardioAILib.io.dicomroles import view_of
from CardioAILib.mrml.frames import image_frame
from CardioAILib.mrml.geometry import to_world, volume_to_local
from CardioAILib.mrml.images import require_gray
from CardioAILib.mrml.inputs import Node, is_browser
from CardioAILib.mrml.phases import has_frames

LPS = (-1.0, -1.0, 1.0)
"""Signs that turn a direction from RAS to LPS."""


def view_of_node(node: Node) -> str | None:
    """Return the view plane of an image where it is sure: by its place, else by its name.

    Args:
        node: A scalar volume, or a sequence of these or its browser, whose first frame counts;
            None comes back for one without image data, or under a transform that is not linear.
    """
    try:
        frame = image_frame(node, 0 if has_frames(node) else None, "the image")
        volume = require_gray(frame.node, "the image")
        axes = (to_world(frame.placed, "the image") @ volume_to_local(volume))[:3]
    except CardioAIError:
        return None
    # A browser's own name is "browser" or the like; the cine has its name from the sequence.
    named = frame.sequence if is_browser(node) else node
    across = np.cross(axes[:, 0], axes[:, 1]) * LPS
    return view_of(across, named.GetName() or "", volume.GetImageData().GetDimensions()[2]).name
