"""What a planar scan tells beside a network: uptake of the heart, and where the heart lies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from CardioAILib.errors import CardioAIError, InputError
from CardioAILib.results import Finding
from CardioAILib.study import HEART, Image, Mask, Role, Study
from CardioAILib.system import Input, System

PLANAR = "planar"
POSTERIOR = Role("NM", PLANAR, "posterior")


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


def with_uptake(system: System, study: Study, whole: Study | None = None) -> Uptake:
    """Measure the uptake on each planar scan that a system reads, and place the heart there.

    Args:
        system: The declaration.
        study: The study with the images that the system reads, in memory.
        whole: The study with all its images, where `study` has not all; a posterior view is
            measured beside the anterior one.
    """
    found = Uptake(study)
    if any(needed.image.kind == PLANAR for needed in system.inputs.values()):
        found = _with_posterior(found, whole or study)
    for needed in system.inputs.values():
        if needed.image.kind == PLANAR and needed.image in study.images:
            found = _measured(found, needed)
    return found


def _with_posterior(sofar: Uptake, whole: Study) -> Uptake:
    """Take the posterior view in where there is one that can be read."""
    if POSTERIOR not in whole.images:
        return sofar
    try:
        images = {**sofar.study.images, POSTERIOR: whole.images[POSTERIOR]}
    except (CardioAIError, OSError) as error:
        told = Finding("posterior", f"the posterior view was left out: {error}")
        return replace(sofar, findings=(*sofar.findings, told))
    return replace(sofar, study=replace(sofar.study, images=images))


def _measured(sofar: Uptake, needed: Input) -> Uptake:
    # Measuring needs scipy, which a panel that only starts a worker does not wait for.
    from CardioAILib.measurements.planar import planar_of

    study = sofar.study
    image = study.images[needed.image]
    mask = None if needed.mask is None else study.images.get(needed.mask)
    try:
        own = planar_of(
            image,
            mask if isinstance(mask, Mask) else None,
            study.facts,
            posterior=study.images.get(POSTERIOR),
        )
    except InputError as error:
        told = Finding("uptake", f"the uptake was not measured: {error.got}")
        return replace(sofar, findings=(*sofar.findings, told))
    if needed.mask is not None and mask is None and HEART in own.regions:
        placed = heart_mask(image, own.regions[HEART].mask(image.array.shape[2:]))
        study = replace(study, images={**study.images, needed.mask: placed})
    known = {name: value for name, value in own.values.items() if math.isfinite(value)}
    values = {**sofar.values, **known}
    return Uptake(study, values, (*sofar.findings, *own.findings))


def heart_mask(image: Image, heart: np.ndarray) -> Mask:
    """Return a segmentation of the heart (H, W) on the grid of a planar image."""
    pixels = heart[np.newaxis, np.newaxis].astype(np.uint8)
    return Mask(pixels, image.ijk_to_ras, labels={HEART: 1})
