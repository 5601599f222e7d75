"""The heart measured on segmentations of the scene: a table, values and bull's-eyes. No Qt here."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.io.table import write_lines
from CardioAILib.measurements import Measured, measure, segmentation_of
from CardioAILib.mrml.alone import (
    largest_and_smallest,
    segmentation_alone,
    segmented_frames,
)
from CardioAILib.mrml.frames import Frame
from CardioAILib.mrml.hearttable import HEADER, measurement_rows, show_measurements
from CardioAILib.mrml.inputs import require_node
from CardioAILib.report.bullseye import bullseye_svg
from CardioAILib.report.wall import WALL_MAPS, by_segment
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.verbs.origin import versions

SEGMENTATION = "the segmentation"


@dataclass(frozen=True, eq=False)
class MeasuredHeart:
    """A measured heart in the scene.

    Args:
        table: The vtkMRMLTableNode, a row a measurement, each beside its range.
        values: Measurements by name, nan where one could not be made.
        findings: What a reader should know of them.
    """

    table: Any
    values: Mapping[str, float]
    findings: tuple[Finding, ...]


def measure_heart(
    scene: Any,
    ed: Any,
    es: Any = None,
    *,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    sex: str | None = None,
    csv: Path | str | None = None,
) -> MeasuredHeart:
    """Measure a heart and show the measurements in the scene.

    Args:
        scene: The scene.
        ed: Segmentation or labelmap at end-diastole; or a sequence of these, in which both
            phases are found where the other is left out.
        es: Segmentation at end-systole, or None; the same sequence again counts as left out.
        height_cm: Height, for values by body surface area.
        weight_kg: Weight, for the same.
        sex: "female" or "male" for its ranges; None for those of both.
        csv: File to write too, or None.

    Raises:
        CardioAIError: A segmentation cannot be used; the scene is left as it was.
        OSError: The file cannot be written; the table is there all the same.
    """
    found = read_heart(ed, es, height_cm=height_cm, weight_kg=weight_kg)
    findings = (*found.told, *found.measured.findings, *found.measured.of_segments)
    about = {
        "Height": "" if height_cm is None else f"{height_cm:g} cm",
        "Weight": "" if weight_kg is None else f"{weight_kg:g} kg",
        "Versions": json.dumps(versions(), sort_keys=True),
        "Inputs": json.dumps(found.digests),
    }
    how = {"sex": sex, "findings": findings, "attributes": about}
    values = found.measured.values
    table = show_measurements(scene, values, found.placed, **how)
    if csv is not None:
        write_measurements(values, sex, Path(csv))
    return MeasuredHeart(table, values, findings)


@dataclass(frozen=True, eq=False)
class ReadHeart:
    """A heart measured on segmentations of the scene, not shown yet.

    Args:
        measured: The measurements, and what is doubtful of them.
        told: How the segmentations were read.
        placed: Node that the end-diastole lies at.
        digests: SHA-256 of the voxels of each phase.
    """

    measured: Measured
    told: tuple[Finding, ...]
    placed: Any
    digests: Mapping[str, str]


def read_heart(
    ed: Any, es: Any = None, *, height_cm: float | None = None, weight_kg: float | None = None
) -> ReadHeart:
    """Measure a heart on segmentations of the scene; see `measure_heart`.

    Raises:
        CardioAIError: A segmentation cannot be used.
    """
    places, told = _phases(ed, es)
    read = {phase: segmentation_alone(one.node, f"{SEGMENTATION} {phase}", frame=one)
            for phase, one in places.items()}  # fmt: skip
    parts = [segmentation_of(mask) for mask, _ in read.values()]
    found = measure(*parts, *[None] * (2 - len(parts)), height_cm=height_cm, weight_kg=weight_kg)
    taken = (finding for _, own in read.values() for finding in own)
    digests = {phase: mask.digest for phase, (mask, _) in read.items()}
    return ReadHeart(found, (*told, *taken), places["ED"].placed, digests)


def write_measurements(values: Mapping[str, float], sex: str | None, path: Path) -> None:
    """Write measurements as the table shows them; an unknown value is an empty cell."""
    rows = (
        (name, "" if math.isnan(value) else repr(value), *more, RESEARCH_ONLY)
        for name, value, *more in measurement_rows(values, sex)
    )
    write_lines([(*HEADER, "note"), *rows], path)


def pictures_of(values: Mapping[str, float]) -> dict[str, str]:
    """Return the bull's-eyes for which there are values, as SVG by their title."""
    known = {shown: by_segment(values, shown) for shown in WALL_MAPS}
    return {
        shown.title: bullseye_svg(own, shown.title, shown.unit, shown.limits)
        for shown, own in known.items()
        if own
    }


def _phases(ed: Any, es: Any) -> tuple[dict[str, Frame], tuple[Finding, ...]]:
    """Return the frame of each phase."""
    first = segmented_frames(require_node(ed, f"{SEGMENTATION} ED"), f"{SEGMENTATION} ED")
    last = [] if es is None else segmented_frames(es, f"{SEGMENTATION} ES")
    if last and not _same_sequence(first, last):
        return {"ED": _only(first, "ED"), "ES": _only(last, "ES")}, ()
    if len(first) == 1:
        return {"ED": first[0]}, ()
    place, other, how = largest_and_smallest(first)
    return {"ED": place, "ES": other}, (how,)


def _same_sequence(one: list[Frame], other: list[Frame]) -> bool:
    """Say whether both are all frames of one sequence."""
    return len(one) > 1 and one[0].sequence is other[0].sequence


def _only(frames: list[Frame], phase: str) -> Frame:
    """Return the frame of a segmentation that has one."""
    if len(frames) > 1:
        raise InputError(
            got=f"a sequence of {len(frames)} segmentations for {phase} beside one of its own",
            wanted="one sequence alone, or a segmentation for each phase",
            fix="leave the end-systole empty to have both phases found in the sequence",
        )
    return frames[0]
