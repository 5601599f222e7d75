"""Files that hold the same image: the whole one of each patient is taken, and the rest told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from CardioAILib.results import Finding

if TYPE_CHECKING:
    from pydicom import Dataset


@dataclass(frozen=True, eq=False)
class Chosen:
    """The file that is taken of those with one SOP Instance UID and one patient.

    Args:
        path: The file.
        header: Its header.
        findings: That there are others, where there are.
    """

    path: Path
    header: Dataset
    findings: tuple[Finding, ...] = ()


def without_copies(alike: Iterable[tuple[Path, Dataset]]) -> Iterator[Chosen]:
    """Yield the largest file of each patient among those with one SOP Instance UID.

    A copy that was cut off is smaller than the whole. Files of several patients are all yielded,
    so that whoever puts the examination together sees that patients are mixed.

    Args:
        alike: Files that say they hold the same image, and their headers.
    """
    found: dict[str, list[tuple[Path, Dataset]]] = {}
    for path, header in alike:
        found.setdefault(str(header.get("PatientID") or ""), []).append((path, header))
    for own in found.values():
        path, header = max(own, key=lambda one: one[0].stat().st_size)
        yield Chosen(path, header, _told([one.stat().st_size for one, _ in own]))


def _told(sizes: list[int]) -> tuple[Finding, ...]:
    if len(sizes) < 2:
        return ()
    cut = " (one may have been cut off)" if min(sizes) < max(sizes) else ""
    message = f"{len(sizes)} files hold the same image{cut}; the largest was taken"
    return (Finding("copies", message),)
