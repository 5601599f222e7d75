"""From a study to examples: load what the system needs, check it, prepare it, cut it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from CardioAILib.examples import Examples, concatenate
from CardioAILib.prepare import Stack, Step, prepare, resample_mask
from CardioAILib.quality import check_study, require
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask, Role, Study, same_grid
from CardioAILib.system import CineSets, Input, System
from CardioAILib.verbs.cells import doubtful_cells
from CardioAILib.verbs.clips import (
    cut_clips,
    only_clips,
    prepare_clip,
    shows_clips,
    with_every_clip,
)
from CardioAILib.verbs.cutting import cut
from CardioAILib.verbs.enhanced import enhanced
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.measured import measured, uses_measurements, with_facts
from CardioAILib.verbs.moving import moved
from CardioAILib.verbs.optional import with_present
from CardioAILib.verbs.phases import with_phases
from CardioAILib.verbs.planar import with_posterior, with_uptake, within_view
from CardioAILib.verbs.preparedsets import cut_sets, mask_of, prepare_sets
from CardioAILib.verbs.unitviews import View, at_view, is_short_axis_mask

INPUT_NOTE = "input_note"
"""Fact with what a reader of the result must know of how the images were taken."""


@dataclass(frozen=True, eq=False)
class PreparedInput:
    """One input of one study, ready to be cut into examples and mapped back.

    Args:
        image: The image as it was read.
        stack: All its slices, prepared, with the steps that did it.
    """

    image: Image
    stack: Stack

    @property
    def steps(self) -> tuple[Step, ...]:
        """The preparation, for putting maps back on the image."""
        return self.stack.steps


@dataclass(frozen=True, eq=False)
class Prepared:
    """One study, checked and prepared.

    Args:
        study: The study with the images that the system needs, in memory.
        inputs: Prepared inputs by name.
        examples: Its examples.
        findings: Warnings of the checks.
        measurements: What was measured on its segmentations, by name with unit.
    """

    study: Study
    inputs: Mapping[str, PreparedInput]
    examples: Examples
    findings: tuple[Finding, ...]
    measurements: Mapping[str, float] = field(default_factory=dict)


def prepare_study(
    system: System,
    study: Study,
    arms: Iterable[str] = (),
    *,
    resample_masks: bool = False,
    labeled: bool = False,
    beside: bool = False,
) -> Prepared:
    """Load, check and prepare one study.

    Args:
        system: The declaration.
        study: The examination; its files are read once.
        arms: Names of the arms that will be asked.
        resample_masks: Whether a mask on another grid is moved to its image's grid.
        labeled: Whether its truth and its list of positive slices are read.
        beside: Whether segmented clips are measured also where no arm asks for it.

    Raises:
        CohortError: The truth is wanted and cannot be read, or a number in the table is none.
        InputError: Any of the input checks refuses (see `quality.check_study`).
        UnreadableFileError: A file cannot be read.
    """
    loaded, noticed = load(system, study, resample_masks=resample_masks)
    named, loaded, _ = at_view(system, loaded)
    named, lacking = with_present(named, loaded)
    named = with_every_clip(named, loaded)
    uptake = with_uptake(named, loaded)
    loaded = uptake.study
    told = (*noted(study), *header_findings(study), *noticed, *lacking)
    # In prediction the arm that asks for them tells of doubtful cells, and gives no result.
    doubtful = doubtful_cells(system, study) if labeled else ()
    checked = (*told, *check_study(named, loaded), *doubtful)
    inputs = prepare_inputs(named, loaded)
    seen = within_view(named, loaded, {name: own.stack for name, own in inputs.items()})
    loaded = seen.study
    examples = cut_all(named, loaded, inputs, labeled=labeled)
    found = measured(system, loaded, arms)
    late = enhanced(system, loaded, arms)
    motion = moved(system, loaded, arms, beside=beside)
    tables = with_facts(system, loaded, motion.add_to(late.add_to(found.add_to(examples))))
    told = (*found.findings, *late.findings, *motion.findings)
    findings = (*checked, *uptake.findings, *seen.findings, *told)
    known = {**uptake.values, **found.known, **late.known, **motion.known}
    return Prepared(loaded, inputs, tables, findings, known)


def noted(study: Study) -> tuple[Finding, ...]:
    """Return what the cohort table itself says of how the images were taken."""
    note = study.facts.get(INPUT_NOTE)
    return () if note is None else (Finding("input", str(note)),)


def load(
    system: System, study: Study, *, resample_masks: bool
) -> tuple[Study, tuple[Finding, ...]]:
    """Read every image that the system needs, once; move masks to their images if wanted.

    Phases that only a whole cine shows are found in it. Where the view is left open, the first
    view with all images is taken.

    Returns:
        The study with those images in memory, its short-axis masks last, and warnings.

    Raises:
        MissingInputError: An image or mask is absent, or no view has all images.
    """
    phased, noticed = with_phases(system, only_clips(system, study))
    named, shown, views = at_view(system, phased)
    named, _ = with_present(named, shown)
    named = with_every_clip(named, shown)
    images: dict[Role, Image] = {}
    findings = [*noticed, *_taken(views)]
    for needed in named.inputs.values():
        image = images[needed.image] = require(shown, needed.image)
        if needed.mask is None or (needed.mask_optional and shown.find(needed.mask) is None):
            continue
        mask = require(shown, needed.mask)
        if resample_masks and isinstance(mask, Mask) and not same_grid(image, mask):
            mask = resample_mask(mask, image)
            message = f"{needed.mask.column} was resampled to the grid of its image"
            findings.append(Finding("mask resampled", message))
        images[needed.mask] = mask
    if uses_measurements(system):
        others = [role for role in shown.images if is_short_axis_mask(role) and role.phase]
        images |= {role: shown.images[role] for role in others if role not in images}
    beside = with_posterior(named, replace(study, images=images), shown)
    return beside.study, (*findings, *beside.findings)


def _taken(views: tuple[View, ...]) -> list[Finding]:
    """Warn where several views would have done."""
    if len(views) < 2:
        return []
    names = [view or "unknown" for view in views]
    return [Finding("view", f"the study shows {', '.join(names)}; {names[0]} was judged")]


def prepare_inputs(system: System, study: Study) -> dict[str, PreparedInput]:
    """Prepare all slices of every input: cine sets together, other stacks one by one."""
    if isinstance(system.examples, CineSets):
        sets = prepare_sets(system, study)
        return {name: PreparedInput(image, stack) for name, (image, stack) in sets.items()}
    if shows_clips(system):
        return {name: prepare_view(system, own, study) for name, own in system.inputs.items()}
    return {name: prepare_input(system, needed, study) for name, needed in system.inputs.items()}


def cut_all(
    system: System, study: Study, inputs: Mapping[str, PreparedInput], *, labeled: bool
) -> Examples:
    """Cut all prepared inputs of a study into examples."""
    if isinstance(system.examples, CineSets):
        stacks = {name: own.stack for name, own in inputs.items()}
        return cut_sets(system, study, stacks, labeled=labeled)
    if shows_clips(system):
        stacks = {name: own.stack for name, own in inputs.items()}
        return cut_clips(system, study, stacks, labeled=labeled)
    parts = [cut(system, study, n, own.stack, labeled=labeled) for n, own in inputs.items()]
    return concatenate(parts)


def prepare_view(system: System, needed: Input, study: Study) -> PreparedInput:
    """Prepare one echo clip."""
    image = study.images[needed.image]
    mask = None if needed.mask is None else study.images.get(needed.mask)
    return PreparedInput(image, prepare_clip(system, image, mask, needed))


def prepare_input(system: System, needed: Input, study: Study) -> PreparedInput:
    """Prepare all slices of one input."""
    image = study.images[needed.image]
    mask = mask_of(study, needed, image)
    stack = Stack(image.array[0].astype(np.float32), mask, image.spacing[1:])
    return PreparedInput(image, prepare(stack, system.prepare))
