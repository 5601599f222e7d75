"""The scene of 3D Slicer: nodes become studies, results become nodes."""

from CardioAILib.mrml.images import image_from_node
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.masks import mask_from_node, structure_candidates
from CardioAILib.mrml.structures import Candidate
from CardioAILib.mrml.studies import study_from_nodes

__all__ = [
    "Candidate",
    "InputNodes",
    "image_from_node",
    "mask_from_node",
    "structure_candidates",
    "study_from_nodes",
]
