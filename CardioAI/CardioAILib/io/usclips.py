"""Echo clips and stills that a cohort table names: DICOM, videos and volumes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import CardioAIError
from CardioAILib.io.nmfiles import says_dicom
from CardioAILib.io.roles import PHASES, clip_role, is_echo
from CardioAILib.io.us import read_clip
from CardioAILib.io.usdicom import require_header
from CardioAILib.io.usfacts import recording_doubts, us_facts
from CardioAILib.io.usfiles import frames_stated
from CardioAILib.io.usregions import layout_of
from CardioAILib.io.ustimes import rate_of, times_of
from CardioAILib.io.usviews import view_of
from CardioAILib.io.volumes import read_mask
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Mask, Role

if TYPE_CHECKING:
    from pydicom import Dataset

Files = Mapping[Role, Sequence[Path]]


def read_echo(path: Path, role: Role) -> Image:
    """Read a clip, or of the phases "ED" and "ES" a still, blank outside the sector.

    Raises:
        CardioAIError: As `us.read_clip`.
    """
    return read_clip(path, still=role.phase in PHASES).image


def read_echo_mask(path: Path, labels: Mapping[str, int] | None) -> Mask:
    """Read the segmentation of a clip; slices of a volume without time are taken for frames.

    Raises:
        CardioAIError: As `volumes.read_mask`.
    """
    mask = read_mask(path, labels)
    frames, slices = mask.array.shape[:2]
    if frames > 1 or slices < 2:
        return mask
    return replace(mask, array=np.ascontiguousarray(np.swapaxes(mask.array, 0, 1)))


def with_numbers(role: Role, paths: Sequence[Path]) -> dict[Role, tuple[Path, ...]]:
    """Return a role for each of several clips of one view: A4C, A4C_2, A4C_3.

    Args:
        role: Role of the cell.
        paths: Files that it names.
    """
    if role.modality != "US" or len(paths) < 2 or role.phase in PHASES:
        return {role: tuple(paths)}
    first = int(role.phase or 1)
    return {
        clip_role(role.view, number, str(role.kind)): (path,)
        for number, path in enumerate(paths, start=first)
    }


def echo_facts(files: Files) -> dict[str, Fact]:
    """Return what the headers of a study's clips say; of damaged ones nothing."""
    facts: dict[str, Fact] = {}
    for _, header in _headers(files):
        facts = {**facts_of(header), **facts}
    return facts


def echo_findings(files: Files) -> list[Finding]:
    """Return what a reader should know of a study's clips that their pixels do not show."""
    return [
        Finding(own.check, f"{role.column}: {own.message}")
        for role, header in _headers(files)
        for own in (*_doubted_view(role, header), *findings_of(header))
    ]


def facts_of(header: Dataset) -> dict[str, Fact]:
    """Return what a header says of patient, scanner and recording."""
    rate = rate_of(times_of(header, frames_stated(header))[0])
    return {**us_facts(header), **({} if rate is None else {"frame_rate_hz": rate})}


def findings_of(header: Dataset) -> tuple[Finding, ...]:
    """Return what a header alone tells a reader; checks of the image tell the rest.

    Raises:
        InputError: It shows no tissue in one plane.
    """
    stated = [own for own in layout_of(header).findings if own.check != "spacing unknown"]
    return (*stated, *recording_doubts(header))


def _doubted_view(role: Role, header: Dataset) -> list[Finding]:
    stated = view_of(header)
    if stated is None or role.view in (None, stated):
        return []
    return [Finding("view", f"the header of the file calls the view {stated}")]


def _headers(files: Files) -> Iterator[tuple[Role, Dataset]]:
    """Yield the headers of clips in DICOM; whoever asks for the pixels is told of others."""
    for role, paths in files.items():
        for path in paths if is_echo(role) else ():
            if not says_dicom(path):
                continue
            try:
                header = require_header(path)
                layout_of(header)
            except CardioAIError:
                continue
            yield role, header
