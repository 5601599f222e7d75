"""Planar scans of nuclear medicine: anterior and posterior of each examination."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.errors import CardioAIError, InputError, UnreadableFileError
from CardioAILib.io.dicomframes import quiet
from CardioAILib.io.nmcopies import Chosen, without_copies
from CardioAILib.io.nmfiles import files_of, nm_headers
from CardioAILib.io.nmseries import PlanarSeries, series_of
from CardioAILib.io.nmviews import ANTERIOR, POSTERIOR
from CardioAILib.results import Finding
from CardioAILib.study import Role

if TYPE_CHECKING:
    from pydicom import Dataset

logger = logging.getLogger(__name__)

VIEWS = (ANTERIOR, POSTERIOR)

BROKEN = (AttributeError, TypeError, ValueError, IndexError, NotImplementedError)
"""What asking for a damaged value raises, by which value it is."""

Found = dict[str, list[PlanarSeries]]
Refused = dict[str, list[CardioAIError]]
Files = dict[str, list[Path]]
"""Views, errors and files of each examination by its UID."""

TOGETHER_MIN = 60.0
"""Minutes within which both views of one acquisition lie, where each has a file of its own."""


def read_planar(
    where: Path | str | Iterable[Path], untold: str = ANTERIOR
) -> tuple[PlanarSeries, ...]:
    """Find the planar scans in a folder of any depth, in one file, or in several.

    Frames are told apart by the vectors of the header, views by the rules of `nmviews`. Of several
    scans of one examination that of the whole body is taken, else the chest, then originals before
    derived ones, then the last. Only headers are read here.

    Args:
        where: Folder, file, or files.
        untold: View of single frames of which nothing tells it.

    Returns:
        One or two views of each examination, in the order of their files. One that cannot be used
        is there too, with its error, which comes when its pixels are asked for.

    Raises:
        UnreadableFileError: There is no nuclear medicine.
        CardioAIError: What is wrong with the only examination.
    """
    files = files_of(Path(where) if isinstance(where, str) else where)
    return require_usable(find_planar(files, untold))


def find_planar(files: Iterable[Path], untold: str = ANTERIOR) -> tuple[PlanarSeries, ...]:
    """Return what `read_planar` does of some files, empty where none is of nuclear medicine."""
    found, refused, lie = _examinations(files, untold)
    return tuple(
        replace(one, files=tuple(lie[uid]))
        for uid in found
        for one in _of_examination(uid, found[uid], refused[uid])
    )


def require_usable(series: tuple[PlanarSeries, ...]) -> tuple[PlanarSeries, ...]:
    """Refuse no examination at all, and a single one that cannot be used.

    Raises:
        UnreadableFileError: There is none.
        CardioAIError: What is wrong with the only one.
    """
    if not series:
        raise UnreadableFileError(
            got="no image of nuclear medicine",
            wanted="DICOM files of SOP class Nuclear Medicine Image Storage",
            fix="choose the folder of the examination, and export its planar scans as NM images",
        )
    if len(series) == 1 and series[0].error is not None:
        raise series[0].error
    return series


def _examinations(paths: Iterable[Path], untold: str) -> tuple[Found, Refused, Files]:
    """Return views, errors and files of each examination, by its UID in the order of files."""
    found: Found = {}
    refused: Refused = defaultdict(list)
    files: Files = defaultdict(list)
    copies: dict[tuple[str, str], list[tuple[Path, Dataset]]] = defaultdict(list)
    with quiet():
        for path, header in nm_headers(paths):
            if isinstance(header, CardioAIError):
                found.setdefault(str(path), [])
                refused[str(path)].append(header)
                files[str(path)].append(path)
                continue
            uid = str(header.get("StudyInstanceUID") or path)
            found.setdefault(uid, [])
            files[uid].append(path)
            copies[uid, str(header.get("SOPInstanceUID") or path)].append((path, header))
        for (uid, _), alike in copies.items():
            for own in without_copies(alike):
                try:
                    found[uid] += _views(own, untold)
                except CardioAIError as error:
                    refused[uid].append(error)
                except BROKEN as error:
                    refused[uid].append(odd_header(error))
    return found, refused, files


def _views(own: Chosen, untold: str) -> list[PlanarSeries]:
    views = series_of(own.path, own.header, untold)
    return [replace(view, findings=(*view.findings, *own.findings)) for view in views]


def _of_examination(
    uid: str, views: list[PlanarSeries], refused: list[CardioAIError]
) -> list[PlanarSeries]:
    """Return the anterior and the posterior view of one examination, or why there is neither."""
    patients = {one.patient for one in views} - {""}
    if len(patients) > 1:
        refused, views = [mixed_patients(len(patients))], []
    if not views:
        role = Role("NM", "planar", ANTERIOR)
        return [PlanarSeries(role, study=uid, error=refused[0])]
    for error in refused:
        logger.info("image of nuclear medicine passed over: %s", error.got)
    broken = [error for error in refused if isinstance(error, UnreadableFileError)]
    by_view = {name: [own for own in views if own.role.view == name] for name in VIEWS}
    first = _best(by_view[ANTERIOR] or by_view[POSTERIOR])
    told = [*_told(by_view), *(Finding("left out", error.got) for error in broken)]
    chosen = [replace(first, findings=(*first.findings, *told))]
    if first.role.view == ANTERIOR and (beside := _beside(first, by_view[POSTERIOR])):
        chosen.append(beside)
    return chosen


def _best(rivals: Sequence[PlanarSeries]) -> PlanarSeries:
    return max(rivals, key=_rank)


def _rank(own: PlanarSeries) -> tuple[bool, bool, bool, float]:
    return own.kind == "whole body", own.chest, own.original, _seconds(own.acquired)


def _beside(anterior: PlanarSeries, rivals: Sequence[PlanarSeries]) -> PlanarSeries | None:
    """Return the posterior view of the same acquisition, None without one."""
    alike = [
        own
        for own in rivals
        if (own.kind, own.shape, own.spacing) == (anterior.kind, anterior.shape, anterior.spacing)
        and abs(_seconds(own.acquired) - _seconds(anterior.acquired)) <= TOGETHER_MIN * 60.0
    ]
    if not alike:
        return None
    return min(alike, key=lambda own: abs(_seconds(own.acquired) - _seconds(anterior.acquired)))


def _told(by_view: dict[str, list[PlanarSeries]]) -> list[Finding]:
    """Tell of scans that were left out."""
    count = max(map(len, by_view.values()))
    if count < 2:
        return []
    message = (
        f"{count} scans of one view are there; that of the whole body was taken, else that of the "
        "chest, the last of equal ones; for another, leave only that one in the folder"
    )
    return [Finding("scans", message)]


def _seconds(moment: datetime | None) -> float:
    if moment is None:
        return 0.0
    return (moment.replace(tzinfo=None) - datetime.min).total_seconds()


def mixed_patients(count: int) -> InputError:
    """Return the error of one examination whose files name several patients."""
    return InputError(
        got=f"one study with scans of {count} patients",
        wanted="scans of one patient under one Study Instance UID",
        fix="export the patients again into a folder each; these may have been mixed up",
    )


def odd_header(error: Exception) -> UnreadableFileError:
    """Return the error of a header whose values have an impossible form."""
    return UnreadableFileError(
        got=f"a header with a value that cannot be read ({type(error).__name__})",
        wanted="a header as the scanner wrote it",
        fix="export the scan again",
    )
