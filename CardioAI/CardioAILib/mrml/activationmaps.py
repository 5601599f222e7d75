"""What layers of a network respond to, as volumes over the scan."""

from __future__ import annotations

from collections.abc import Mapping

from CardioAILib.mrml.frames import image_frame
from CardioAILib.mrml.heatmaps import make_heatmap
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import set_legend_visible
from CardioAILib.mrml.making import all_or_nothing, place_beside, write_attributes
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Image


def show_activations(scene: Node, maps: Mapping[str, Image], image: Node) -> dict[str, Node]:
    """Make a volume of each map on the grid of its image; none is shown yet.

    Args:
        scene: The scene.
        maps: Maps (1, 1, H, W), 0 or more, by arm and stage ("residual block1_relu1").
        image: Volume of the scan that they are of.

    Returns:
        The volumes, by the same names.

    Raises:
        GridMismatchError: The scan has another size by now.
    """
    frame = image_frame(image, None, "the scan")
    with all_or_nothing(scene) as maker:
        made = {
            name: make_heatmap(maker, f"activations {name}", one, frame, "strongest\nresponse")
            for name, one in maps.items()
        }
        for name, node in made.items():
            set_legend_visible(node, False)
            write_attributes(node, {"Role": "activations", "Input": name, "Note": RESEARCH_ONLY})
        place_beside(scene, made.values(), image)
    return made
