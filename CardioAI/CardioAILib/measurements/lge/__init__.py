"""What a reader measures on late gadolinium enhancement."""

from CardioAILib.measurements.lge.bysegment import SegmentReading
from CardioAILib.measurements.lge.darkening import Darkening, early_darkening
from CardioAILib.measurements.lge.measure import (
    LateEnhancement,
    enhancement_of,
    measure_enhancement,
)
from CardioAILib.measurements.lge.names import (
    LGE_COLUMNS,
    LGE_DEFINITIONS,
    LGE_MEASUREMENTS,
    METHODS,
    PATTERNS,
    SUGGESTION,
    Method,
)
from CardioAILib.measurements.lge.reader import Agreement, against_reader
from CardioAILib.measurements.lge.reference import Reference
from CardioAILib.measurements.lge.settings import constants

__all__ = [
    "LGE_COLUMNS",
    "LGE_DEFINITIONS",
    "LGE_MEASUREMENTS",
    "METHODS",
    "PATTERNS",
    "SUGGESTION",
    "Agreement",
    "Darkening",
    "LateEnhancement",
    "Method",
    "Reference",
    "SegmentReading",
    "against_reader",
    "constants",
    "early_darkening",
    "enhancement_of",
    "measure_enhancement",
]
