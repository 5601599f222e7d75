"""Late enhancement of a DICOM study: one stack a view, magnitude rather than phase-sensitive."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from CardioAILib.io.dicomcine import by_depth
from CardioAILib.io.dicomframes import Frame
from CardioAILib.io.dicomkinds import (
    Reconstruction,
    inversion_ms,
    reconstruction_of,
    states_enhancement,
)
from CardioAILib.io.dicompatient import patient_facts
from CardioAILib.io.dicomroles import view_of
from CardioAILib.io.dicomseries import Series, Whose, one_a_view, planes_of, words_of
from CardioAILib.io.dicomslices import Slices, apart, one_stack
from CardioAILib.io.mrtypes import LGE
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Role

PREFERRED: tuple[Reconstruction, ...] = ("magnitude", "unknown", "PSIR")
"""Reconstructions, the one that is taken first where there are several."""

ENOUGH = 0.5
"""Share of a stack that must be evenly spaced; each slice speaks for itself."""

GAP = 1.5
"""Distance of neighbors, as a multiple of the usual one, that a missing slice leaves."""


def late_series(frames: Iterable[Frame], whose: Whose, skipped: Counter[str]) -> list[Series]:
    """Return the late enhancement of one study, one stack a view.

    Args:
        frames: Images of late enhancement.
        whose: Whom they belong to.
        skipped: Where series of no known view are counted.

    Returns:
        The stacks; their facts say image type, reconstruction, inversion times and thickness, by
        which checks refuse what a system did not learn from.
    """
    by_kind: dict[Reconstruction, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_kind[reconstruction_of(frame.header)].append(frame)
    chosen: dict[str | None, Series] = {}
    for kind in PREFERRED:
        for series in one_a_view(_stacks(by_kind[kind], kind, whose, skipped)):
            view = series.role.view
            if view not in chosen:
                chosen[view] = series
            elif kind == "PSIR":
                chosen[view] = _told_of_both(chosen[view])
    return [*chosen.values()]


def _stacks(
    frames: Sequence[Frame], kind: Reconstruction, whose: Whose, skipped: Counter[str]
) -> list[Series]:
    stacks = []
    for plane in planes_of(frames):
        slices, findings = one_stack(plane, enough=ENOUGH)
        view = view_of(slices[0][0].normal, words_of(plane), len(slices))
        if view.name is None:
            skipped["late enhancement of no known view"] += len(_series_in(plane))
            continue
        doubts = [Finding("view", view.doubt)] if view.doubt else []
        role = Role("MR", "LGE", view.name)
        facts = {**patient_facts(slices[0][0].header), **_facts(role, slices, kind)}
        found = (*findings, *doubts, *_gaps(plane))
        stacks.append(Series(role, slices, facts, whose.study, whose.patient, found))
    return stacks


def _facts(role: Role, slices: Slices, kind: Reconstruction) -> dict[str, Fact]:
    """Return what the header says of the acquisition, under the names that checks read.

    Returns:
        `LGE_<view>_type`, "unknown" where a name alone told it; `_reconstruction`;
        `_inversion_ms`, the times that occur, in ms, as in `280;300`; `_thickness_mm`.
    """
    header = slices[0][0].header
    facts: dict[str, Fact] = {
        "type": LGE if states_enhancement(header) else "unknown",
        "reconstruction": kind,
    }
    times = _inversion_times(slices)
    if times:
        facts["inversion_ms"] = times[0] if len(times) == 1 else ";".join(f"{t:g}" for t in times)
    thickness = float(header.get("SliceThickness") or 0.0)
    if thickness > 0:
        facts["thickness_mm"] = thickness
    return {f"{role.column}_{name}": value for name, value in facts.items()}


def _inversion_times(slices: Slices) -> list[float]:
    times = (inversion_ms(frame.header) for own in slices for frame in own)
    return sorted({time for time in times if time is not None})


def _told_of_both(series: Series) -> Series:
    message = "magnitude and phase-sensitive images are there; the phase-sensitive were left out"
    return replace(series, findings=(*series.findings, Finding("reconstruction", message)))


def _gaps(frames: Iterable[Frame]) -> list[Finding]:
    """Tell where slices of a stack are missing."""
    depths = _places(by_depth(frames))
    if len(depths) < 3:
        return []
    usual = float(np.median(np.diff(depths)))
    wide = [
        f"{after - before:.1f} mm after slice {number}"
        for number, (before, after) in enumerate(pairwise(depths), start=1)
        if after - before > GAP * usual
    ]
    if not wide:
        return []
    message = (
        f"neighbors lie {usual:.1f} mm apart but for {', '.join(wide)}: slices are missing; "
        "export the whole stack"
    )
    return [Finding("gaps", message)]


def _places(slices: Sequence[Sequence[Frame]]) -> list[float]:
    """Return the depth of each slice, once where it was acquired again nearby."""
    kept: list[Frame] = []
    for first, *_ in slices:
        if not kept or apart(first, kept[-1]):
            kept.append(first)
    return [frame.depth for frame in kept]


def _series_in(frames: Iterable[Frame]) -> set[str]:
    return {str(frame.header.SeriesInstanceUID) for frame in frames}
