"""The uptake of the heart on one examination, with every doubt of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from CardioAILib.measurements.planar import PlanarUptake, Region, planar_of
from CardioAILib.quality.planar import check_planar
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Mask, Role, Study
from CardioAILib.system import Input
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.planar import posterior_of
from CardioAILib.verbs.prepared import INPUT_NOTE, noted

ANTERIOR = Input(
    Role("NM", "planar", "anterior"),
    Role("NM", "mask", "anterior"),
    stack=False,
    mask_optional=True,
)


def checked_uptake(
    study: Study, image: Image, moved: Mapping[str, Region] | None = None
) -> PlanarUptake:
    """Measure the uptake on an anterior view, and check the scan.

    Args:
        study: The study; its posterior view and its segmentation are read where there are any.
        image: Its anterior view (1, 1, H, W), counts.
        moved: Regions that a reader moved, by name; all others are placed on the scan.

    Returns:
        What was measured; its findings begin with those of table and headers, then come those
        of the scan.

    Raises:
        CardioAIError: It is no scan to be measured, or its segmentation cannot be read.
    """
    mask = study.images.get(ANTERIOR.mask)
    segmented = mask if isinstance(mask, Mask) else None
    posterior, left_out = posterior_of(study)
    checked = check_planar(replace(study, images={ANTERIOR.image: image}), ANTERIOR)
    found = planar_of(image, segmented, study.facts, posterior=posterior)
    if moved:
        regions = {**found.regions, **moved}
        found = planar_of(image, segmented, study.facts, regions=regions, posterior=posterior)
    told = (*noted(study), *header_findings(study), *left_out, *checked)
    return replace(found, findings=(*told, *found.findings))


def told_facts(study: Study, more: Iterable[Finding] = ()) -> dict[str, Fact]:
    """Return a study's facts, the doubts of its files among them, for who has the images alone.

    Args:
        study: The study as it was found.
        more: Further doubts of its files.

    Returns:
        The facts; the doubts are the one that results of the images repeat.
    """
    told = (*noted(study), *header_findings(study), *more)
    note = {INPUT_NOTE: "; ".join(one.message for one in told)} if told else {}
    return {**study.facts, **note}
