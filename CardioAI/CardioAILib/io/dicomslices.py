"""Slices of one plane, of one or many series, some acquired again: one stack of whole slices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from CardioAILib.io.dicomcine import EVEN_SPACING, by_depth, in_time
from CardioAILib.io.dicomframes import Frame
from CardioAILib.results import Finding

Slices = tuple[tuple[Frame, ...], ...]
"""Images of one stack, slice by slice along their normal, each in order of time."""

SAME_SLICE = 0.5
"""Share of the slice thickness within which two slices show the same."""

ENOUGH = 2 / 3
"""Share of the slices that must be whole and evenly spaced for the others to be left out."""


def one_stack(
    frames: Iterable[Frame], *, enough: float = ENOUGH
) -> tuple[Slices, tuple[Finding, ...]]:
    """Choose the slices that make one stack.

    Args:
        frames: Images of one plane.
        enough: Share of the slices that must be whole and evenly spaced.

    Returns:
        The chosen slices, and what was left out. Slices that make no stack are all returned, so
        that reading them says what is wrong.
    """
    slices, repeated = _places_once(_by_series(frames))
    whole = _whole(slices)
    run = _longest_even_run(whole)
    findings = []
    if repeated:
        message = (
            f"slices acquired more than once: {repeated}; those of the series with most slices "
            "were taken, of equal ones the later; for others, leave only those in the folder"
        )
        findings.append(Finding("slices", message))
    if len(run) < enough * len(slices):
        return slices, tuple(findings)
    if len(run) < len(slices):
        numbers = [str(n) for n, own in enumerate(slices, start=1) if own not in run]
        message = (
            f"of {len(slices)} slices, number {', '.join(numbers)} along the stack lack phases or "
            "lie off the others, and were left out"
        )
        findings.append(Finding("slices", message))
    return run, tuple(findings)


def recency(frame: Frame) -> tuple[Any, ...]:
    """Return what sorts series by when they were acquired."""
    header = frame.header
    names = ("AcquisitionDate", "AcquisitionTime", "SeriesTime")
    when = tuple(str(header.get(name) or "") for name in names)
    return (*when, int(header.get("SeriesNumber") or 0))


def apart(one: Frame, other: Frame) -> bool:
    """Say whether two parallel images show different slices."""
    thickness = float(one.header.get("SliceThickness") or 0.0)
    return abs(one.depth - other.depth) > max(SAME_SLICE * thickness, 1e-3)


def _by_series(frames: Iterable[Frame]) -> list[Slices]:
    """Return the slices of each series, the one with most slices first, then the later."""
    series: dict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        series[str(frame.header.SeriesInstanceUID)].append(frame)
    stacks = [tuple(_phases_once(own) for own in by_depth(one)) for one in series.values()]
    return sorted(stacks, key=lambda own: (len(own), recency(own[0][0])), reverse=True)


def _phases_once(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Return one image a trigger time, the last of those taken at the same time."""
    clock = [frame.header.get("TriggerTime") for frame in frames]
    times = {*clock}
    # One time for all tells nothing: such files are ordered otherwise.
    if None in times or len(times) == 1 or len(times) == len(frames):
        return tuple(frames)
    last = sorted(frames, key=lambda frame: int(frame.header.get("InstanceNumber") or 0))
    return tuple(in_time([*{float(frame.header.TriggerTime): frame for frame in last}.values()]))


def _places_once(stacks: Sequence[Slices]) -> tuple[Slices, int]:
    """Return every place once, of the first stack that has it, and how many were there again."""
    kept: list[tuple[Frame, ...]] = []
    repeated = 0
    for stack in stacks:
        new = [own for own in stack if all(apart(own[0], other[0]) for other in kept)]
        repeated += len(stack) - len(new)
        kept += new
    return tuple(sorted(kept, key=lambda own: own[0].depth)), repeated


def _whole(slices: Slices) -> Slices:
    """Return the slices with as many phases as most of them, or as the fullest of equally many."""
    counts = Counter(len(own) for own in slices)
    usual = max(counts, key=lambda count: (counts[count], count))
    return tuple(own for own in slices if len(own) == usual)


def _longest_even_run(slices: Slices) -> Slices:
    """Return the longest row of neighbors at the usual distance."""
    if len(slices) < 3:
        return slices
    gaps = np.array([after[0].depth - own[0].depth for own, after in pairwise(slices)])
    usual = float(np.median(gaps))
    even = np.abs(gaps - usual) <= EVEN_SPACING * usual
    breaks = [0, *(np.flatnonzero(~even) + 1), len(slices)]
    start, end = max(pairwise(breaks), key=lambda ends: ends[1] - ends[0])
    return slices[start:end]
