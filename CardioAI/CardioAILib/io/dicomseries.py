"""A stack of one view that DICOM files hold, and the choice between several of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from CardioAILib.io.dicomcine import Cine, stack_cine
from CardioAILib.io.dicomframes import Frame, times_of
from CardioAILib.io.dicomkinds import described
from CardioAILib.io.dicomroles import view_of_words
from CardioAILib.io.dicomslices import Slices, recency
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Role


@dataclass(frozen=True, eq=False)
class Series:
    """A cine or the late enhancement of one view, whose pixels are read when they are asked for.

    Args:
        role: Cine or late enhancement of its view; the view is None where nothing told it.
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
    def files(self) -> tuple[Path, ...]:
        """The files of its slices, each once."""
        return tuple(dict.fromkeys(frame.path for own in self.slices for frame in own))

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


@dataclass(frozen=True)
class Whose:
    """Which examination images belong to, and whose it is.

    Args:
        study: Study Instance UID.
        patient: Patient ID.
    """

    study: str
    patient: str


def planes_of(frames: Iterable[Frame]) -> list[list[Frame]]:
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


def words_of(frames: Iterable[Frame]) -> str:
    """Return what the series of images are called, each name once."""
    return " ".join(dict.fromkeys(described(frame.header) for frame in frames))


def one_a_view(stacks: Sequence[Series]) -> list[Series]:
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
        "with most slices was taken, the later of equal ones; for another, leave only that one in "
        "the folder"
    )
    return replace(best, findings=(*best.findings, Finding("view", message)))
