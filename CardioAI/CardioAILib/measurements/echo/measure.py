"""All that is measured of the left ventricle's motion on segmented echo views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

import numpy as np

from CardioAILib.measurements.echo.names import ECHO_MEASUREMENTS
from CardioAILib.results import Finding
from CardioAILib.study import Study


@dataclass(frozen=True)
class Phases:
    """The frames of a beat's ends.

    Args:
        ed: Index of the frame at end-diastole.
        es: Index of the frame at end-systole.
    """

    ed: int
    es: int


@dataclass(frozen=True, eq=False)
class ViewCurves:
    """A view along its frames; nan where a frame is not segmented.

    Args:
        times_ms: Time of each frame (T,), nan where it is not known.
        area: LV cavity (T,), in cm²; in pixels where the spacing is unknown.
        excursion: Inward motion since ED (T,) of each segment, % of the ED radius.
        thickening: Gain of wall thickness since ED (T,) of each segment, %.
        shortening: Change of the endocardium's length since ED (T,), %.
    """

    times_ms: np.ndarray
    area: np.ndarray
    excursion: Mapping[int, np.ndarray]
    thickening: Mapping[int, np.ndarray]
    shortening: np.ndarray


@dataclass(frozen=True, eq=False)
class EchoMeasured:
    """What was measured of one study.

    Args:
        values: Every name of `ECHO_MEASUREMENTS`, nan where it could not be measured.
        curves: Each segmented view along its frames.
        findings: What is missing, and what makes a value doubtful.
        phases: The frames of ED and ES in each segmented view.
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
    """
    return EchoMeasured(dict.fromkeys(ECHO_MEASUREMENTS, nan))
