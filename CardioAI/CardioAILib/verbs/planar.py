"""What a planar scan tells beside a network: uptake of the heart, and where the heart lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.results import Finding
from CardioAILib.study import HEART, Image, Mask, Study
from CardioAILib.system import Input, System

PLANAR = "planar"


@dataclass(frozen=True, eq=False)
class Uptake:
    """What was measured on the planar scans of a study.

    Args:
        study: The study; a scan without a segmentation has its heart placed automatically.
        values: Ratios of counts, by name with unit.
        findings: Doubts.
    """

    study: Study
    values: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def with_uptake(system: System, study: Study) -> Uptake:
    """Measure the uptake on each planar scan that a system reads, and place the heart there.

    Args:
        system: The declaration.
        study: The study with its images in memory.
    """
    found = Uptake(study)
    for needed in system.inputs.values():
        if needed.image.kind == PLANAR and needed.image in study.images:
            found = _measured(found, needed)
    return found


def _measured(sofar: Uptake, needed: Input) -> Uptake:
    # Measuring needs scipy, which a panel that only starts a worker does not wait for.
    from CardioAILib.measurements.planar import planar_of

    study = sofar.study
    image = study.images[needed.image]
    mask = None if needed.mask is None else study.images.get(needed.mask)
    try:
        own = planar_of(image, mask if isinstance(mask, Mask) else None, study.facts)
    except InputError as error:
        told = Finding("uptake", f"the uptake was not measured: {error.got}")
        return replace(sofar, findings=(*sofar.findings, told))
    if needed.mask is not None and mask is None and HEART in own.regions:
        placed = heart_mask(image, own.regions[HEART].mask(image.array.shape[2:]))
        study = replace(study, images={**study.images, needed.mask: placed})
    values = {**sofar.values, **own.values}
    return Uptake(study, values, (*sofar.findings, *own.findings))


def heart_mask(image: Image, heart: np.ndarray) -> Mask:
    """Return a segmentation of the heart (H, W) on the grid of a planar image."""
    pixels = heart[np.newaxis, np.newaxis].astype(np.uint8)
    return Mask(pixels, image.ijk_to_ras, labels={HEART: 1})
