"""What a nuclear physician measures on planar scintigraphy."""

from CardioAILib.measurements.planar.limits import LIMITS, Limit, limits_for
from CardioAILib.measurements.planar.measure import PlanarUptake, planar_of
from CardioAILib.measurements.planar.names import PLANAR_DEFINITIONS, PLANAR_MEASUREMENTS
from CardioAILib.measurements.planar.perugini import Suggestion, visual_grade
from CardioAILib.measurements.planar.place import place_regions
from CardioAILib.measurements.planar.region import REGIONS, Region
from CardioAILib.measurements.planar.uptake import measure_uptake

__all__ = [
    "LIMITS",
    "PLANAR_DEFINITIONS",
    "PLANAR_MEASUREMENTS",
    "REGIONS",
    "Limit",
    "PlanarUptake",
    "Region",
    "Suggestion",
    "limits_for",
    "measure_uptake",
    "place_regions",
    "planar_of",
    "visual_grade",
]
