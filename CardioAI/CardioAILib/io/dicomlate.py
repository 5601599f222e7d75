"""Late enhancement of a DICOM study: one stack a view, magnitude rather than phase-sensitive."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.dicomcine import by_depth
from CardioAILib.io.dicomframes import Frame
from CardioAILib.io.dicomkinds import Reconstruction, inversion_ms, reconstruction_of
from CardioAILib.io.dicompatient import patient_facts
from CardioAILib.io.dicomroles import view_of
from CardioAILib.io.dicomseries import Series, Whose, one_a_view, planes_of, words_of
from CardioAILib.io.dicomslices import Slices, one_stack
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Role

PREFERRED: tuple[Reconstruction, ...] = ("magnitude", "unknown", "PSIR")
"""Reconstructions, the one that is taken first where there are several."""

MIXED_MS = 20.0
"""Spread of inversion times within a stack above which its slices differ in contrast ..."""

APART_MS = 100.0
"""... and above which they are no stack."""

ENOUGH = 0.5
"""Share of a stack that must be evenly spaced; each slice speaks for itself."""

GAP = 1.5
"""Distance of neighbors, as a multiple of the usual one, that a missing slice leaves."""


def late_series(
    frames: Iterable[Frame], whose: Whose, skipped: Counter[str], *, allow_psir: bool
) -> list[Series]:
    """Return the late enhancement of one study, one stack a view.

    Args:
        frames: Images of late enhancement.
        whose: Whom they belong to.
        skipped: Where series of no known view are counted.
        allow_psir: Whether a view of which there are only phase-sensitive images may be read.
    """
    by_kind: dict[Reconstruction, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_kind[reconstruction_of(frame.header)].append(frame)
    chosen: dict[str | None, Series] = {}
    for kind in PREFERRED:
        for series in one_a_view(_stacks(by_kind[kind], kind, whose, skipped)):
            view = series.role.view
            if view not in chosen:
                chosen[view] = series if allow_psir else _refused_if_signed(series, kind)
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
        times = _inversion_times(slices)
        facts = {**patient_facts(slices[0][0].header), **_facts(role, times, kind)}
        found = (*findings, *doubts, *_gaps(plane), *_mixed(times))
        refusal = _refusal(role, times)
        series = Series(role, slices, facts, whose.study, whose.patient, found, refusal)
        stacks.append(series)
    return stacks


def _facts(role: Role, times: Sequence[float], kind: Reconstruction) -> dict[str, Fact]:
    """Return the reconstruction, and the inversion times that occur, in ms, as in `280;300`."""
    facts: dict[str, Fact] = {f"{role.column}_reconstruction": kind}
    if times:
        joined = ";".join(f"{time:g}" for time in times)
        facts[f"{role.column}_inversion_ms"] = times[0] if len(times) == 1 else joined
    return facts


def _inversion_times(slices: Slices) -> list[float]:
    times = (inversion_ms(frame.header) for own in slices for frame in own)
    return sorted({time for time in times if time is not None})


def _mixed(times: Sequence[float]) -> list[Finding]:
    if not times or times[-1] - times[0] <= MIXED_MS:
        return []
    message = (
        f"inversion times from {times[0]:g} to {times[-1]:g} ms within the stack: its slices "
        "differ in contrast"
    )
    return [Finding("inversion time", message)]


def _refusal(role: Role, times: Sequence[float]) -> InputError | None:
    if not times or times[-1] - times[0] <= APART_MS:
        return None
    return InputError(
        got=f"inversion times from {times[0]:g} to {times[-1]:g} ms in {role.column}",
        wanted=f"one acquisition, with inversion times of its slices at most {APART_MS:g} ms apart",
        fix="choose the series whose myocardium is nulled, and leave the others (a TI scout, or "
        "images to look for thrombus) out of the folder",
    )


def _refused_if_signed(series: Series, kind: Reconstruction) -> Series:
    if kind != "PSIR":
        return series
    refusal = InputError(
        got=f"only phase-sensitive (PSIR) images as {series.role.column}",
        wanted="magnitude images, from which systems of late enhancement learn",
        fix="export the magnitude images of the series beside them (many scanners store both), "
        "or allow PSIR where its results are only looked at",
    )
    return replace(series, refusal=refusal)


def _told_of_both(series: Series) -> Series:
    message = "magnitude and phase-sensitive images are there; the phase-sensitive were left out"
    return replace(series, findings=(*series.findings, Finding("reconstruction", message)))


def _gaps(frames: Iterable[Frame]) -> list[Finding]:
    """Tell where slices of a stack are missing."""
    depths = [own[0].depth for own in by_depth(frames)]
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
    return [Finding("gap", message)]


def _series_in(frames: Iterable[Frame]) -> set[str]:
    return {str(frame.header.SeriesInstanceUID) for frame in frames}
