"""The scene of 3D Slicer: nodes become studies, results become nodes."""

from CardioAILib.io.structures import Candidate
from CardioAILib.mrml.charts import LossChart
from CardioAILib.mrml.cines import CineNodes, add_cine
from CardioAILib.mrml.images import image_from_node
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.layers import hide_heatmap_layers, show_heatmap_layers
from CardioAILib.mrml.masks import mask_from_node, structure_candidates
from CardioAILib.mrml.outputs import ResultNodes, remove_result, show_result
from CardioAILib.mrml.studies import pinned, study_from_nodes
from CardioAILib.mrml.tables import feature_table, results_table
from CardioAILib.mrml.terminology import (
    add_segment,
    load_terminology,
    terminology_entry,
    terminology_file,
)
from CardioAILib.mrml.threeviews import show_side_by_side

__all__ = [
    "Candidate",
    "CineNodes",
    "InputNodes",
    "LossChart",
    "ResultNodes",
    "add_cine",
    "add_segment",
    "feature_table",
    "hide_heatmap_layers",
    "image_from_node",
    "load_terminology",
    "mask_from_node",
    "pinned",
    "remove_result",
    "results_table",
    "show_heatmap_layers",
    "show_result",
    "show_side_by_side",
    "structure_candidates",
    "study_from_nodes",
    "terminology_entry",
    "terminology_file",
]
