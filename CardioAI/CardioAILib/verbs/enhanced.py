"""What a study's short-axis late enhancement gives to tabular arms."""

from __future__ import annotations

from collections.abc import Iterable

from CardioAILib.errors import InputError
from CardioAILib.learning import Enhancement
from CardioAILib.learning.enhancement import ENHANCEMENT
from CardioAILib.results import Finding
from CardioAILib.study import Mask, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.measured import Known, features_of

STACK = Role("MR", "LGE", "SAX")
SEGMENTATION = Role("MR", "mask", "SAX", "LGE")


def enhanced(system: System, study: Study, arms: Iterable[str]) -> Known:
    """Measure late enhancement inside a study's myocardium, where an arm learns from that.

    Args:
        system: The declaration.
        study: The study with its images in memory.
        arms: Names of the arms that are asked.
    """
    if not any(isinstance(feature, Enhancement) for feature in features_of(system, arms)):
        return Known()
    # Measuring needs scipy, which a panel that only starts a worker does not wait for.
    from CardioAILib.measurements.lge import LGE_MEASUREMENTS, enhancement_of

    image, mask = study.images.get(STACK), study.images.get(SEGMENTATION)
    if image is None or not isinstance(mask, Mask):
        return Known(LGE_MEASUREMENTS, table=ENHANCEMENT)
    try:
        found = enhancement_of(image, mask)
    except InputError as error:
        told = (Finding("enhancement", f"late enhancement was not measured: {error.got}"),)
        return Known(LGE_MEASUREMENTS, findings=told, table=ENHANCEMENT)
    return Known(LGE_MEASUREMENTS, found.values, found.findings, table=ENHANCEMENT)
