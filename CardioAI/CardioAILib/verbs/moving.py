"""What a study's segmented echo views give to tabular arms."""

from __future__ import annotations

from collections.abc import Iterable

from CardioAILib.errors import MissingInputError
from CardioAILib.learning import Motion
from CardioAILib.learning.motion import MOTION
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.verbs.clips import shows_clips
from CardioAILib.verbs.measured import Known, features_of

SEGMENTATION = "mask"


def moved(system: System, study: Study, arms: Iterable[str], *, beside: bool = False) -> Known:
    """Measure a ventricle's motion in a study's segmented views, where an arm learns from that.

    Args:
        system: The declaration.
        study: The study with its images in memory, segmentations of its views among them.
        arms: Names of the arms that are asked.
        beside: Whether segmented clips are measured also where no arm asks, to stand beside what
            the arms say.
    """
    asked = any(isinstance(feature, Motion) for feature in features_of(system, arms))
    if not asked and not (beside and _has_segmented_clips(system, study)):
        return Known()
    # Measuring needs scipy, which a panel that only starts a worker does not wait for.
    from CardioAILib.measurements.echo import ECHO_MEASUREMENTS, echo_measurements_of

    try:
        found = echo_measurements_of(study)
    except MissingInputError:
        # The arm itself says what it lacks, to those who ask for it.
        return Known(ECHO_MEASUREMENTS, table=MOTION)
    return Known(ECHO_MEASUREMENTS, found.values, found.findings, table=MOTION)


def _has_segmented_clips(system: System, study: Study) -> bool:
    return shows_clips(system) and any(role.kind == SEGMENTATION for role in study.images)
