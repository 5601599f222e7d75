"""Measures of the heart from its masks: where a voxel lies in the wall, and its regions."""

from CardioAILib.measurements.coordinates import WallCoordinates, wall_coordinates
from CardioAILib.measurements.orientation import AUTO, Orientation
from CardioAILib.measurements.regions import BY, By, Region, Regions, wall_regions
from CardioAILib.measurements.segments import LAYERS, SEGMENTS

__all__ = [
    "AUTO",
    "BY",
    "LAYERS",
    "SEGMENTS",
    "By",
    "Orientation",
    "Region",
    "Regions",
    "WallCoordinates",
    "wall_coordinates",
    "wall_regions",
]
