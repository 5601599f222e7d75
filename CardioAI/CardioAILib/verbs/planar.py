"""What a planar scan tells beside a network: uptake of the heart, and where the heart lies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from CardioAILib.errors import CardioAIError, InputError
from CardioAILib.prepare import Stack
from CardioAILib.results import Finding
from CardioAILib.study import HEART, Image, Mask, Role, Study
from CardioAILib.system import Input, System

PLANAR = "planar"
POSTERIOR = Role("NM", PLANAR, "posterior")
VISUAL_GRADE = "visual_grade"
"""Name of the grade that the visual rule suggests, beside the ratios."""
HEART_SEGMENTED = "heart_segmented"
"""Name of what says whether ratios rest on a segmented heart: 1, or 0 of one that was placed."""
RULE = "visual rule"
"""Check whose finding says why that rule gave no grade."""
NO_GRADE = "no grade: "
PLACED = "placed automatically"
"""Source of a segmentation that no file holds."""


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


def with_posterior(system: System, study: Study, whole: Study) -> Uptake:
    """Take the posterior view in, which is measured beside an anterior one, where it can be read.

    Args:
        system: The declaration.
        study: The study with the images that the system reads, in memory.
        whole: The study with all its images.
    """
    if POSTERIOR not in whole.images or not any(planar_inputs(system, study)):
        return Uptake(study)
    posterior, findings = posterior_of(whole)
    if posterior is None:
        return Uptake(study, findings=findings)
    return Uptake(replace(study, images={**study.images, POSTERIOR: posterior}))


def posterior_of(study: Study) -> tuple[Image | None, tuple[Finding, ...]]:
    """Return the posterior view, or none and why where there is one that cannot be read."""
    try:
        return study.images.get(POSTERIOR), ()
    except (CardioAIError, OSError) as error:
        why = error.got if isinstance(error, CardioAIError) else "its file cannot be read"
        return None, (Finding("posterior", f"the posterior view was left out: {why}"),)


def is_planar(system: System) -> bool:
    """Say whether all images of a system are planar scans."""
    return all(needed.image.kind == PLANAR for needed in system.inputs.values())


def planar_inputs(system: System, study: Study) -> Iterator[Input]:
    """Yield the inputs of a system that are planar scans and that the study shows."""
    for needed in system.inputs.values():
        if needed.image.kind == PLANAR and needed.image in study.images:
            yield needed


def with_uptake(system: System, study: Study) -> Uptake:
    """Measure the uptake on each planar scan that a system reads, and place the heart there.

    Args:
        system: The declaration.
        study: The study with its images in memory.
    """
    found = Uptake(study)
    for needed in planar_inputs(system, study):
        found = _measured(found, needed)
    return found


def within_view(system: System, study: Study, inputs: Mapping[str, Stack]) -> Uptake:
    """Drop a heart that was placed automatically where the networks do not see it.

    Args:
        system: The declaration.
        study: The study with its images in memory.
        inputs: What the networks see of each input, prepared.
    """
    missed = [
        needed.mask
        for name, needed in system.inputs.items()
        if needed.mask is not None
        and is_placed(study.images.get(needed.mask))
        and inputs[name].mask.sum() < system.examples.minimum_pixels
    ]
    images = {role: image for role, image in study.images.items() if role not in missed}
    message = "the place of the heart lies outside of what the network sees; look at the scan"
    findings = tuple(Finding("crop", message) for _ in missed)
    return Uptake(replace(study, images=images), findings=findings)


def is_placed(image: Image | None) -> bool:
    """Say whether a segmentation was placed automatically."""
    return image is not None and PLACED in image.source


def _measured(sofar: Uptake, needed: Input) -> Uptake:
    # Measuring needs scipy, which a panel that only starts a worker does not wait for.
    from CardioAILib.measurements.planar.measure import SEGMENTED, planar_of

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
    known[HEART_SEGMENTED] = float(own.heart_from == SEGMENTED)
    told = [*sofar.findings, *own.findings]
    if own.suggestion.grade is None:
        told.append(Finding(RULE, f"{NO_GRADE}{own.suggestion.reason}"))
    else:
        known[VISUAL_GRADE] = float(own.suggestion.grade)
    return Uptake(study, {**sofar.values, **known}, tuple(told))


def heart_mask(image: Image, heart: np.ndarray) -> Mask:
    """Return a segmentation of the heart (H, W) on the grid of a planar image."""
    pixels = heart[np.newaxis, np.newaxis].astype(np.uint8)
    return Mask(pixels, image.ijk_to_ras, source=(PLACED,), labels={HEART: 1})
