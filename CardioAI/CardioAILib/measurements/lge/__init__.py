"""What a reader measures on late gadolinium enhancement."""

from CardioAILib.measurements.lge.names import (
    LGE_COLUMNS,
    LGE_DEFINITIONS,
    LGE_MEASUREMENTS,
    METHODS,
    Method,
)

__all__ = ["LGE_COLUMNS", "LGE_DEFINITIONS", "LGE_MEASUREMENTS", "METHODS", "Method"]
