"""The left ventricle's motion on segmented echo views."""

from CardioAILib.measurements.echo.beat import Phases
from CardioAILib.measurements.echo.curves import ViewCurves
from CardioAILib.measurements.echo.measure import (
    EchoMeasured,
    echo_measurements_of,
)
from CardioAILib.measurements.echo.names import (
    ECHO_COLUMNS,
    ECHO_DEFINITIONS,
    ECHO_MEASUREMENTS,
    MOVING_SEGMENTS,
    motion_column,
    score_column,
)
from CardioAILib.measurements.echo.score import SCORES
from CardioAILib.measurements.echo.settings import constants

__all__ = [
    "ECHO_COLUMNS",
    "ECHO_DEFINITIONS",
    "ECHO_MEASUREMENTS",
    "MOVING_SEGMENTS",
    "SCORES",
    "EchoMeasured",
    "Phases",
    "ViewCurves",
    "constants",
    "echo_measurements_of",
    "motion_column",
    "score_column",
]
