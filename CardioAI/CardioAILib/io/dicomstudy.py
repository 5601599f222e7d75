"""The cines of DICOM studies as scanners export them: each view once, slices and phases whole."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io.dicomcine import Cine, stack_cine
from CardioAILib.io.dicomframes import Frame, find_frames, quiet, times_of
from CardioAILib.io.dicomkinds import described, reason_to_skip
from CardioAILib.io.dicompatient import patient_facts
from CardioAILib.io.dicomroles import view_of, view_of_words
from CardioAILib.io.dicomslices import Slices, one_stack, recency
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Role

logger = logging.getLogger(__name__)

ONE_IMAGE = "one image a slice, no cardiac phases"


@dataclass(frozen=True, eq=False)
class Series:
    """A cine of one view, whose pixels are read when they are asked for.

    Args:
        role: Cine of its view; the view is None where nothing told it.
        slices: Its images, slice by slice along their normal, each in order of time.
        facts: What the header says of body and scanner, without names, dates and descriptions.
        study: Study Instance UID; to keep studies apart, never to be shown.
        patient: Patient ID, likewise.
        findings: What a reader should know of how the slices were chosen.
    """

    role: Role
    slices: Slices
    facts: Mapping[str, Fact] = field(default_factory=dict)
    study: str = field(default="", repr=False)
    patient: str = field(default="", repr=False)
    findings: tuple[Finding, ...] = ()

    @property
    def times(self) -> tuple[float, ...]:
        """Trigger time of each phase in the first slice, in ms; else its position from 1."""
        return tuple(times_of(self.slices[0]))

    @property
    def image(self) -> Image:
        """The rescaled pixels (T, S, H, W) in place; read anew at each access."""
        return self.read().image

    def read(self) -> Cine:
        """Read the pixels.

        Raises:
            InputError: Phases or slices are missing, or slices do not make one stack.
            UnreadableFileError: Pixels cannot be decoded.
        """
        return stack_cine(frame for own in self.slices for frame in own)


def read_dicom_study(folder: Path | str) -> tuple[Series, ...]:
    """Find the cines in a folder of any depth, or in one file of many images.

    Images are told apart by study, size, pixel spacing and direction, and by what their series
    are called; all slices may lie in one series or each in its own. Of a slice acquired more than
    once the one is kept that belongs to the series with most slices, then the later; of a view
    acquired more than once the stack with most slices, then the later. Slices without all phases
    are left out. Localizers, derived images, late enhancement, phase contrast and whatever else is
    no cine are passed over; the log says why.

    Args:
        folder: Where the files are, under any names.

    Returns:
        Each study's cines, one a view, the one with most slices first.

    Raises:
        UnreadableFileError: There is no cine; what was passed over is said.
        InputError: The images of one study belong to two patients.
    """
    studies: dict[str, list[Frame]] = defaultdict(list)
    skipped: Counter[str] = Counter()
    for frame in find_frames(Path(folder)):
        studies[str(frame.header.get("StudyInstanceUID", ""))].append(frame)
    with quiet():
        found = [own for uid, frames in studies.items() for own in _cines(uid, frames, skipped)]
    for reason, count in skipped.items():
        logger.info("series passed over: %d (%s)", count, reason)
    if not found:
        raise _no_cine(skipped)
    return tuple(found)


def _cines(uid: str, frames: list[Frame], skipped: Counter[str]) -> list[Series]:
    """Return the cines of one study, one a view, and count what was passed over."""
    patient = _only_patient(frames)
    stacks = []
    for group in _planes(_of_cines(frames, skipped)):
        slices, findings = one_stack(group)
        if len(slices[0]) == 1:
            skipped[ONE_IMAGE] += len({frame.header.SeriesInstanceUID for frame in group})
            continue
        first = slices[0][0]
        view = view_of(first.normal, _words(group), len(slices))
        if view.doubt:
            findings = (*findings, Finding("view", view.doubt))
        role = Role("MR", "cine", view.name)
        facts = patient_facts(first.header)
        stacks.append(Series(role, slices, facts, uid, patient, findings))
    return _one_a_view(stacks)


def _of_cines(frames: Iterable[Frame], skipped: Counter[str]) -> list[Frame]:
    """Return the images that may belong to cines."""
    by_series = defaultdict(list)
    for frame in frames:
        by_series[frame.header.SeriesInstanceUID, reason_to_skip(frame.header)].append(frame)
    skipped.update(reason for _, reason in by_series if reason)
    return [f for (_, reason), own in by_series.items() if reason is None for f in own]


def _planes(frames: Iterable[Frame]) -> list[list[Frame]]:
    """Return the images that may make one stack: of one plane, unless called differently.

    Views in parallel, such as the two-chamber views of both ventricles, differ by name alone.
    """
    planes: dict[tuple[Any, ...], dict[str | None, list[Frame]]]
    planes = defaultdict(lambda: defaultdict(list))
    for frame in frames:
        planes[frame.plane][view_of_words(described(frame.header))].append(frame)
    groups = []
    for named in planes.values():
        if len([name for name in named if name]) > 1:
            groups += list(named.values())
        else:
            groups.append([frame for own in named.values() for frame in own])
    return groups


def _words(frames: Iterable[Frame]) -> str:
    return " ".join(dict.fromkeys(described(frame.header) for frame in frames))


def _one_a_view(stacks: Sequence[Series]) -> list[Series]:
    """Return the stack with most slices of each view, the later of equal ones."""
    views: dict[str | None, list[Series]] = defaultdict(list)
    for own in stacks:
        views[own.role.view].append(own)
    return sorted(map(_best, views.values()), key=lambda own: -len(own.slices))


def _best(rivals: list[Series]) -> Series:
    best = max(rivals, key=lambda own: (len(own.slices), recency(own.slices[0][0])))
    if len(rivals) == 1:
        return best
    message = (
        f"{len(rivals)} stacks show the view {best.role.view or 'that nothing named'}; the one "
        "with most slices was taken, the later of equal ones"
    )
    return replace(best, findings=(*best.findings, Finding("view", message)))


def _only_patient(frames: Iterable[Frame]) -> str:
    """Return the patient's ID, empty where the files do not say it.

    Raises:
        InputError: There are several.
    """
    patients = {str(frame.header.get("PatientID") or "") for frame in frames} - {""}
    if len(patients) > 1:
        raise InputError(
            got=f"one study with images of {len(patients)} patients",
            wanted="images of one patient under one Study Instance UID",
            fix="export the patients again into a folder each; these may have been mixed up",
        )
    return next(iter(patients), "")


def _no_cine(skipped: Counter[str]) -> UnreadableFileError:
    passed = ", ".join(f"{count} series: {reason}" for reason, count in skipped.items())
    return UnreadableFileError(
        got=f"no cine MR ({passed or 'no MR image that knows its place'})",
        wanted="DICOM files of SOP class MR Image Storage or Enhanced MR Image Storage, several "
        "cardiac phases a slice",
        fix="choose the folder of the examination, and export all images of its cine series",
    )
