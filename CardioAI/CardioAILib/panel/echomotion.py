"""The motion of a segmented ventricle in the scene: values, curves, a file. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.io.table import write_lines
from CardioAILib.measurements.echo import ECHO_DEFINITIONS, EchoMeasured, echo_measurements_of
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.clipmotion import MotionNodes, show_motion
from CardioAILib.mrml.clipstudies import read_clips
from CardioAILib.mrml.inputs import require_node
from CardioAILib.panel.tasks import SUBJECT
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import Image, Role, Study
from CardioAILib.systems import SAHASHI_2024

COLUMNS = ("measurement", "value", "unit", "definition", "source", "note")
"""Columns of a file of values."""


@dataclass(frozen=True, eq=False)
class MeasuredMotion:
    """The motion of a ventricle in the scene.

    Args:
        measured: Values, curves and findings.
        nodes: Table and charts.
        findings: What a reader should know, of the clips and of the values.
    """

    measured: EchoMeasured
    nodes: MotionNodes
    findings: tuple[Finding, ...] = ()

    @property
    def values(self) -> Mapping[str, float]:
        """The values by name, nan where one could not be measured."""
        return self.measured.values


def measure_motion(
    scene: Any, nodes: Mapping[str, InputNodes], csv: Path | str | None = None
) -> MeasuredMotion:
    """Measure ejection fraction and wall motion on the segmented clips, and show them.

    Args:
        scene: The scene.
        nodes: Clip and segmentation of each view ("A4C", "A2C", "PLAX").
        csv: File to write too, or None.

    Raises:
        CardioAIError: No view is segmented, or one cannot be read; the scene is left as it was.
        OSError: The file cannot be written; the table is there all the same.
    """
    study, findings = segmented_study(nodes)
    measured = echo_measurements_of(study)
    neighbor = next(iter(nodes.values())).image
    shown = show_motion(scene, measured, neighbor)
    done = MeasuredMotion(measured, shown, (*findings, *measured.findings))
    if csv is not None:
        write_motion(done, Path(csv))
    return done


def measure_clips(
    scene: Any,
    clips: Mapping[str, Any],
    segmentations: Mapping[str, Any],
    csv: Path | str | None = None,
) -> MeasuredMotion:
    """Measure clips with their segmentations, both by view; see `measure_motion`."""
    nodes = {view: InputNodes(clip, segmentations.get(view)) for view, clip in clips.items()}
    return measure_motion(scene, nodes, csv)


def segmented_study(nodes: Mapping[str, InputNodes]) -> tuple[Study, tuple[Finding, ...]]:
    """Read the clips that have a segmentation, and what a reader should know of them.

    Raises:
        InputError: A clip stands for two views.
        MissingInputError: None has one.
    """
    _require_apart(nodes)
    images: dict[Role, Image] = {}
    findings: list[Finding] = []
    for view, own in nodes.items():
        if own.mask is None or view not in SAHASHI_2024.inputs:
            continue
        read, found = read_clips(view, SAHASHI_2024.inputs[view], InputNodes(own.image, own.mask))
        images |= read
        findings += found
    if not images:
        raise MissingInputError(
            got="no segmentation of a view",
            wanted="contours of the left ventricle over a beat in A4C, A2C or PLAX",
            fix="choose a segmentation beside its clip; draw it in Segment Editor frame by frame",
        )
    return Study(SUBJECT, ONLY_STUDY, images), tuple(findings)


def _require_apart(nodes: Mapping[str, InputNodes]) -> None:
    """Refuse a clip that stands for two views: their volume would be made of one plane."""
    seen: dict[str, str] = {}
    for view, own in nodes.items():
        first = seen.setdefault(require_node(own.image, f"the clip {view}").GetID(), view)
        if first != view:
            raise InputError(
                got=f"the same clip as {first} and as {view}",
                wanted="a clip of each view",
                fix="choose the clip of the right view, or leave the unknown one empty",
            )


def write_motion(done: MeasuredMotion, path: Path) -> None:
    """Write values with unit, definition and source, and findings; see `COLUMNS`.

    What could not be measured is an empty cell.

    Raises:
        OSError: The file cannot be written.
    """
    known = {one.name: one for one in ECHO_DEFINITIONS}
    rows = [
        (name, "" if value != value else repr(float(value)), *_told(known.get(name)))
        for name, value in done.values.items()
    ]
    rows += [(f"finding: {one.check}", "", "", one.message, "") for one in done.findings]
    write_lines([COLUMNS, *((*row, RESEARCH_ONLY) for row in rows)], path)


def _told(defined: Any) -> tuple[str, str, str]:
    return ("", "", "") if defined is None else (defined.unit, defined.meaning, defined.source)
