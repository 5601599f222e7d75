"""All that is measured of the left ventricle's motion on segmented echo views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

from CardioAILib.errors import MissingInputError
from CardioAILib.measurements.echo.beat import Phases
from CardioAILib.measurements.echo.combined import biplane_values, overall_values, segment_values
from CardioAILib.measurements.echo.curves import ViewCurves
from CardioAILib.measurements.echo.doubts import doubts
from CardioAILib.measurements.echo.frames import segmented_view
from CardioAILib.measurements.echo.names import ECHO_MEASUREMENTS
from CardioAILib.measurements.echo.reading import read_view, view_values
from CardioAILib.measurements.echo.walls import VIEWS
from CardioAILib.results import Finding
from CardioAILib.study import Study


@dataclass(frozen=True, eq=False)
class EchoMeasured:
    """What was measured of one study.

    Args:
        values: Every name of `ECHO_MEASUREMENTS`, nan where it could not be measured.
        curves: Each segmented view along its frames.
        findings: What is missing, and what makes a value doubtful.
        phases: The frames of ED and ES in each segmented view that shows a beat.
    """

    values: Mapping[str, float]
    curves: Mapping[str, ViewCurves] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    phases: Mapping[str, Phases] = field(default_factory=dict)


def echo_measurements_of(study: Study) -> EchoMeasured:
    """Measure the left ventricle in the segmented views of a study.

    Args:
        study: The study, with segmentations mask_A4C, mask_A2C, mask_PLAX of clips (T, 1, H, W),
            or mask_A4C_ED and mask_A4C_ES of stills.

    Raises:
        MissingInputError: No view is segmented.
    """
    views = [segmented_view(study, view) for view in VIEWS]
    readings = {view.view: read_view(view) for view in views if view is not None}
    if not readings:
        raise MissingInputError(
            got=f"no segmented echo view of subject {study.subject}",
            wanted="a segmentation of the LV over a beat, or at ED and ES, in A4C, A2C or PLAX",
            fix="name it in the cohort table's column mask_A4C, mask_A2C or mask_PLAX; stills in "
            "mask_A4C_ED and mask_A4C_ES",
        )
    values: dict[str, float] = {}
    for reading in readings.values():
        values |= view_values(reading)
    values |= biplane_values(readings)
    values |= segment_values(readings.values())
    values |= overall_values(values, readings)
    return EchoMeasured(
        {name: values.get(name, nan) for name in ECHO_MEASUREMENTS},
        {view: reading.curves for view, reading in readings.items()},
        doubts(readings),
        {view: one.phases for view, one in readings.items() if one.phases is not None},
    )
