"""What a nuclear physician measures on planar scintigraphy."""

from CardioAILib.measurements.planar.measure import PlanarUptake, planar_of
from CardioAILib.measurements.planar.perugini import Suggestion, visual_grade
from CardioAILib.measurements.planar.place import place_regions
from CardioAILib.measurements.planar.region import REGIONS, Region
from CardioAILib.measurements.planar.uptake import measure_uptake

__all__ = [
    "REGIONS",
    "PlanarUptake",
    "Region",
    "Suggestion",
    "measure_uptake",
    "place_regions",
    "planar_of",
    "visual_grade",
]
