"""Measures of the heart from its masks: volumes, function, and the wall with its regions."""

from CardioAILib.measurements.coordinates import WallCoordinates, wall_coordinates
from CardioAILib.measurements.lge import LGE_COLUMNS, LGE_DEFINITIONS, LGE_MEASUREMENTS
from CardioAILib.measurements.measure import Measured, measure
from CardioAILib.measurements.names import DEFINITIONS, MEASUREMENTS, Definition
from CardioAILib.measurements.normal import Range, normal_range, standing
from CardioAILib.measurements.orientation import AUTO, Orientation
from CardioAILib.measurements.readings import READINGS, read_again
from CardioAILib.measurements.regions import BY, By, Region, Regions, wall_regions
from CardioAILib.measurements.segmentation import Segmentation, segmentation_of
from CardioAILib.measurements.segments import LAYERS, SEGMENTS

__all__ = [
    "AUTO",
    "BY",
    "DEFINITIONS",
    "LAYERS",
    "LGE_COLUMNS",
    "LGE_DEFINITIONS",
    "LGE_MEASUREMENTS",
    "MEASUREMENTS",
    "READINGS",
    "SEGMENTS",
    "By",
    "Definition",
    "Measured",
    "Orientation",
    "Range",
    "Region",
    "Regions",
    "Segmentation",
    "WallCoordinates",
    "measure",
    "normal_range",
    "read_again",
    "segmentation_of",
    "standing",
    "wall_coordinates",
    "wall_regions",
]
