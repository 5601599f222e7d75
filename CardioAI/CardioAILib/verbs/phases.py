"""The phases that a system needs, found in a cine that has them all."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from CardioAILib.errors import CohortError, InputError
from CardioAILib.prepare import Phases, find_phases
from CardioAILib.results import Finding
from CardioAILib.study import LV_CAVITY, Image, Mask, Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.phasesources import Source, sources_of

FRAME_FACTS = {"ED": "frame_ED", "ES": "frame_ES"}
"""Columns of the cohort table that name the frames of a short-axis cine, counted from 1."""

OF_SHORT_AXIS = ("SAX", None)
"""Views whose frames those columns name."""

TOLD_BY = {
    "mask": "by the largest and the smallest segmented cavity",
    "motion": "by the R wave and the heart's motion",
    "brightness": "by the heart's brightness",
    "table": "as the cohort table says",
}


@dataclass(frozen=True, eq=False)
class PhasedImages(Mapping[Role, Image]):
    """Images of a study and the phases of its cines, which are read when they are asked for.

    Args:
        study: The study with whole cines.
        sources: What is cut from which cine.
        known: Phases found so far; frames are looked for once.
    """

    study: Study
    sources: tuple[Source, ...]
    known: dict[Source, Phases] = field(default_factory=dict)

    def __getitem__(self, role: Role) -> Image:
        """Read an image, or cut the phase of a cine.

        Raises:
            KeyError: The study has neither.
            InputError: The cine has one frame, or another number of them than its mask.
        """
        if role in self.study.images:
            return self.study.images[role]
        for source in self.sources:
            if role in source.roles:
                whole, phase = source.roles[role]
                return frame_of(self.study.images[whole], self._phases(source), phase)
        raise KeyError(role)

    def __iter__(self) -> Iterator[Role]:
        yield from self.study.images
        for source in self.sources:
            yield from (role for role in source.roles if role not in self.study.images)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would read the file.
        return any(role == own for own in self)

    def _phases(self, source: Source) -> Phases:
        if source not in self.known:
            self.known[source] = _found(self.study, source, *_read(self.study, source))
        return self.known[source]


def with_phases(system: System, study: Study) -> tuple[Study, tuple[Finding, ...]]:
    """Cut the phases that a system needs from whole cines, where they are not there already.

    A segmentation of all frames is cut at the same frames. Frames are those that the cohort
    table names (`frame_ED`, `frame_ES`, counted from 1), else those with the largest and the
    smallest segmented cavity, else those that the image tells (see `prepare.find_phases`).

    Args:
        system: The declaration.
        study: The examination; its cines are read once.

    Returns:
        The study with the new images in memory beside its own, and which frames were taken.

    Raises:
        InputError: A cine has one frame, nothing in it moves, or its mask has fewer frames.
        CohortError: The cohort table names a frame that the cine does not have.
        UnreadableFileError: A file cannot be read.
    """
    cut: dict[Role, Image] = {}
    findings: list[Finding] = []
    for source in sources_of(system, study):
        cine, mask = _read(study, source)
        if cine is None and not _shows_several(mask):
            continue
        phases = _found(study, source, cine, mask)
        whole = {source.cine: cine, source.mask: mask}
        cut |= {new: frame_of(whole[own], phases, p) for new, (own, p) in source.roles.items()}
        findings += _told(source, phases, len((cine or mask).array))
        findings += _warned_of_masks(study, source, phases)
    if not cut:
        return study, ()
    images: Any = ChainMap(dict[Role, Image](), study.images, cut)
    return replace(study, images=images), tuple(findings)


def lazily_phased(system: System, study: Study) -> Study:
    """Return the study as `with_phases` does, with nothing read before it is asked for."""
    sources = sources_of(system, study)
    return replace(study, images=PhasedImages(study, sources)) if sources else study


def frame_of(image: Image, phases: Phases, phase: str) -> Image:
    """Return one phase (1, S, H, W) of a cine or of its segmentation."""
    index = {"ED": phases.ed, "ES": phases.es}[phase]
    # A copy, so that the other frames need not stay in memory.
    return replace(image, array=image.array[index : index + 1].copy())


def _read(study: Study, source: Source) -> tuple[Image | None, Mask | None]:
    cine, mask = (role and study.images[role] for role in (source.cine, source.mask))
    if cine is not None and mask is not None and len(cine.array) != len(mask.array):
        raise InputError(
            got=f"{len(mask.array)} frames in {source.mask.column} for {len(cine.array)} in "
            f"{source.cine.column}",
            wanted="a segmentation with as many frames as its cine, empty where nothing was drawn",
            fix="export the segmentation of all frames, or give the two phases and their masks "
            "as columns of their own",
        )
    return cine, mask


def _shows_several(mask: Mask) -> bool:
    """Say whether a segmentation shows the cavity in more than one frame."""
    return int(mask.of(LV_CAVITY).any(axis=(1, 2, 3)).sum()) > 1


def _found(study: Study, source: Source, cine: Image | None, mask: Mask | None) -> Phases:
    shown = cine or mask
    named = _named(study, source, len(shown.array))
    if named is not None:
        return named
    cavity = mask.of(LV_CAVITY) if mask is not None else None
    try:
        return find_phases(shown.array.astype(np.float32), cavity, shown.spacing[1:])
    except InputError as error:
        where = (source.cine or source.mask).column
        raise InputError(
            got=f"{error.got} in {where} of subject {study.subject}",
            wanted=error.wanted,
            fix=error.fix,
        ) from error


def _named(study: Study, source: Source, count: int) -> Phases | None:
    """Return the frames that the cohort table names, or None."""
    if (source.cine or source.mask).view not in OF_SHORT_AXIS:
        return None
    named = [study.facts.get(fact) for fact in FRAME_FACTS.values()]
    if any(frame is None for frame in named):
        return None
    if not all(frame in range(1, count + 1) for frame in named):
        given = " and ".join(f"{f:g}" if isinstance(f, float) else str(f) for f in named)
        columns = " and ".join(FRAME_FACTS.values())
        raise CohortError(
            got=f"frames {given} in columns {columns} of subject {study.subject}",
            wanted=f"numbers from 1 to {count}, the frames of the cine",
            fix="correct the cells, or leave them empty to have the frames found",
        )
    return Phases(int(named[0]) - 1, int(named[1]) - 1, "table")


def _told(source: Source, phases: Phases, count: int) -> list[Finding]:
    where = (source.cine or source.mask).column
    message = (
        f"{where}: of {count} frames, frame {phases.ed + 1} was taken for end diastole and frame "
        f"{phases.es + 1} for end systole, {TOLD_BY[phases.how]}"
    )
    doubts = (Finding(own.check, f"{where}: {own.message}") for own in phases.findings)
    return [Finding("phases", message), *doubts]


def _warned_of_masks(study: Study, source: Source, phases: Phases) -> list[Finding]:
    """Warn of segmentations whose frames nobody named, beside frames that were found."""
    if source.cine is None or source.mask is not None or phases.how == "table":
        return []
    apart = [replace(source.cine, kind="mask", phase=phase) for phase in source.phases]
    there = [role.column for role in apart if role in study.images]
    if not there:
        return []
    message = (
        f"{' and '.join(there)}: nothing says of which frames of {source.cine.column} they are; "
        f"name them in the columns {' and '.join(FRAME_FACTS.values())}"
    )
    return [Finding("phases", message)]
