"""What a file of ultrasound holds, whatever its format, before anything is blanked."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from CardioAILib.errors import CardioAIError
from CardioAILib.io.nmfiles import damaged
from CardioAILib.io.uscolor import Coloring, coloring_of, gray_of
from CardioAILib.results import Finding
from CardioAILib.study import Fact

MOST_BYTES = 1 << 30
"""Gray levels that are held of one clip; a beat of the largest images is a tenth of it."""
FEWEST = 32
"""Frames that must be left of a clip that is damaged: fewer may not show a heartbeat."""
OPENING = 16
"""Frames at the start that tell what colors mean."""


@dataclass(frozen=True, eq=False)
class Recording:
    """Frames as stored.

    Args:
        levels: Gray levels (T, H, W), uint8.
        digest: SHA-256 of the file.
        coloring: What colors mean in it.
        times_ms: Time of each frame after the first (T,), empty where it is not known.
        spacing: Distance between rows and between columns in mm; None where it is not known.
        box: First row and column of the region of tissue, and those after the last; None for all.
        matrix: 4x4 matrix to RAS mm where the file has one, which masks share; else None.
        view: The view that is stated, None where none is.
        findings: What a reader should know, by the header.
        doubts: Likewise, by the pixels.
        facts: What the file says, without names and dates.
    """

    levels: np.ndarray
    digest: str = ""
    coloring: Coloring = "gray"
    times_ms: tuple[float, ...] = ()
    spacing: tuple[float, float] | None = None
    box: tuple[int, int, int, int] | None = None
    matrix: np.ndarray | None = None
    view: str | None = None
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Gathered:
    """Gray frames of a file, up to the first that is damaged.

    Args:
        levels: Gray levels (T, H, W), uint8.
        coloring: What colors meant.
        doubts: That the clip was cut short, where it was.
    """

    levels: np.ndarray
    coloring: Coloring
    doubts: tuple[Finding, ...] = ()


def gather(
    stream: Iterator[np.ndarray | CardioAIError],
    most: int | None = None,
    coloring: Coloring | None = None,
    stated: int | None = None,
) -> Gathered:
    """Take the frames of a file one by one, so that their colors are never held together.

    Args:
        stream: Frames (H, W) or (H, W, 3), uint8; at a damaged one, what is wrong.
        most: Frames to take at most; None for all that memory holds.
        coloring: What colors mean; None where the first frames are to tell it.
        stated: Number of frames that the file states, for messages.

    Raises:
        CardioAIError: No frame is whole, or too few before one that is damaged.
    """
    opening, error = _until_error(stream, OPENING)
    if not opening:
        raise error or damaged("no frame")
    coloring = coloring or coloring_of(opening)
    fitting = max(1, MOST_BYTES // math.prod(opening[0].shape[:2]))
    wanted = fitting if most is None else min(most, fitting)
    levels = [gray_of(own, coloring) for own in opening[:wanted]]
    while error is None and len(levels) < wanted and (own := next(stream, None)) is not None:
        if isinstance(own, CardioAIError):
            error = own
        else:
            levels.append(gray_of(own, coloring))
    told = []
    if error is not None and len(levels) < wanted:
        told.append(_cut_short(len(levels), stated, error))
    if len(levels) == fitting != most and (stated or fitting + 1) > fitting:
        message = f"the clip is too long for memory: the first {fitting} frames were read"
        told.append(Finding("long clip", message))
    return Gathered(np.stack(levels), coloring, tuple(told))


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _until_error(
    stream: Iterator[np.ndarray | CardioAIError], most: int
) -> tuple[list[np.ndarray], CardioAIError | None]:
    """Return the first frames of a stream, and what was wrong with the one after them."""
    taken: list[np.ndarray] = []
    for own in islice(stream, most):
        if isinstance(own, CardioAIError):
            return taken, own
        taken.append(own)
    return taken, None


def _cut_short(whole: int, stated: int | None, error: CardioAIError) -> Finding:
    """Return that a clip ends before a damaged frame.

    Raises:
        UnreadableFileError: Too few frames are left.
    """
    name = f"frame {whole + 1}" + (f" of {stated}" if stated else "") + " cannot be decoded"
    if whole < FEWEST:
        raise damaged(f"{name}, and only {whole} come before it") from error
    return Finding("damaged frame", f"{name}: the clip ends before it, after {whole} frames")
