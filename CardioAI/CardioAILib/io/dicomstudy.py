"""Cines and late enhancement of DICOM studies as scanners export them: each view once and whole."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io.dicomframes import Frame, find_frames, quiet
from CardioAILib.io.dicomgroups import Group, groups_of
from CardioAILib.io.dicomlate import late_series
from CardioAILib.io.dicompatient import patient_facts
from CardioAILib.io.dicomroles import view_of
from CardioAILib.io.dicomseries import Series, Whose, one_a_view, planes_of, words_of
from CardioAILib.io.dicomslices import one_stack
from CardioAILib.io.mrtypes import CINE, LGE, ONE_IMAGE
from CardioAILib.results import Finding
from CardioAILib.study import Role

logger = logging.getLogger(__name__)


def read_dicom_study(folder: Path | str) -> tuple[Series, ...]:
    """Find cines and late enhancement in a folder of any depth, or in one file of many images.

    What an image is, its header tells by the rules of `mrtypes`. Images are told apart by study,
    size, pixel spacing and direction, and by what their series are called; all slices may lie in
    one series or each in its own. Of a slice acquired more than once the one is kept that belongs
    to the series with most slices, then the later; of a view acquired more than once the stack
    with most slices, then the later. Slices without all phases are left out. Magnitude images of
    late enhancement are taken before phase-sensitive ones. Localizers, derived images, phase
    contrast and whatever else is neither are passed over; the log says why.

    Args:
        folder: Where the files are, under any names.

    Returns:
        Each study's cines, one a view, the one with most slices first; then its late enhancement.

    Raises:
        UnreadableFileError: There is neither; what was passed over is said.
        InputError: The images of one study belong to two patients.
    """
    studies: dict[str, list[Frame]] = defaultdict(list)
    skipped: Counter[str] = Counter()
    for frame in find_frames(Path(folder)):
        studies[str(frame.header.get("StudyInstanceUID", ""))].append(frame)
    with quiet():
        found = [
            series for uid, frames in studies.items() for series in _of_study(uid, frames, skipped)
        ]
    for reason, count in skipped.items():
        logger.info("series passed over: %d (%s)", count, reason)
    if not found:
        raise _nothing_found(skipped)
    return tuple(found)


def _of_study(uid: str, frames: list[Frame], skipped: Counter[str]) -> list[Series]:
    """Return cines and late enhancement of one study, and count what was passed over."""
    whose = Whose(uid, _only_patient(frames))
    groups = groups_of(frames)
    cines = [group for group in groups if group.told.kind == CINE or group.told.by == ONE_IMAGE]
    late = [group for group in groups if group.told.kind == LGE]
    others = {(g.series, _reason(g)) for g in groups if g not in cines and g not in late}
    single: Counter[str] = Counter()
    stacks = _cines(_frames(cines), whose, single)
    skipped.update([*(reason for _, reason in others), *single.elements()])
    return [*stacks, *_told_of(single[ONE_IMAGE], late_series(_frames(late), whose, skipped))]


def _told_of(untold: int, late: list[Series]) -> list[Series]:
    """Tell late enhancement of series beside it whose header says no image type."""
    if not untold or not late:
        return late
    message = (
        f"series of the study whose header tells no image type, left out: {untold}; if one is late "
        "enhancement too, name its files in a cohort table, in the column of its view"
    )
    first, *others = late
    found = (*first.findings, Finding("image type", message))
    return [replace(first, findings=found), *others]


def _reason(group: Group) -> str:
    return group.told.kind or group.told.by


def _frames(groups: Iterable[Group]) -> list[Frame]:
    return [frame for group in groups for frame in group.frames]


def _cines(frames: Iterable[Frame], whose: Whose, skipped: Counter[str]) -> list[Series]:
    """Return the cines of one study, one a view, and count what has no phases."""
    stacks = []
    for group in planes_of(frames):
        slices, findings = one_stack(group)
        if len(slices[0]) == 1:
            skipped[ONE_IMAGE] += len({frame.header.SeriesInstanceUID for frame in group})
            continue
        first = slices[0][0]
        view = view_of(first.normal, words_of(group), len(slices))
        if view.doubt:
            findings = (*findings, Finding("view", view.doubt))
        role = Role("MR", "cine", view.name)
        facts = patient_facts(first.header)
        stacks.append(Series(role, slices, facts, whose.study, whose.patient, findings))
    return one_a_view(stacks)


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


def _nothing_found(skipped: Counter[str]) -> UnreadableFileError:
    passed = ", ".join(f"{count} series: {reason}" for reason, count in skipped.items())
    return UnreadableFileError(
        got=f"no cine MR and no late enhancement ({passed or 'no MR image that knows its place'})",
        wanted="DICOM files of SOP class MR Image Storage or Enhanced MR Image Storage: several "
        "cardiac phases a slice, or images after an inversion pulse",
        fix="choose the folder of the examination, and export all images of its cine and late "
        "enhancement series, with the headers that the scanner wrote",
    )
