"""The scene of 3D Slicer: nodes become studies, results become nodes."""

from CardioAILib.mrml.charts import LossChart
from CardioAILib.mrml.images import image_from_node
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.layers import hide_heatmap_layers, show_heatmap_layers
from CardioAILib.mrml.masks import mask_from_node, structure_candidates
from CardioAILib.mrml.outputs import ResultNodes, remove_result, show_result
from CardioAILib.mrml.structures import Candidate
from CardioAILib.mrml.studies import study_from_nodes
from CardioAILib.mrml.tables import feature_table, results_table

__all__ = [
    "Candidate",
    "InputNodes",
    "LossChart",
    "ResultNodes",
    "feature_table",
    "hide_heatmap_layers",
    "image_from_node",
    "mask_from_node",
    "remove_result",
    "results_table",
    "show_heatmap_layers",
    "show_result",
    "structure_candidates",
    "study_from_nodes",
]
